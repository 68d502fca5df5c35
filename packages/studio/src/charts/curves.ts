import { indexAt } from "versant/figures";
import type { Curve } from "versant/studio-api";

/** Points of a live curve that are kept; where there are more, neighbours become one, until there are half as many. */
export const capacity = 2000;

/** The place of a value on a curve: those that JSON has no word for come as texts, and have none. */
export const finite = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/** A point that comes in. */
export interface Point {
  readonly step: number;
  readonly value: number | null;
  readonly lowest?: number | null | undefined;
  readonly highest?: number | null | undefined;
  readonly time: number;
  readonly sequence: number;
}

const lesser = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a == null ? (b ?? null) : b == null ? a : Math.min(a, b);
const greater = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a == null ? (b ?? null) : b == null ? a : Math.max(a, b);

/**
 * The curve in so many points at most, each for an equal part of the steps, so that what came in finely does not push the
 * rest together. A point is at the last of its steps, with the extremes, and the mean weighted by what each stood for.
 */
export function thinned(curve: Curve, most: number): Curve {
  const { step, value, time, sequence, lowest = value, highest = value } = curve;
  const first = step[0] ?? 0;
  const width = ((step.at(-1) ?? first) - first) / most;
  const partOf = (index: number): number =>
    Math.max(0, Math.ceil(((step[index] ?? 0) - first) / width) - 1);
  const thin = {
    ...{ step: [] as number[], value: [] as (number | null)[] },
    ...{ lowest: [] as (number | null)[], highest: [] as (number | null)[] },
    ...{ time: [] as number[], sequence: [] as number[] },
  };
  for (let start = 0; start < step.length; ) {
    const part = partOf(start);
    let sum = 0;
    let weights = 0;
    let low: number | null = null;
    let high: number | null = null;
    let end = start;
    for (; end < step.length && partOf(end) === part; end++) {
      const each = value[end] ?? null;
      const before = end > 0 ? end : 1;
      const weight = (step[before] ?? first + 1) - (step[before - 1] ?? first);
      if (each !== null) {
        sum += weight * each;
        weights += weight;
      }
      low = lesser(low, lowest[end]);
      high = greater(high, highest[end]);
    }
    thin.step.push(step[end - 1] ?? 0);
    thin.value.push(weights > 0 ? sum / weights : null);
    thin.lowest.push(low);
    thin.highest.push(high);
    thin.time.push(time[end - 1] ?? 0);
    thin.sequence.push(sequence[end - 1] ?? 0);
    start = end;
  }
  return thin;
}

/**
 * The curve with more points behind it. Those that do not lie behind its last step are left out: they were there
 * already.
 */
export function extended(curve: Curve | undefined, points: readonly Point[]): Curve {
  const end = curve?.step.at(-1) ?? Number.NEGATIVE_INFINITY;
  const fresh = points.filter(({ step }) => step > end);
  if (curve && fresh.length === 0) return curve;
  const old = curve ?? { step: [], value: [], time: [], sequence: [] };
  const isBand = old.lowest !== undefined || fresh.some(({ lowest }) => lowest !== undefined);
  const joined: Curve = {
    step: [...old.step, ...fresh.map(({ step }) => step)],
    value: [...old.value, ...fresh.map(({ value }) => value)],
    time: [...old.time, ...fresh.map(({ time }) => time)],
    sequence: [...old.sequence, ...fresh.map(({ sequence }) => sequence)],
    ...(isBand && {
      lowest: [
        ...(old.lowest ?? old.value),
        ...fresh.map(({ lowest, value }) => (lowest === undefined ? value : lowest)),
      ],
      highest: [
        ...(old.highest ?? old.value),
        ...fresh.map(({ highest, value }) => (highest === undefined ? value : highest)),
      ],
    }),
  };
  return joined.step.length > capacity ? thinned(joined, capacity / 2) : joined;
}

/** Steps from one to another, both with it. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** The curve with finer points in the place of its own between two steps; none of them lies behind its last. */
export function refined(curve: Curve, finer: Curve, { from, to }: StepRange): Curve {
  const end = indexAt(finer.step, curve.step.at(-1) ?? 0) + 1;
  const [before, after] = [indexAt(curve.step, from - 1) + 1, indexAt(curve.step, to) + 1];
  const join = <T>(own: readonly T[], points: readonly T[]): T[] => [
    ...own.slice(0, before),
    ...points.slice(0, end),
    ...own.slice(after),
  ];
  const { lowest = curve.value, highest = curve.value } = curve;
  return {
    step: join(curve.step, finer.step),
    value: join(curve.value, finer.value),
    time: join(curve.time, finer.time),
    sequence: join(curve.sequence, finer.sequence),
    ...((curve.lowest || finer.lowest) && {
      lowest: join(lowest, finer.lowest ?? finer.value),
      highest: join(highest, finer.highest ?? finer.value),
    }),
  };
}
