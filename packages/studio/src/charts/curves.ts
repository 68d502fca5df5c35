import { indexAt } from "versant/figures";
import type { Curve } from "versant/studio-api";

/** Points of a live curve that are kept; where there are more, neighbours become one. */
export const capacity = 2000;

/** A point that comes in. */
export interface Point {
  readonly step: number;
  readonly value: number | null;
  readonly lowest?: number | null | undefined;
  readonly highest?: number | null | undefined;
  readonly time: number;
  readonly sequence: number;
}

const least = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a == null ? (b ?? null) : b == null ? a : Math.min(a, b);
const most = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a == null ? (b ?? null) : b == null ? a : Math.max(a, b);

/** Half as many points: each of two neighbours, with their mean, their extremes, and the place of the second. */
export function halved(curve: Curve): Curve {
  const { step, value, time, sequence, lowest = value, highest = value } = curve;
  const at = Array.from({ length: Math.ceil(step.length / 2) }, (_, index) => 2 * index);
  const last = (index: number): number => Math.min(index + 1, step.length - 1);
  const pick = (values: readonly number[]): number[] => at.map((i) => values[last(i)] ?? 0);
  return {
    step: pick(step),
    value: at.map((i) => {
      const [a = null, b = null] = [value[i], value[last(i)]];
      return a === null ? b : b === null ? a : (a + b) / 2;
    }),
    lowest: at.map((i) => least(lowest[i], lowest[last(i)])),
    highest: at.map((i) => most(highest[i], highest[last(i)])),
    time: pick(time),
    sequence: pick(sequence),
  };
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
  return joined.step.length > capacity ? halved(joined) : joined;
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
