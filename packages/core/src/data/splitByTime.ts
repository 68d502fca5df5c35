import { ArgumentError, describeValue, range, requireOptions } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import { type Dataset, Subset } from "./dataset.js";
import { requireLabels } from "./labels.js";
import { requireDataset } from "./requireDataset.js";
import { countParts } from "./split.js";

export interface SplitByTimeOptions {
  /** When each sample was taken, in any unit. Default: samples stand in the order of time. */
  readonly timeOf?: ArrayLike<number>;
  /**
   * Samples left out between one part and the next, at the end of the earlier one, for samples that
   * reach into those that follow (`Windows.gap`). Default 0.
   */
  readonly gap?: number;
}

/**
 * Cuts a dataset in the order of time: everything in a part is earlier than everything in the next.
 * The past trains and the future tests, as it will be in use. Samples of the same time stay together,
 * in the earlier part.
 *
 * @param parts counts that add up to the number of samples, or fractions that add up to 1
 * @throws ArgumentError when parts do not add up, a part would be empty, or a time is not a number
 */
export function splitByTime<Batch extends readonly Tensor[], const Parts extends readonly number[]>(
  dataset: Dataset<Batch>,
  parts: Parts,
  options: SplitByTimeOptions = {},
): { [P in keyof Parts]: Subset<Batch> } {
  requireDataset("splitByTime", dataset);
  requireOptions("splitByTime", options, ["timeOf", "gap"]);
  const { timeOf, gap = 0 } = options;
  requireGap("splitByTime", gap);
  const counts = countParts("splitByTime", parts, dataset.length);
  const times = timeOf === undefined ? range(dataset.length) : requireTimes(timeOf, dataset.length);
  const order = range(dataset.length).sort((a, b) => timeAt(times, a) - timeAt(times, b) || a - b);
  let start = 0;
  let planned = 0;
  const members = counts.map((count, part) => {
    planned += count;
    let end = Math.max(planned, start);
    while (end < order.length && isSameTime(times, order, end)) end++;
    const isLast = part === counts.length - 1;
    const indices = order.subarray(start, isLast ? end : Math.max(start, end - gap));
    if (indices.length === 0) {
      throw new ArgumentError(
        `splitByTime: part ${part} of ${counts.length} has no sample left, expected at least one; ` +
          `the gap of ${gap} or samples of the same time take it all. Use larger parts.`,
      );
    }
    start = end;
    return indices;
  });
  return members.map((indices) => new Subset(dataset, indices)) as {
    [P in keyof Parts]: Subset<Batch>;
  };
}

/** @throws ArgumentError when `gap` is not an integer of at least 0 */
export function requireGap(operation: string, gap: unknown): void {
  if (Number.isInteger(gap) && (gap as number) >= 0) return;
  throw new ArgumentError(
    `${operation}: received gap ${describeValue(gap)}, expected an integer of at least 0.`,
  );
}

function requireTimes(times: ArrayLike<number>, length: number): ArrayLike<number> {
  requireLabels("splitByTime", "timeOf", times, length);
  for (let sample = 0; sample < length; sample++) {
    const time: unknown = times[sample];
    if (typeof time === "number" && Number.isFinite(time)) continue;
    throw new ArgumentError(
      `splitByTime: received ${describeValue(time)} as the time of sample ${sample}, expected a ` +
        "finite number; date.getTime() is that of a date.",
    );
  }
  return times;
}

const timeAt = (times: ArrayLike<number>, sample: number): number => times[sample] as number;

/** Whether the sample at `place` in the order is of the time of the one before it. */
const isSameTime = (times: ArrayLike<number>, order: Int32Array, place: number): boolean =>
  timeAt(times, order[place] as number) === timeAt(times, order[place - 1] as number);
