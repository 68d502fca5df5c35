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
  const places = spread(values.length);
  const taken = places
    ? Array.from(places, (place) => values[place] as number)
    : Array.from(values);
  const finite = taken.filter(Number.isFinite);
  const nonFinite = taken.length - finite.length;
  const lowest = finite.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const highest = finite.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  if (finite.length === 0) return { path, lowest: 0, highest: 0, counts: [], nonFinite };
  const counts = new Array<number>(lowest === highest ? 1 : bins).fill(0);
  for (const value of finite) {
    const share = lowest === highest ? 0 : (value - lowest) / (highest - lowest);
    const bin = Math.min(counts.length - 1, Math.floor(share * counts.length));
    counts[bin] = (counts[bin] as number) + 1;
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
