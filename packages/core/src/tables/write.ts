import { ArgumentError, listed } from "../array/index.js";
import type { Scale } from "../data/scale.js";
import type { Column } from "./column.js";
import {
  categoriesOf,
  completed,
  cyclicParts,
  type Fitted,
  type FittedCategory,
  linearParts,
  numbersOf,
} from "./encodings.js";

/** A feature: its name, and its value in every row. */
export type Feature = readonly [name: string, values: ArrayLike<number>];

/**
 * The features of a column.
 *
 * @throws ArgumentError when a value is missing or a category unknown, and no place was chosen for it
 */
export function featuresOf(name: string, column: Column, fitted: Fitted): Feature[] {
  if ("categories" in fitted) {
    const indices = indicesOf(name, column, fitted);
    return slotsOf(fitted).map((slot, index) => [
      `${name}=${slot}`,
      indices.map((each) => Number(each === index)),
    ]);
  }
  const values = completed(name, column, fitted);
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
      : [[name, scaled(values, fitted.scale)]];
  if (fitted.flag) {
    const flags = numbersOf(column).map((value) => Number(Number.isNaN(value)));
    features.push([`${name}.missing`, flags]);
  }
  return features;
}

const scaled = (values: Float64Array, { mean, deviation }: Scale): Float64Array =>
  values.map((value) => (value - mean) / deviation);

/** What the indices of a column's categories stand for. */
export function slotsOf({ categories, unknown, missing }: FittedCategory): readonly string[] {
  return [
    ...categories,
    ...(unknown === "slot" ? ["(unknown)"] : []),
    ...(missing === "slot" ? ["(missing)"] : []),
  ];
}

/** The index of each row's category: those of training, then unknown, then missing. */
export function indicesOf(name: string, column: Column, fitted: FittedCategory): Int32Array {
  const { categories, unknown, missing } = fitted;
  const known = new Map(categories.map((category, index) => [category, index]));
  const unknownSlot = categories.length;
  const missingSlot = unknownSlot + (unknown === "slot" ? 1 : 0);
  let row = 0;
  return Int32Array.from(categoriesOf(column), (category) => {
    const at = row++;
    if (category === null) {
      if (missing === "slot") return missingSlot;
      throw new ArgumentError(
        `TableEncoder: the category of column "${name}" in row ${at} (rows count from 0) is missing; ` +
          'give missing a slot of its own when the encoder is fitted: { missing: "slot" }.',
      );
    }
    const index = known.get(category);
    if (index !== undefined) return index;
    if (unknown === "slot") return unknownSlot;
    throw new ArgumentError(
      `TableEncoder: received category ${JSON.stringify(category)} in column "${name}", row ${at} ` +
        `(rows count from 0), expected one that was in training: ${listed(categories)}; correct ` +
        'it, or fit the encoder with { unknown: "slot" }.',
    );
  });
}
