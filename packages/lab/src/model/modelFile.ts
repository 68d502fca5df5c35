import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ArgumentError } from "@versant/core/internal";
import { sha256 } from "../files/canonical.js";
import { isModelPath } from "../files/modelPath.js";
import { unreadable } from "../files/unreadable.js";
import { Ledger } from "../ledger/ledger.js";
import { findNamedRun, type Which, weightsAt } from "../recording/namedRun.js";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.js";

/** The safetensors file that a model is kept in. */
export interface ModelFile {
  /** What the model is called. */
  readonly name: string;
  /** What errors call the file: its path, or the run. */
  readonly path: string;
  /** The run that trained it, where it comes out of a ledger. */
  readonly run?: string;
  /** The run's checkpoint, where its weights are not those of the end. */
  readonly checkpoint?: Which;
  /** Of the file; of a checkpoint's weights the hash by which the ledger keeps them. */
  readonly sha256: string;
  readonly bytes: Uint8Array;
  /** What who uses the model should know, such as that its training was interrupted. */
  readonly notice?: string;
}

/**
 * The file of a run's end, compared with its hash, or the one at a path. Of RUN@best and RUN@last it has the
 * weights of that checkpoint in place of those of the end.
 *
 * @param ledger where runs are looked for. Default: the ledger of this place
 * @throws ArgumentError when there is no such run, checkpoint or file, the run did not come to its end, or that came
 *   before the end of an epoch
 */
export async function readModelFile(source: string, ledger?: Ledger): Promise<ModelFile> {
  if (!isModelPath(source)) return withLedger(ledger, (ledger) => readRunFile(ledger, source));
  try {
    const name = basename(source).replace(/\.safetensors$/, "");
    const bytes = readFileSync(source);
    return { name, path: source, sha256: sha256(bytes), bytes };
  } catch (error) {
    const mend = "expected a safetensors file, or the name of a run";
    throw unreadable("model", source, error, mend);
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

async function readRunFile(ledger: Ledger, source: string): Promise<ModelFile> {
  const { run, checkpoint } = await findNamedRun("model", ledger, source);
  const { id, experiment } = run;
  const { object, notice } = await endOf(ledger, id);
  const bytes = await ledger.objects.get(object);
  const file = { name: experiment, path: id, run: id, ...(notice !== undefined && { notice }) };
  if (checkpoint === undefined) return { ...file, sha256: object, bytes };
  return { ...file, checkpoint, ...(await atCheckpoint(ledger, id, checkpoint, bytes)) };
}

/**
 * The object that a run ended with. What ended in its first epoch is as good as untrained.
 *
 * @throws ArgumentError when it did not end, or no epoch of it did
 */
async function endOf(
  ledger: Ledger,
  run: string,
): Promise<{ readonly object: string; readonly notice?: string }> {
  const [ends, epochs] = await Promise.all([
    ledger.events({ run, types: ["run.ended"] }),
    ledger.events({ run, types: ["epoch"] }),
  ]);
  const { object, state } = ends.at(-1)?.payload ?? {};
  if (object === undefined) {
    throw new ArgumentError(
      `${run} has no model, as it did not come to its end, expected a run that did; \`versant resume ${run}\` ` +
        "finishes it.",
    );
  }
  if (state === "completed") return { object };
  const last = epochs.at(-1)?.payload.epoch;
  if (last === undefined) {
    throw new ArgumentError(
      `${run} has no model, as it was ${state} before its first epoch ended, expected a run that was trained; ` +
        `\`versant ${state === "stopped" ? "rerun" : "resume"} ${run}\` finishes it.`,
    );
  }
  if (state !== "interrupted") return { object };
  const notice = `${run} was interrupted after epoch ${last}; \`versant resume ${run}\` finishes it`;
  return { object, notice };
}

/** The file of a run's end with the weights of a checkpoint. */
async function atCheckpoint(
  ledger: Ledger,
  run: string,
  which: Which,
  end: Uint8Array,
): Promise<Pick<ModelFile, "sha256" | "bytes">> {
  const { sha256, tensors: weights } = await weightsAt(ledger, run, which);
  const { tensors, metadata } = decodeSafetensors(end, run);
  const changed = [...tensors].map(([name, each]) => [name, weights.get(name) ?? each] as const);
  return { sha256, bytes: encodeSafetensors(new Map(changed), metadata) };
}
