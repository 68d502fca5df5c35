import { readFileSync } from "node:fs";
import { ArgumentError, nn, Tensor, tensor } from "@versant/core";
import { requireMap, requireOptions } from "@versant/core/internal";
import { OutputFile } from "../files/outputFile.js";
import { unreadable } from "../files/unreadable.js";
import { type PortableModel, type PortableParts, portableModel } from "../signature/portable.js";
import type { Signature } from "../signature/signature.js";
import { noteLoaded } from "./loaded.js";
import { type TakeOptions, type TakeReport, takeTensors } from "./match.js";
import { type Preprocessing, requirePreprocessing } from "./preprocessing.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Metadata,
  type StoredTensor,
} from "./safetensors.js";

export interface SaveWeightsOptions {
  /**
   * What was fitted on the training part, stored with the weights as JSON: a new row has to be encoded
   * as those were that the model learnt from. Default: none.
   */
  readonly preprocessing?: Preprocessing;
  /**
   * The model's forward pass and signature, as `portableModel` makes them: `openModel` and the command can
   * use the file then. Default: none.
   */
  readonly portable?: PortableModel;
}

/** Where what belongs to the weights stands in the file's metadata. */
const keys = {
  preprocessing: "versant.preprocessing",
  graph: "versant.graph",
  signature: "versant.signature",
  /** Why there are no graph and signature. */
  unusable: "versant.unusable",
} as const;

interface Belongings {
  readonly preprocessing?: Preprocessing | undefined;
  readonly portable?: PortableModel | undefined;
  readonly unusable?: string | undefined;
}

/** The bytes of a safetensors file with a model's state, and what belongs to it. */
async function encodeWeights(
  state: ReadonlyMap<string, Tensor>,
  { preprocessing, portable, unusable }: Belongings,
): Promise<Uint8Array> {
  const tensors = new Map<string, StoredTensor>();
  // The state's own values come first: they may be averages of the model's.
  for (const [name, each] of [...state, ...(portable?.graph.stateDict() ?? [])]) {
    if (tensors.has(name)) continue;
    tensors.set(name, { dtype: each.dtype, shape: each.shape, data: await each.data() });
  }
  return encodeSafetensors(tensors, {
    ...(preprocessing && { [keys.preprocessing]: JSON.stringify(preprocessing) }),
    ...(portable && {
      [keys.graph]: JSON.stringify(portable.graph),
      [keys.signature]: JSON.stringify(portable.signature),
    }),
    ...(unusable !== undefined && { [keys.unusable]: unusable }),
  });
}

/** A file, with the signature that it holds, or the reason why it holds none. */
export interface EncodedModel {
  readonly bytes: Uint8Array;
  readonly signature?: Signature;
  readonly unusable?: string;
}

/**
 * The bytes of a file with a model's state and all that is needed to use it. A model that cannot be traced
 * is kept all the same: the file says why, and so does `unusable`.
 */
export async function encodeModel(
  state: ReadonlyMap<string, Tensor>,
  parts: PortableParts & { readonly preprocessing?: Preprocessing | undefined },
): Promise<EncodedModel> {
  const { preprocessing } = parts;
  let portable: PortableModel;
  try {
    portable = portableModel(parts);
  } catch (error) {
    const { message: unusable } = error as Error;
    return { bytes: await encodeWeights(state, { preprocessing, unusable }), unusable };
  }
  const bytes = await encodeWeights(state, { preprocessing, portable });
  return { bytes, signature: portable.signature };
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
  requireOptions("saveWeights", options, ["preprocessing", "portable"]);
  const { preprocessing } = options;
  if (preprocessing !== undefined) requirePreprocessing("saveWeights", preprocessing);
  const state = source instanceof nn.Module ? source.stateDict() : source;
  requireMap("saveWeights", "the model or state dict", state, Tensor);
  const file = new OutputFile("saveWeights", path);
  file.write(await encodeWeights(state, options));
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
  const { bytes, tensors, metadata } = readFile(operation, path);
  const preprocessing = preprocessingOf(path, metadata);
  if (holdsGraph(metadata)) forgetConstants(tensors, model);
  const report = takeTensors(operation, model, path, tensors, options, {
    fresh: (modules) => `{ except: ${JSON.stringify(modules)} } leaves what is called so as it is.`,
    rename: '{ rename: { "fc1.*": "hidden.0.*" } } gives other names.',
    unexpected: '{ only: "*" } passes over what the model has none of.',
  });
  noteLoaded(path, bytes);
  return { ...report, preprocessing };
}

/** Drops what only the graph of the forward pass reads. */
function forgetConstants(
  tensors: Map<string, StoredTensor>,
  model: nn.Module<never, unknown>,
): void {
  const own = model.stateDict();
  for (const name of tensors.keys()) {
    if (/^constant\.\d+$/.test(name) && !own.has(name)) tensors.delete(name);
  }
}

/** The tensors of a file, by name. */
export const tensorsOf = (stored: ReadonlyMap<string, StoredTensor>): Map<string, Tensor> =>
  new Map(
    [...stored].map(([name, { data, shape, dtype }]) => [name, tensor(data, { shape, dtype })]),
  );

/** Whether a file says how its model is used. */
export const holdsGraph = (metadata: Metadata): boolean => metadata[keys.graph] !== undefined;

/**
 * What a file says of how to use its model; the texts are as anybody may have written them.
 *
 * @throws ArgumentError when it holds no graph, with the reason that the file tells
 */
export function usageOf(name: string, metadata: Metadata): { graph: unknown; signature: unknown } {
  const { [keys.graph]: graph, [keys.signature]: signature, [keys.unusable]: reason } = metadata;
  if (graph === undefined || signature === undefined) {
    throw new ArgumentError(
      reason === undefined
        ? `${name} holds weights alone, expected a model that \`versant train\` has recorded or written by ` +
            "--weights, or saveWeights with { portable }."
        : `${name} cannot be used without the code of its author: ${reason}`,
    );
  }
  return { graph: parse(name, "graph", graph), signature: parse(name, "signature", signature) };
}

function parse(name: string, what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ArgumentError(
      `${name}: its ${what} is not JSON (${(error as Error).message}); the file was changed.`,
    );
  }
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
  return { bytes, ...decodeSafetensors(bytes, path) };
}

/** The part of what a file says that holds without its tensors, for others of the same model. */
export const preprocessingIn = ({ [keys.preprocessing]: stored }: Metadata): Metadata =>
  stored === undefined ? {} : { [keys.preprocessing]: stored };

/** As parsed JSON; undefined where none was stored. */
export function preprocessingOf(path: string, metadata: Metadata): unknown {
  const stored = metadata[keys.preprocessing];
  if (stored === undefined) return undefined;
  try {
    return JSON.parse(stored);
  } catch (error) {
    throw unreadable("loadWeights", `the preprocessing of ${path}`, error);
  }
}
