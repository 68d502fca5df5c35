import { ArgumentError } from "@versant/core/internal";
import {
  type Difference,
  differencesOf,
  type FileDifference,
  fileDifferences,
  readCompared,
  type Section,
} from "./difference.js";
import type { Ledger } from "./ledger.js";

/** In what two runs differ. */
export interface RunDiff {
  readonly runs: readonly [string, string];
  readonly sections: Readonly<Partial<Record<Section, readonly Difference[]>>>;
  readonly files: readonly FileDiff[];
}

export interface FileDiff extends FileDifference {
  /** In the unified form; or why there is none. */
  readonly patch: string;
}

/**
 * @param run as `findRun` takes it
 * @throws ArgumentError when no run is meant by a word, or several
 */
export async function readDiff(ledger: Ledger, run: string, other: string): Promise<RunDiff> {
  const both = await readCompared(ledger, [run, other]);
  const [a, b] = both;
  if (!a || !b) throw new ArgumentError("diff: expected two runs.");
  const differing = fileDifferences(a.started.payload.code, b.started.payload.code);
  const files: FileDiff[] = [];
  for (const file of differing) files.push({ ...file, patch: await patchOf(ledger, file) });
  return {
    runs: [a.run.id, b.run.id],
    sections: Object.fromEntries(differencesOf(both)),
    files,
  };
}

/** A byte that no text has. */
const isBinary = (content: Uint8Array): boolean => content.includes(0);

async function patchOf(ledger: Ledger, { path, objects }: FileDifference): Promise<string> {
  try {
    const [before, after] = await Promise.all(
      objects.map(async (hash) => (hash ? ledger.objects.get(hash) : new Uint8Array())),
    );
    if (!before || !after || isBinary(before) || isBinary(after)) return "no text";
    // Loaded when two files differ: most runs have the same code.
    const { createTwoFilesPatch } = await import("diff");
    const [old, now] = [before, after].map((bytes) => Buffer.from(bytes).toString());
    return (
      createTwoFilesPatch(
        objects[0] ? path : "/dev/null",
        objects[1] ? path : "/dev/null",
        old ?? "",
        now ?? "",
        undefined,
        undefined,
        { context: 3, timeout: 5000 },
      ) ?? "too different to be compared line by line"
    );
  } catch (error) {
    return (error as Error).message;
  }
}
