import type { HistogramRecord } from "../ledger/insightEvents.js";

/** Bins of a histogram. */
const bins = 32;

/** Values that a histogram is made of at most: a count is off by some percent of itself then. */
export const sampled = 4096;

/** Places of `sampled` of `size` values, evenly spread; null where all of them are few enough. */
export function spread(size: number): Int32Array | null {
  if (size <= sampled) return null;
  return Int32Array.from({ length: sampled }, (_, place) => Math.floor((place * size) / sampled));
}

/** How values are spread; of many, `sampled` of them. */
export function histogramOf(path: string, values: ArrayLike<number>): HistogramRecord {
  const finite = new Float64Array(Math.min(values.length, sampled));
  const places = spread(values.length);
  let taken = 0;
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let index = 0; index < finite.length; index++) {
    const value = values[places ? (places[index] as number) : index] as number;
    if (!Number.isFinite(value)) continue;
    finite[taken++] = value;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const nonFinite = finite.length - taken;
  if (taken === 0) return { path, lowest: 0, highest: 0, counts: [], nonFinite };
  const counts = new Array<number>(lowest === highest ? 1 : bins).fill(0);
  const scale = lowest === highest ? 0 : counts.length / (highest - lowest);
  for (let index = 0; index < taken; index++) {
    const bin = Math.floor(((finite[index] as number) - lowest) * scale);
    const place = Math.min(counts.length - 1, bin);
    counts[place] = (counts[place] as number) + 1;
  }
  return {
    path,
    lowest: short(lowest),
    highest: short(highest),
    counts,
    ...(nonFinite > 0 && { nonFinite }),
  };
}

/** Four significant digits. */
const short = (value: number): number => Number(value.toPrecision(4));
