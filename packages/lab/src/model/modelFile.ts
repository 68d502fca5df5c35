import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ArgumentError } from "@versant/core/internal";
import { isModelPath } from "../files/modelPath.js";
import { unreadable } from "../files/unreadable.js";
import { Ledger } from "../ledger/ledger.js";
import { findNamedOrTagged } from "../ledger/runs.js";

/** The safetensors file that a model is kept in. */
export interface ModelFile {
  /** What the model is called. */
  readonly name: string;
  /** What errors call the file: its path, or the run. */
  readonly path: string;
  /** The run that trained it, where it comes out of a ledger. */
  readonly run?: string;
  readonly bytes: Uint8Array;
}

/**
 * The file of a run's end, compared with its hash, or the one at a path.
 *
 * @param ledger where runs are looked for. Default: the ledger of this place
 * @throws ArgumentError when there is no such run or file, or the run did not come to its end
 */
export async function readModelFile(source: string, ledger?: Ledger): Promise<ModelFile> {
  if (!isModelPath(source)) return withLedger(ledger, (ledger) => readRunFile(ledger, source));
  try {
    const name = basename(source).replace(/\.safetensors$/, "");
    return { name, path: source, bytes: readFileSync(source) };
  } catch (error) {
    const mend = "expected a safetensors file, or the name of a run";
    throw unreadable("openModel", source, error, mend);
  }
}

/** Does something with a ledger that is given, or with that of this place, which is closed then. */
export async function withLedger<T>(
  given: Ledger | undefined,
  action: (ledger: Ledger) => Promise<T>,
): Promise<T> {
  if (given) return action(given);
  const ledger = Ledger.open({ mode: "read", create: false });
  try {
    return await action(ledger);
  } finally {
    await ledger.close();
  }
}

async function readRunFile(ledger: Ledger, word: string): Promise<ModelFile> {
  const { id, experiment } = await findNamedOrTagged(ledger, word);
  const events = await ledger.events({ run: id, types: ["run.ended"] });
  const object = events.at(-1)?.payload.object;
  if (object === undefined) {
    throw new ArgumentError(
      `${id} has no model, as it did not come to its end, expected a run that did; \`versant resume ${id}\` ` +
        "finishes it.",
    );
  }
  return { name: experiment, path: id, run: id, bytes: await ledger.objects.get(object) };
}
