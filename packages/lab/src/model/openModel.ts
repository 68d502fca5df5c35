import { createHash } from "node:crypto";
import { ArgumentError, GraphModel, type Tensor } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import type { Ledger } from "../ledger/ledger.js";
import { readCheckpoint } from "../recording/checkpoint.js";
import { readSignature } from "../signature/read.js";
import { decodeSafetensors } from "../weights/safetensors.js";
import { tensorsOf, usageOf } from "../weights/weights.js";
import { type ModelFile, readModelFile, withLedger } from "./modelFile.js";
import { TrainedModel } from "./trainedModel.js";

export interface OpenModelOptions {
  /** Where runs are looked for. Default: the ledger of this place. */
  readonly ledger?: Ledger | undefined;
  /** The weights of a checkpoint of the run in place of those of its end. Default: those of its end. */
  readonly checkpoint?: "best" | "last" | undefined;
}

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
  const file = await readModelFile(source, options.ledger);
  if (checkpoint === undefined) return decodeModel(file);
  const { run } = file;
  if (run === undefined) {
    throw new ArgumentError(
      `openModel: received the file ${source} and a checkpoint, expected a run, as a file has no checkpoints.`,
    );
  }
  return withLedger(options.ledger, async (ledger) =>
    decodeModel(file, await weightsAt(ledger, run, checkpoint)),
  );
}

/** Tensors that take the place of a file's, and the hash of what holds them. */
interface Replacement {
  readonly sha256: string;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

function decodeModel(
  { name, path, run, bytes }: ModelFile,
  replacement?: Replacement,
): TrainedModel {
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const { graph, signature } = usageOf(path, metadata);
  const state = new Map([...tensorsOf(tensors), ...(replacement?.tensors ?? [])]);
  return new TrainedModel({
    name,
    sha256: replacement?.sha256 ?? createHash("sha256").update(bytes).digest("hex"),
    run,
    signature: readSignature(signature),
    graph: GraphModel.fromJSON(graph, state),
  });
}

/** The weights of a run's checkpoint. */
async function weightsAt(
  ledger: Ledger,
  run: string,
  which: "best" | "last",
): Promise<Replacement> {
  const events = await ledger.events({ run, types: ["checkpoint"] });
  const kept = events
    .map(({ payload }) => payload)
    .findLast(({ best }) => which === "last" || best !== undefined);
  if (!kept) {
    throw new ArgumentError(
      `${run} has no ${which} checkpoint; expected one, or leave the choice out for the weights of its end.`,
    );
  }
  const { tensors } = await readCheckpoint(ledger.objects, run, kept);
  if ([...tensors.keys()].some((name) => name.startsWith("average."))) {
    throw new ArgumentError(
      `${run} is measured with averages of its weights, and its checkpoints do not say whose average is whose; ` +
        "expected no choice of a checkpoint, for the averages of its end.",
    );
  }
  return { sha256: kept.tensors, tensors: weightsIn(tensors) };
}

/** The model's tensors among those of a state of training. */
function weightsIn(tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const prefix = "model.";
  const own = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(own.map(([name, each]) => [name.slice(prefix.length), each]));
}
