import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ArgumentError, requireOptions } from "@versant/core/internal";
import type { Origin, OriginOptions } from "../experiment/origin.js";
import type { Run } from "../experiment/run.js";
import { sha256 } from "../files/canonical.js";
import { isModelPath } from "../files/modelPath.js";
import { unreadable } from "../files/unreadable.js";
import type { OriginRecord, Payloads } from "../ledger/events.js";
import { Ledger } from "../ledger/ledger.js";
import { readRun } from "../ledger/record.js";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors.js";
import { preprocessingIn } from "../weights/weights.js";
import { findNamedRun, weightsAt } from "./namedRun.js";

/** Where training begins, as a person or a program says it. */
export interface FromOptions extends OriginOptions {
  /**
   * A run as `findRun` takes it, or a tag, for the weights that it ended with; one of its checkpoints, such as
   * "last@best" or "last@last"; or the path of a safetensors file.
   */
  readonly source: string;
}

/** Weights that were found, and what is recorded of where. */
export interface FoundOrigin {
  readonly origin: Origin;
  readonly record: SourceRecord;
}

type SourceRecord = Pick<OriginRecord, "run" | "checkpoint" | "file" | "weights">;

/**
 * Finds the weights that training begins with.
 *
 * @throws ArgumentError when there is no such run or file, the run has no weights yet, none of its epochs came to its
 *   end, or the weights are gone
 */
export async function findOrigin(
  ledger: Ledger | undefined,
  options: FromOptions,
): Promise<FoundOrigin> {
  requireOptions("from", options, ["source", "newHead", "freeze", "rename"]);
  const { source, ...others } = options;
  const { bytes, hyperparameters, ...found } = isModelPath(source)
    ? await fromFile(ledger, source)
    : await (ledger ? fromRun(ledger, source) : fromLedgerOfPlace(source));
  const record = { ...found, weights: sha256(bytes) };
  return { origin: { ...others, name: nameOf(record), bytes, hyperparameters }, record };
}

const nameOf = ({ file, run, checkpoint }: SourceRecord): string =>
  file ?? `${run}${checkpoint ? `@${checkpoint}` : ""}`;

type Found = Omit<SourceRecord, "weights"> & Pick<Origin, "bytes" | "hyperparameters">;

/** A file that a run of this ledger wrote is that run's. */
async function fromFile(ledger: Ledger | undefined, path: string): Promise<Found> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable("from", path, error, "expected a run or a safetensors file");
  }
  const writer = await ledger?.ask((query) =>
    query
      .selectFrom("runs")
      .select("id")
      .where("weights", "=", sha256(bytes))
      .orderBy("number")
      .executeTakeFirst(),
  );
  return { bytes, file: basename(path), ...(writer && { run: writer.id }) };
}

/** For a training that is not recorded itself. */
async function fromLedgerOfPlace(source: string): Promise<Found> {
  const ledger = Ledger.open({ mode: "read", create: false });
  try {
    return await fromRun(ledger, source);
  } finally {
    await ledger.close();
  }
}

async function fromRun(ledger: Ledger, source: string): Promise<Found> {
  const { run, checkpoint } = await findNamedRun("from", ledger, source);
  const { id, state, epochs } = run;
  const { started, ended } = await readRun(ledger, id);
  const hyperparameters = Object.fromEntries(
    started.payload.hyperparameters.map(({ name, value }) => [name, value]),
  );
  const { object } = ended?.payload ?? {};
  const end = object === undefined ? undefined : await ledger.objects.get(object);
  if (checkpoint === undefined) {
    if (end && state !== "completed" && epochs === 0) {
      throw new ArgumentError(
        `from: the run ${id} was ${state} before its first epoch ended, so that its weights are as good as ` +
          `drawn; expected a run that was trained, or ${id}@last for its last checkpoint all the same.`,
      );
    }
    if (end) return { run: id, bytes: end, hyperparameters };
    throw new ArgumentError(
      `from: the run ${id} has no weights, for it is ${state}; expected one that has ended, or ${id}@last ` +
        "for its last checkpoint.",
    );
  }
  const { tensors } = await weightsAt(ledger, id, checkpoint);
  const preprocessing = end && preprocessingIn(decodeSafetensors(end, source).metadata);
  const bytes = encodeSafetensors(tensors, preprocessing);
  return { run: id, checkpoint, bytes, hyperparameters };
}

/** What is recorded of where a run begins; the weights are kept, so that it can be done again. */
export async function recordOrigin(
  { objects }: Ledger,
  found: FoundOrigin | undefined,
  run: Run,
): Promise<Pick<Payloads["run.started"], "from">> {
  if (!found || !run.origin) return {};
  const { origin, record } = found;
  await objects.put(origin.bytes);
  const { newHead = [], freeze = [], rename = {} } = origin;
  const { name: _name, ...report } = run.origin;
  return { from: { ...record, newHead, freeze, rename, ...report } };
}

/**
 * What a recorded run began with.
 *
 * @throws ArgumentError when the weights are gone, or altered
 */
export async function recallOrigin(
  ledger: Ledger,
  { from }: Payloads["run.started"],
): Promise<FoundOrigin | undefined> {
  if (!from) return undefined;
  const { run, checkpoint, file, weights, newHead, freeze, rename } = from;
  const record = {
    weights,
    ...(run !== undefined && { run }),
    ...(checkpoint && { checkpoint }),
    ...(file !== undefined && { file }),
  };
  const name = nameOf(record);
  const bytes = await ledger.objects.get(weights).catch((error: Error) => {
    throw new ArgumentError(`the weights that it began with, ${name}: ${error.message}`);
  });
  return { origin: { name, bytes, newHead, freeze, rename }, record };
}
