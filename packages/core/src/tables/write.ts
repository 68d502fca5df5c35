import { ArgumentError } from "../array/index.js";
import type { Scale } from "../data/scale.js";
import { type FittedCategory, indicesOf, meanIndex, slotsOf } from "./categories.js";
import { type Column, numbersOf } from "./column.js";
import { completed, cyclicParts, type Fitted, linearParts } from "./encodings.js";
import { cellOf, type Place } from "./place.js";

/** A feature: its name, and its value in every row. */
export type Feature = readonly [name: string, values: ArrayLike<number>];

/**
 * The features of a column.
 *
 * @throws ArgumentError when a value is missing or a category unknown, and no place was chosen for it, and
 *   when a number is beyond what float32 holds
 */
export function featuresOf(place: Place, column: Column, fitted: Fitted): Feature[] {
  const { name } = place;
  if ("categories" in fitted) return oneHot(place, column, fitted);
  const values = completed(place, column, fitted);
  const features: Feature[] =
    fitted.as === "date"
      ? fitted.parts.flatMap(({ part, scale }): Feature[] => {
          const linear = linearParts[part];
          if (linear) return [[`${name}.${part}`, scaled(values.map(linear), scale)]];
          const turns = values.map(cyclicParts[part] ?? Number).map((turn) => 2 * Math.PI * turn);
          return [
            [`${name}.${part}.sin`, turns.map(Math.sin)],
            [`${name}.${part}.cos`, turns.map(Math.cos)],
          ];
        })
      : [[name, requireFloat32(place, values, scaled(values, fitted.scale))]];
  if (fitted.flag) {
    const flags = numbersOf(column).map((value) => Number(Number.isNaN(value)));
    features.push([`${name}.missing`, flags]);
  }
  return features;
}

const scaled = (values: Float64Array, { mean, deviation }: Scale): Float64Array =>
  values.map((value) => (value - mean) / deviation);

function requireFloat32(place: Place, values: Float64Array, features: Float64Array): Float64Array {
  const row = features.findIndex((feature) => !Number.isFinite(Math.fround(feature)));
  if (row < 0) return features;
  throw new ArgumentError(
    `${place.caller}: received ${values[row]} in ${cellOf(place, row)}, which is ${features[row]} as a ` +
      "feature, expected one that float32 holds (up to 3.4e38); use a larger unit, or a logarithm.",
  );
}

function oneHot(place: Place, column: Column, fitted: FittedCategory): Feature[] {
  const indices = indicesOf(place, column, fitted);
  return slotsOf(fitted).map((slot, position) => {
    // What is unknown is in no slot.
    const share = fitted.shares[position] ?? 0;
    const featureOf = (index: number): number =>
      index === meanIndex ? share : Number(index === position);
    return [`${place.name}=${slot}`, Float32Array.from(indices, featureOf)];
  });
}
