import { ArgumentError } from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { type FittedCategory, indicesOf } from "./categories.js";
import type { Column } from "./column.js";
import type { Fitted, FittedNumber } from "./encodings.js";
import { leaveOut, type Place } from "./place.js";
import { featuresOf } from "./write.js";

/** The column that a model is to predict. */
export type Target = readonly [name: string, fitted: FittedNumber | FittedCategory];

/** @throws ArgumentError when there are several targets, or one that no model could learn */
export function requireTarget(
  caller: string,
  inputs: ReadonlyMap<string, Fitted>,
  targets: readonly (readonly [string, Fitted])[],
): Target | undefined {
  const [first, ...others] = targets;
  if (others.length > 0) {
    const names = targets.map(([name]) => name).join(", ");
    throw new ArgumentError(`${caller}: received targets ${names}, expected one column.`);
  }
  if (!first) return undefined;
  const [name, fitted] = first;
  if (inputs.has(name)) {
    throw new ArgumentError(
      `${caller}: column "${name}" is among the inputs and the target; the model would be given ` +
        "what it is to predict. Leave it out of the inputs.",
    );
  }
  if (fitted.as === "date" || fitted.as === "oneHot") {
    throw new ArgumentError(
      `${caller}: received "${fitted.as}" as encoding of the target "${name}", expected ` +
        '"number", "standard", or "index" for categories.',
    );
  }
  if ("fill" in fitted ? fitted.fill !== null || fitted.flag : fitted.missing === "slot") {
    throw new ArgumentError(
      `${caller}: received a way to fill what is missing in the target "${name}", expected none; ` +
        `${leaveOut({ caller, name, isTarget: true })}.`,
    );
  }
  if ("unknown" in fitted && fitted.unknown !== "error") {
    throw new ArgumentError(
      `${caller}: received unknown "${fitted.unknown}" for the target "${name}", expected "error": no sample of ` +
        "the training part could teach the model that class.",
    );
  }
  return [name, fitted];
}

/** float32 (N, 1) for numbers, int32 (N,) for categories. */
export function targetTensor(place: Place, column: Column, fitted: Target[1]): Tensor {
  if ("categories" in fitted) return tensor(indicesOf(place, column, fitted));
  const [feature] = featuresOf(place, column, fitted);
  return tensor(Float32Array.from(feature?.[1] ?? []), { shape: [column.values.length, 1] });
}
