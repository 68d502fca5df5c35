import { readFileSync } from "node:fs";
import { ArgumentError, nn, Tensor } from "@versant/core";
import { requireMap, requireOptions } from "@versant/core/internal";
import { OutputFile } from "../files/outputFile.js";
import { unreadable } from "../files/unreadable.js";
import { type TakeOptions, type TakeReport, takeTensors } from "./match.js";
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

/** What was loaded, and what was stored beside it. */
export interface LoadedWeights extends TakeReport {
  /** As parsed JSON, for `fromJSON`; undefined without one. */
  readonly preprocessing: unknown;
}

/**
 * Sets a model to the weights of a file of `saveWeights`, of `versant train --weights`, or of another
 * writer of the format, such as PyTorch. The model is left in the mode that it is in: call `model.eval()`
 * to predict.
 *
 * ```ts
 * loadWeights(model, "digits.safetensors", { except: "output" });     // a new head
 * loadWeights(model, "torch.safetensors", { rename: { "fc1.*": "hidden.0.*" } });
 * ```
 *
 * Without `only` and `except`, model and file have to have the same names. What PyTorch calls differently
 * in its layers (`running_mean`, `weight_ih_l0`, `in_proj_weight`) is understood without `rename`; float16,
 * bfloat16 and float64 become the model's dtype, int64 becomes int32.
 *
 * @throws ArgumentError when the file cannot be read, or lists the tensors that are missing,
 *   unexpected, or of another shape or dtype than the model's, with the nearest names; the model is
 *   unchanged then
 */
export function loadWeights(
  model: nn.Module<never, unknown>,
  path: string,
  options: TakeOptions = {},
): LoadedWeights {
  const operation = "loadWeights";
  if (!(model instanceof nn.Module)) {
    throw new ArgumentError(`${operation}: received no model, expected loadWeights(model, path).`);
  }
  requireOptions(operation, options, ["only", "except", "rename"]);
  const { tensors, metadata } = readFile(operation, path);
  const preprocessing = preprocessingOf(path, metadata);
  const report = takeTensors(operation, model, path, tensors, options, {
    fresh: '{ except: "output" } leaves what is called so as it is.',
    rename: '{ rename: { "fc1.*": "hidden.0.*" } } gives other names.',
  });
  return { ...report, preprocessing };
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

/** As parsed JSON; undefined where none was stored. */
export function preprocessingOf(path: string, metadata: Readonly<Record<string, string>>): unknown {
  const stored = metadata[preprocessingKey];
  if (stored === undefined) return undefined;
  try {
    return JSON.parse(stored);
  } catch (error) {
    throw unreadable("loadWeights", `the preprocessing of ${path}`, error);
  }
}
