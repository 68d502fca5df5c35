import { readFileSync } from "node:fs";
import { ArgumentError, nn, Tensor, tensor } from "@versant/core";
import { requireMap, requireOptions } from "@versant/core/internal";
import { OutputFile } from "../files/outputFile.js";
import { unreadable } from "../files/unreadable.js";
import { type Preprocessing, requirePreprocessing } from "./preprocessing.js";
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from "./safetensors.js";

export interface SaveWeightsOptions {
  /**
   * What was fitted on the training part, stored with the weights as JSON: a new row has to be encoded
   * as those were that the model learnt from. Default: none.
   */
  readonly preprocessing?: Preprocessing;
}

/** Where the preprocessing stands in the file's metadata. */
const preprocessingKey = "versant.preprocessing";

/** The bytes of a safetensors file with a model's state, and what belongs to it. */
export async function encodeWeights(
  state: ReadonlyMap<string, Tensor>,
  preprocessing?: Preprocessing,
): Promise<Uint8Array> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, each] of state) {
    tensors.set(name, { dtype: each.dtype, shape: each.shape, data: await each.data() });
  }
  const metadata = preprocessing && { [preprocessingKey]: JSON.stringify(preprocessing) };
  return encodeSafetensors(tensors, metadata);
}

/**
 * Writes a model's weights, and what was fitted for it, as a safetensors file. In another process,
 *
 * ```ts
 * await saveWeights(trainer.stateDict(), "houses.safetensors", { preprocessing: encoder });
 * // there:
 * const encoder = TableEncoder.fromJSON(readPreprocessing("houses.safetensors"));
 * loadWeights(model, "houses.safetensors");
 * const prices = encoder.decode(await model.forward(encoder.encode(newHouses).features).data());
 * ```
 *
 * The file is there complete or not at all.
 *
 * @param source a model, or a state dict; that of a Trainer has the averages of its weights, if it
 *   keeps some
 * @throws ArgumentError when `source` is something else, the preprocessing cannot be stored, or the
 *   file cannot be written
 */
export async function saveWeights(
  source: nn.Module | ReadonlyMap<string, Tensor>,
  path: string,
  options: SaveWeightsOptions = {},
): Promise<void> {
  requireOptions("saveWeights", options, ["preprocessing"]);
  const { preprocessing } = options;
  if (preprocessing !== undefined) requirePreprocessing("saveWeights", preprocessing);
  const state = source instanceof nn.Module ? source.stateDict() : source;
  requireMap("saveWeights", "the model or state dict", state, Tensor);
  const file = new OutputFile("saveWeights", path);
  file.write(await encodeWeights(state, preprocessing));
}

/**
 * Sets a model to the weights of a file of `saveWeights`, of `versant train --weights`, or of another
 * writer of the format. The model is left in the mode that it is in: call `model.eval()` to predict.
 *
 * @returns the preprocessing that was stored, as parsed JSON, for `fromJSON`; undefined without one
 * @throws ArgumentError when the file cannot be read, or lists the tensors that are missing,
 *   unexpected, or of another shape or dtype than the model's; the model is unchanged then
 */
export function loadWeights(model: nn.Module, path: string): { readonly preprocessing: unknown } {
  if (!(model instanceof nn.Module)) {
    throw new ArgumentError("loadWeights: received no model, expected loadWeights(model, path).");
  }
  const { tensors, metadata } = readFile("loadWeights", path);
  const state = new Map(
    [...tensors].map(([name, { data, shape, dtype }]) => [name, tensor(data, { shape, dtype })]),
  );
  try {
    model.loadStateDict(state);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw new ArgumentError(`loadWeights: ${path}: ${error.message}`);
  }
  return { preprocessing: preprocessingOf(path, metadata) };
}

/**
 * The preprocessing that was stored with weights, as parsed JSON, where the model's sizes depend on it.
 *
 * @throws ArgumentError when the file cannot be read, or holds none
 */
export function readPreprocessing(path: string): unknown {
  const stored = preprocessingOf(path, readFile("readPreprocessing", path).metadata);
  if (stored !== undefined) return stored;
  throw new ArgumentError(
    `readPreprocessing: ${path} holds weights alone; expected a file that was saved with ` +
      "{ preprocessing }, or by an experiment whose setup returns one.",
  );
}

function readFile(operation: string, path: string) {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw unreadable(operation, path, error, "expected a safetensors file");
  }
  return decodeSafetensors(bytes, path);
}

function preprocessingOf(path: string, metadata: Readonly<Record<string, string>>): unknown {
  const stored = metadata[preprocessingKey];
  if (stored === undefined) return undefined;
  try {
    return JSON.parse(stored);
  } catch (error) {
    throw unreadable("loadWeights", `the preprocessing of ${path}`, error);
  }
}
