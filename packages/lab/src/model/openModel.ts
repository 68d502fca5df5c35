import { GraphModel } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import type { Ledger } from "../ledger/ledger.js";
import { readSignature } from "../signature/read.js";
import { decodeSafetensors } from "../weights/safetensors.js";
import { tensorsOf, usageOf } from "../weights/weights.js";
import { readModelFile } from "./modelFile.js";
import { TrainedModel } from "./trainedModel.js";

export interface OpenModelOptions {
  /** Where runs are looked for. Default: the ledger of this place. */
  readonly ledger?: Ledger | undefined;
}

/**
 * A trained model, ready for use: of a run ("last", a name, its beginning, a number such as "#12", or a tag,
 * of which the newest run is meant), of one of its checkpoints ("last@best", "last@last"), or of a file that
 * `versant train --weights` or `saveWeights` wrote. The bytes are compared with their hash in the ledger;
 * nothing that a file holds is run as code.
 *
 * @throws ArgumentError when there is no such run, checkpoint or file, it did not come to an end, none of its epochs
 *   did, or it holds no graph of its model, with the reason
 */
export async function openModel(
  source: string,
  options: OpenModelOptions = {},
): Promise<TrainedModel> {
  requireOptions("openModel", options, ["ledger"]);
  const { path, bytes, ...about } = await readModelFile(source, options.ledger);
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  const { graph, signature } = usageOf(path, metadata);
  return new TrainedModel({
    ...about,
    signature: readSignature(signature),
    graph: GraphModel.fromJSON(graph, tensorsOf(tensors)),
  });
}
