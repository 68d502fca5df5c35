import { ArgumentError } from "@versant/core";
import { readers } from "@versant/core/internal";
import type { ScoreRecord, SliceRecord } from "../ledger/evaluationEvent.js";
import { type DrawOptions, shareRecord, withIntervals } from "./intervals.js";
import { type Judged, meanOf, type Score } from "./judged.js";
import { fewAsRight, holm, ranksHigher, ranksOf } from "./significance.js";

/** A column is told apart by so many values at most. */
const mostValues = 100;

/** Numbers of more values than these are told apart by quartiles. */
const fewNumbers = 10;

/** Below this a slice is called worse. */
const level = 0.05;

/** Which slice each sample is in: the place of one of `values`. */
export interface Slicing {
  readonly by: string;
  readonly values: readonly string[];
  readonly places: Int32Array;
}

/**
 * Samples by the value of a column; numbers of more than ten values by quartiles.
 *
 * @throws ArgumentError for text of more than 100 values
 */
export function slicingOf(by: string, cells: readonly string[]): Slicing {
  const values = [...new Set(cells)].sort();
  const numbers = cells.map((cell) => (cell === "" ? Number.NaN : readers.number(cell)));
  const isNumeric = cells.every((cell, row) => cell === "" || !Number.isNaN(numbers[row]));
  if (isNumeric && values.length > fewNumbers) return quartiles(by, Float64Array.from(numbers));
  if (values.length > mostValues) {
    throw new ArgumentError(
      `--slice: the column "${by}" has ${values.length} values, expected ${mostValues} at most, or numbers.`,
    );
  }
  const places = new Map(values.map((value, place) => [value, place]));
  return {
    by,
    values: values.map((value) => (value === "" ? "(empty)" : value)),
    places: Int32Array.from(cells, (cell) => places.get(cell) as number),
  };
}

/** Equal numbers stay together, so that the quarters need not be equal. */
function quartiles(by: string, numbers: Float64Array): Slicing {
  const sorted = numbers.filter((each) => !Number.isNaN(each)).sort();
  const edges = [0.25, 0.5, 0.75].map(
    (share) => sorted[Math.ceil(share * sorted.length) - 1] as number,
  );
  const ends = [sorted[0] as number, ...edges, sorted.at(-1) as number];
  const places = Int32Array.from(numbers, (value) =>
    Number.isNaN(value) ? 4 : edges.filter((edge) => value > edge).length,
  );
  const range = (quarter: number): string =>
    `${quarter === 0 ? "" : "above "}${ends[quarter]} to ${ends[quarter + 1]}`;
  return { by, values: [...[0, 1, 2, 3].map(range), "(empty)"], places };
}

/** Each slice that has samples, and whether the model is worse at it than chance lets the rest be better. */
export async function judgeSlices(
  judged: Judged,
  slicings: readonly Slicing[],
  options: DrawOptions,
): Promise<SliceRecord[]> {
  const chance = chanceIn(judged);
  const found = await Promise.all(
    slicings.flatMap(({ by, values, places }) =>
      values.map(async (value, place) => {
        const inside = [...places.keys()].filter((sample) => places[sample] === place);
        if (inside.length === 0) return [];
        const score = await scoreOf(judged, inside, options);
        const p = chance(inside);
        return [{ by, value, samples: inside.length, score, p }];
      }),
    ),
  );
  const slices = found.flat();
  const adjusted = holm(slices.map(({ p }) => p));
  return slices.map((slice, place) => {
    const p = adjusted[place] as number;
    return { ...slice, p, isWorse: p < level };
  });
}

/** The accuracy of some samples, or the mean size of their errors. */
async function scoreOf(
  { kind, wrongness }: Judged,
  inside: readonly number[],
  options: DrawOptions,
): Promise<ScoreRecord> {
  const own = Float64Array.from(inside, (sample) => wrongness[sample] as number);
  if (kind === "classes") {
    const right = own.reduce((sum, wrong) => sum + 1 - wrong, 0);
    return shareRecord("accuracy", { part: right, whole: own.length });
  }
  const error: Score = { name: "MAE", best: "lowest", of: (draw) => meanOf(own, draw) };
  const [record] = await withIntervals(own.length, [error], options);
  return record as ScoreRecord;
}

/** How probable it is that some samples, drawn from all at random, are as bad. */
function chanceIn({ kind, wrongness, samples }: Judged): (inside: readonly number[]) => number {
  if (kind === "numbers") {
    const ranks = ranksOf(wrongness);
    return (inside) => {
      const members = new Set(inside);
      return ranksHigher(ranks, (sample) => members.has(sample));
    };
  }
  const wrong = wrongness.reduce((sum, each) => sum + each, 0);
  return (inside) => {
    const own = inside.reduce((sum, sample) => sum + (wrongness[sample] as number), 0);
    return fewAsRight(inside.length - own, inside.length, samples - wrong, samples);
  };
}
