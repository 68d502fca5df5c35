import { existsSync, readFileSync } from "node:fs";
import { ArgumentError } from "@versant/core/internal";
import { readRun } from "../../ledger/record.js";
import { withLedger } from "../withLedger.js";

/** The file that a model is kept in. */
export interface ModelFile {
  /** A run's name, or a path. */
  readonly name: string;
  /** Safetensors. */
  readonly bytes: Uint8Array;
}

/**
 * The model of a run's end, or in a file.
 *
 * @throws ArgumentError when there is neither, or the run has no end yet
 */
export async function readModelFile(source: string): Promise<ModelFile> {
  if (existsSync(source)) return { name: source, bytes: readFileSync(source) };
  return withLedger("read", async (ledger) => {
    const { run, ended } = await readRun(ledger, source);
    const object = ended?.payload.object;
    if (object !== undefined) return { name: run.id, bytes: await ledger.objects.get(object) };
    throw new ArgumentError(
      `the run ${run.id} has no model: it is ${run.state}; \`versant resume ${run.id}\` finishes it.`,
    );
  });
}
