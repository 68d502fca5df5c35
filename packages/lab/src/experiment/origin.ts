import { ArgumentError } from "@versant/core/internal";
import { type TakeReport, takeTensors } from "../weights/match.js";
import { quoted, type Renaming } from "../weights/rename.js";
import { decodeSafetensors, type StoredTensor } from "../weights/safetensors.js";
import { preprocessingOf } from "../weights/weights.js";
import { commonDeclarations, type Setup } from "./experiment.js";

/** What becomes of weights that training begins with. */
export interface OriginOptions {
  /** Parameters and buffers of the model, or modules, that keep the values that were drawn. Default: none. */
  readonly newHead?: readonly string[];
  /** Parameters that are not trained. Default: none. */
  readonly freeze?: readonly string[];
  /** Names in the file to names in the model. Default: they are the same. */
  readonly rename?: Renaming;
}

/** Weights that training begins with, in place of those that were drawn. */
export interface Origin extends OriginOptions {
  /** What they are called: a run, or a file. */
  readonly name: string;
  /** Content of a safetensors file. */
  readonly bytes: Uint8Array;
  /** Of the run that trained them, where it is known: told where they do not fit. */
  readonly hyperparameters?: Values | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** What became of the model's parameters and buffers, by name. */
export interface OriginReport extends TakeReport {
  /** Of the model: parameters that are not trained. */
  readonly frozen: readonly string[];
}

/** What the weights' file holds. */
export interface OriginContent {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** As parsed JSON; undefined where none was stored. */
  readonly preprocessing: unknown;
}

/** @throws ArgumentError when it is no safetensors file */
export function readOrigin({ name, bytes }: Origin): OriginContent {
  const { tensors, metadata } = decodeSafetensors(bytes, name);
  return { tensors, preprocessing: preprocessingOf(name, metadata) };
}

/**
 * Sets the model of a setup to the weights that it begins with, and freezes what is not to be trained.
 *
 * @param values the hyper-parameters of the model, for errors
 * @throws ArgumentError listing what does not fit, or for a pattern that names nothing
 */
export function beginWith(
  { model, average }: Setup,
  { name, newHead = [], freeze = [], rename = {}, hyperparameters = {} }: Origin,
  { tensors }: OriginContent,
  values: Values,
): OriginReport {
  // All of the model, but not all of the file: what that has besides is told, and stands in the record.
  const options = { only: "*", rename, ...(newHead.length > 0 && { except: newHead }) };
  const report = takeTensors("from", model, name, tensors, options, {
    same: differenceOf(name, hyperparameters, values),
    fresh: (modules) =>
      `${modules.map((each) => `--new-head "${each}"`).join(" ")} leaves what is called so as it was drawn.`,
    rename: '--rename "fc1.*=hidden.0.*" gives other names.',
  });
  // An average that was made before has begun with the weights that were drawn.
  average?.reset();
  if (freeze.length > 0) model.freeze(freeze);
  const parameters = [...model.namedParameters()];
  const frozen = parameters.flatMap(([path, { requiresGrad }]) => (requiresGrad ? [] : [path]));
  if (freeze.length > 0 && frozen.length === parameters.length) {
    throw new ArgumentError(
      `from: received ${quoted(freeze)} to freeze, which is every parameter, expected one at least that is ` +
        'trained; --freeze "body.*" leaves the others.',
    );
  }
  return { ...report, frozen };
}

/** The hyper-parameters that may be why the one model is not like the other. */
function differenceOf(name: string, theirs: Values, own: Values): string | undefined {
  const differing = Object.keys(own).filter(
    (key) =>
      !Object.hasOwn(commonDeclarations, key) &&
      Object.hasOwn(theirs, key) &&
      theirs[key] !== own[key],
  );
  if (differing.length === 0) return undefined;
  const flags = differing.map((key) => `--${key} ${theirs[key]} (here ${own[key]})`);
  return `${name} was trained with ${flags.join(", ")}; the same values make the same model.`;
}
