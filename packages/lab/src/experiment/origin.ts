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
  /** Those of the run that the weights come from, where one is known. */
  readonly hyperparameters?: Readonly<Record<string, unknown>>;
}

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
 * @throws ArgumentError listing what does not fit, or for a pattern that names nothing
 */
export function beginWith(
  { model, average }: Setup,
  { name, newHead = [], freeze = [], rename = {}, hyperparameters = {} }: Origin,
  { tensors }: OriginContent,
  values: Readonly<Record<string, unknown>> = {},
): OriginReport {
  // All of the model, but not all of the file: what that has besides is told, and stands in the record.
  const options = { only: "*", rename, ...(newHead.length > 0 && { except: newHead }) };
  const report = takeTensors("from", model, name, tensors, options, {
    fresh: (misfits) => otherValues(hyperparameters, values) + newHeadAdvice(misfits),
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

/** What of the run's hyper-parameters is something else here: most often that is why shapes differ. */
function otherValues(
  theirs: Readonly<Record<string, unknown>>,
  ours: Readonly<Record<string, unknown>>,
): string {
  const others = Object.entries(theirs).filter(
    // The ledger's table holds flags as words.
    ([name, value]) =>
      !(name in commonDeclarations) &&
      Object.hasOwn(ours, name) &&
      String(ours[name]) !== String(value),
  );
  if (others.length === 0) return "";
  const told = others.map(([name, value]) => `${name} ${value} (here ${ours[name]})`).join(", ");
  return `It was trained with ${told}; give the same where shapes go by it. `;
}

/** The parts of the model that do not fit, as a pattern each. */
function newHeadAdvice(misfits: readonly string[]): string {
  const parts = new Set(misfits.map((name) => name.replace(/\.[^.]+$/, ".*")));
  const flags = [...parts].slice(0, 3).map((part) => `--new-head "${part}"`);
  return `${flags.join(" ")} leaves what is called so as it was drawn.`;
}
