import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ArgumentError, GraphModel, type Tensor } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";
import { Ledger } from "../ledger/ledger.js";
import { findRun, listRuns, type RunSummary } from "../ledger/runs.js";
import { readCheckpoint } from "../recording/checkpoint.js";
import { readSignature } from "../signature/read.js";
import { decodeSafetensors } from "../weights/safetensors.js";
import { tensorsOf, usageOf } from "../weights/weights.js";
import { TrainedModel } from "./trainedModel.js";

export interface OpenModelOptions {
  /** Where runs are looked for. Default: the ledger of this place. */
  readonly ledger?: Ledger | undefined;
  /** The weights of a checkpoint of the run in place of those of its end. Default: those of its end. */
  readonly checkpoint?: "best" | "last" | undefined;
}

/** Paths have a separator or this ending; what else there is names a run. */
const isPath = (source: string): boolean => /[/\\]|\.safetensors$/.test(source);

/**
 * A trained model, ready for use: of a run ("last", a name, its beginning, a number such as "#12", or a tag,
 * of which the newest run is meant), or of a file that `versant train --weights` or `saveWeights` wrote. The
 * bytes are compared with their hash in the ledger; nothing that a file holds is run as code.
 *
 * @throws ArgumentError when there is no such run or file, it did not come to an end, or it holds no graph
 *   of its model, with the reason
 */
export async function openModel(
  source: string,
  options: OpenModelOptions = {},
): Promise<TrainedModel> {
  requireOptions("openModel", options, ["ledger", "checkpoint"]);
  const { checkpoint } = options;
  if (checkpoint !== undefined && checkpoint !== "best" && checkpoint !== "last") {
    throw new ArgumentError(
      `openModel: received checkpoint ${JSON.stringify(checkpoint)}, expected "best" or "last".`,
    );
  }
  if (isPath(source)) {
    if (checkpoint === undefined) return openFile(source);
    throw new ArgumentError(
      `openModel: received the file ${source} and a checkpoint, expected a run, as a file has no checkpoints.`,
    );
  }
  const ledger = options.ledger ?? Ledger.open({ mode: "read", create: false });
  try {
    return await openRun(ledger, source, checkpoint);
  } finally {
    if (!options.ledger) await ledger.close();
  }
}

function openFile(path: string): TrainedModel {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable("openModel", path, error, "expected a safetensors file, or the name of a run");
  }
  return decodeModel(bytes, { name: basename(path).replace(/\.safetensors$/, ""), path });
}

interface Origin {
  readonly name: string;
  readonly path: string;
  readonly run?: string;
  /** Tensors that take the place of the file's. */
  readonly replaced?: ReadonlyMap<string, Tensor>;
}

function decodeModel(bytes: Uint8Array, { name, path, run, replaced }: Origin): TrainedModel {
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const { graph, signature } = usageOf(path, metadata);
  const state = new Map([...tensorsOf(tensors), ...(replaced ?? [])]);
  return new TrainedModel({
    name,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    run,
    signature: readSignature(signature),
    graph: GraphModel.fromJSON(graph, state),
  });
}

async function openRun(
  ledger: Ledger,
  word: string,
  checkpoint: "best" | "last" | undefined,
): Promise<TrainedModel> {
  const { id, experiment } = await runOf(ledger, word);
  const events = await ledger.events({ run: id, types: ["run.ended", "checkpoint"] });
  const object = events.flatMap((event) =>
    event.type === "run.ended" ? [event.payload.object] : [],
  );
  const last = object.at(-1);
  if (last === undefined) {
    throw new ArgumentError(
      `${id} has no model, as it did not come to its end, expected a run that did; \`versant resume ${id}\` ` +
        "finishes it.",
    );
  }
  const bytes = await ledger.objects.get(last);
  const origin = { name: experiment, path: id, run: id };
  if (checkpoint === undefined) return decodeModel(bytes, origin);
  const kept = events
    .flatMap((event) => (event.type === "checkpoint" ? [event.payload] : []))
    .findLast(({ best }) => checkpoint === "last" || best !== undefined);
  if (!kept) {
    throw new ArgumentError(
      `${id} has no ${checkpoint} checkpoint; expected one, or leave the choice out for the weights of its end.`,
    );
  }
  const { tensors } = await readCheckpoint(ledger.objects, id, kept);
  if ([...tensors.keys()].some((name) => name.startsWith("average."))) {
    throw new ArgumentError(
      `${id} is measured with averages of its weights, and its checkpoints do not say whose average is whose; ` +
        "expected no choice of a checkpoint, for the averages of its end.",
    );
  }
  return decodeModel(bytes, { ...origin, replaced: weightsIn(tensors) });
}

/** The model's tensors among those of a state of training. */
function weightsIn(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const prefix = "model.";
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, each]) => [name.slice(prefix.length), each]));
}

/** @throws ArgumentError when neither a name nor a tag says which run is meant */
async function runOf(ledger: Ledger, word: string): Promise<RunSummary> {
  try {
    return await findRun(ledger, word);
  } catch (error) {
    const conditions = [{ name: "tags", operator: "=", value: word }] as const;
    const [newest] = await listRuns(ledger, { conditions, limit: 1 });
    if (newest) return newest;
    throw error;
  }
}
