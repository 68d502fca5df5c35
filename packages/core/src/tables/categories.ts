import { ArgumentError, describeValue, formatCount, listed, requireCount } from "../array/index.js";
import { type Column, type ColumnKind, categoriesOf } from "./column.js";
import type { CategoryEncoding } from "./options.js";
import { hardlyRecurs } from "./outline.js";
import { cellOf, missingValue, type Place, wrongKind } from "./place.js";

export interface FittedCategory {
  readonly as: "oneHot" | "index";
  readonly kind: ColumnKind;
  readonly categories: readonly string[];
  readonly unknown: "error" | "slot" | "mean";
  readonly missing: "error" | "slot";
  /** Of the rows that have a category, the share of each; what is unknown becomes where it is "mean". */
  readonly shares: readonly number[];
}

/** Elements of a one-hot matrix that fit into a gigabyte. */
const mostElements = 2 ** 28;

export function fitCategory(
  place: Place,
  column: Column,
  encoding: CategoryEncoding,
): FittedCategory {
  const { as, unknown = "error", missing = "error", minimumCount = 1 } = encoding;
  const { kind } = column;
  if (kind === "date") {
    const mend = 'encode it { as: "date", parts }';
    throw wrongKind(place, kind, as, `categories, numbers or booleans; ${mend}`);
  }
  const where = `${place.caller}, column "${place.name}"`;
  requireChoice(where, "unknown", unknown, as === "oneHot" ? ["error", "slot", "mean"] : slots);
  requireChoice(where, "missing", missing, slots);
  requireCount(where, "minimumCount", minimumCount);
  if (minimumCount > 1 && unknown !== "slot") {
    throw new ArgumentError(
      `${where}: received minimumCount ${minimumCount} and unknown "${unknown}", expected unknown ` +
        '"slot", the place that rarer categories share.',
    );
  }
  const counts = new Map<string, number>();
  let present = 0;
  for (const category of categoriesOf(column)) {
    if (category === null) continue;
    counts.set(category, (counts.get(category) ?? 0) + 1);
    present++;
  }
  const frequent = [...counts].filter(([, count]) => count >= minimumCount);
  // Sorted, so that the order of the rows does not decide that of the features.
  const categories = frequent.map(([category]) => category).sort();
  // A target may have none, which is said where targets are checked.
  if (unknown === "slot" && !place.isTarget)
    requireTaught(where, as, counts, categories.length, minimumCount);
  if (as === "oneHot") requireNarrow(where, categories.length, present, column.values.length);
  const shares =
    unknown === "mean" ? categories.map((each) => (counts.get(each) ?? 0) / present) : [];
  return { as, kind, categories, unknown, missing, shares };
}

const slots = ["error", "slot"];

function requireChoice(
  where: string,
  option: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (typeof value === "string" && choices.includes(value)) return;
  throw new ArgumentError(
    `${where}: received ${option} ${describeValue(value)}, expected one of ` +
      `${choices.map((each) => `"${each}"`).join(", ")}.`,
  );
}

/** A slot that no row of training falls into keeps the weights that it began with. */
function requireTaught(
  where: string,
  as: string,
  counts: ReadonlyMap<string, number>,
  kept: number,
  minimumCount: number,
): void {
  if (kept > 0 && kept < counts.size) return;
  const rarest = [...counts.values()].reduce((least, count) => Math.min(least, count), Infinity);
  throw new ArgumentError(
    kept === 0
      ? `${where}: none of ${counts.size} categories is met ${minimumCount} times or more, expected ` +
          "some that are; use a smaller minimumCount."
      : `${where}: received unknown "slot" with minimumCount ${minimumCount}, and the rarest category ` +
          `is met ${rarest} times, so that no row would teach what the slot means; raise minimumCount` +
          `${as === "oneHot" ? ', or choose unknown "mean"' : ', or choose unknown "error"'}.`,
  );
}

function requireNarrow(where: string, categories: number, present: number, rows: number): void {
  const isLarge = categories * rows > mostElements;
  if (!isLarge && !hardlyRecurs(categories, present)) return;
  throw new ArgumentError(
    `${where}: received ${formatCount(categories)} categories in ${formatCount(rows)} rows for ` +
      `"oneHot", expected ${isLarge ? "fewer" : "categories that recur"}; leave out what is an id, say ` +
      "what the column is when it is read ({ kinds }), let rare categories share a slot " +
      '({ unknown: "slot", minimumCount }), or encode it { as: "index" } for an embedding.',
  );
}

/** What the indices of a column's categories stand for. */
export function slotsOf({ categories, unknown, missing }: FittedCategory): readonly string[] {
  return [
    ...categories,
    ...(unknown === "slot" ? ["(unknown)"] : []),
    ...(missing === "slot" ? ["(missing)"] : []),
  ];
}

/** Where a row has an unknown category, and `unknown` is "mean". */
export const meanIndex = -1;

/**
 * The index of each row's category: those of training, then unknown, then missing.
 *
 * @throws ArgumentError when a category is missing or unknown, and no place was chosen for it
 */
export function indicesOf(place: Place, column: Column, fitted: FittedCategory): Int32Array {
  const { categories, unknown, missing } = fitted;
  const known = new Map(categories.map((category, index) => [category, index]));
  const missingSlot = categories.length + (unknown === "slot" ? 1 : 0);
  let row = 0;
  return Int32Array.from(categoriesOf(column), (category) => {
    const at = row++;
    if (category === null) {
      if (missing === "slot") return missingSlot;
      const mend = 'give it a slot of its own when the encoder is fitted: { missing: "slot" }';
      throw missingValue(place, at, mend);
    }
    const index = known.get(category);
    if (index !== undefined) return index;
    if (unknown === "slot") return categories.length;
    if (unknown === "mean") return meanIndex;
    const choice = fitted.as === "oneHot" ? '"mean" or "slot"' : '"slot"';
    throw new ArgumentError(
      `${place.caller}: received category ${JSON.stringify(category)} in ${cellOf(place, at)}, ` +
        `expected one that was in training: ${listed(categories)}; ` +
        (place.isTarget
          ? "correct it, or leave such rows out with table.filter."
          : `correct it, or fit the encoder with unknown ${choice}.`),
    );
  });
}
