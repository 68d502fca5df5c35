import { requireOptions } from "@versant/core/internal";
import { requireNames, requireOneOf, type ScaleOptions, storedScale } from "./checks.js";
import type { StoredScale } from "./signature.js";

/** What a setup says of its model's answers; their shape is that of the model. */
export type DeclaredOutput =
  | {
      readonly kind: "classes" | "positions";
      readonly names: readonly string[];
      readonly scores?: "logits" | "probabilities";
    }
  | {
      readonly kind: "numbers";
      readonly names?: readonly string[];
      readonly units?: readonly string[];
      readonly scale?: StoredScale;
    };

export interface ClassesOptions {
  /**
   * Whether the model answers with scores of any size, which become probabilities, or with probabilities.
   * Default: what its loss takes, "logits" for a function of one's own.
   */
  readonly scores?: "logits" | "probabilities";
}

export interface NumbersOutputOptions {
  /** What the numbers of an answer are called, one for each. Default: they have no names. */
  readonly names?: readonly string[];
  /** The unit of each, such as "kg"; for people. */
  readonly units?: readonly string[];
  /** answer * deviation + mean is what people know. Default: it is the answer itself. */
  readonly scale?: ScaleOptions;
}

/**
 * What a model's answers mean, for the `signature` of a setup. Without one it is derived from target, loss
 * and TableEncoder.
 */
export const output = {
  /** One of these classes: as many scores, in this order, or a single score of the second of two. */
  classes: (names: readonly string[], options: ClassesOptions = {}): DeclaredOutput =>
    ofClasses("classes", names, options),

  /** One of these classes for each position of the input, as in tagging; scores (C, T). */
  positions: (names: readonly string[], options: ClassesOptions = {}): DeclaredOutput =>
    ofClasses("positions", names, options),

  /** Numbers, in the shape of the answer. */
  numbers(options: NumbersOutputOptions = {}): DeclaredOutput {
    const operation = "output.numbers";
    requireOptions(operation, options, ["names", "units", "scale"]);
    const { names, units, scale } = options;
    return {
      kind: "numbers",
      ...(names && { names: requireNames(operation, "names", names) }),
      // Several numbers may have one unit.
      ...(units && { units: units.map((unit) => String(unit)) }),
      ...(scale && { scale: storedScale(operation, scale) }),
    };
  },
};

function ofClasses(
  kind: "classes" | "positions",
  names: readonly string[],
  options: ClassesOptions,
): DeclaredOutput {
  const operation = `output.${kind}`;
  requireOptions(operation, options, ["scores"]);
  const { scores } = options;
  return {
    kind,
    names: requireNames(operation, "the names", names),
    ...(scores && {
      scores: requireOneOf(operation, "scores", scores, ["logits", "probabilities"]),
    }),
  };
}
