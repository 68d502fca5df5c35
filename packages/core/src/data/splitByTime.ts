import {
  ArgumentError,
  describeValue,
  range,
  requireAtLeast,
  requireOptions,
} from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import type { Values } from "../tensor/values.js";
import type { Dataset, Subset } from "./dataset.js";
import { listOf } from "./labels.js";
import { countParts, type PartsOf, sampleCount, takePart } from "./parts.js";

export interface SplitByTimeOptions {
  /** When each sample was taken, in any unit. Default: samples stand in the order of time. */
  readonly timeOf?: Values;
  /**
   * Times left out between one part and the next, at the end of the earlier one, for samples that
   * reach into those that follow (`gap` of `windows`): all samples of that many different times.
   * Without `timeOf` every sample has its own. Default 0.
   */
  readonly gap?: number;
}

/**
 * Cuts samples in the order of time: everything in a part is earlier than everything in the next.
 * The past trains and the future tests, as it will be in use. Samples of the same time stay together,
 * in the earlier part.
 *
 * Of `windows` it counts windows, not the steps of the series: `stepsOf` gives those that a part knows.
 *
 * @param samples the dataset, for parts of it; or how many samples there are, for their indices
 * @param parts counts that add up to the number of samples, or fractions that add up to 1
 * @throws ArgumentError when parts do not add up, a part would be empty, or a time is not a number
 */
export function splitByTime<const Parts extends readonly number[]>(
  samples: number,
  parts: Parts,
  options?: SplitByTimeOptions,
): PartsOf<Parts, Int32Array>;
export function splitByTime<Batch extends readonly Tensor[], const Parts extends readonly number[]>(
  samples: Dataset<Batch>,
  parts: Parts,
  options?: SplitByTimeOptions,
): PartsOf<Parts, Subset<Batch>>;
export function splitByTime(
  samples: number | Dataset,
  parts: readonly number[],
  options: SplitByTimeOptions = {},
): readonly (Int32Array | Subset)[] {
  const length = sampleCount("splitByTime", samples);
  requireOptions("splitByTime", options, ["timeOf", "gap"]);
  const { timeOf, gap = 0 } = options;
  requireAtLeast("splitByTime", "gap", gap, 0);
  const counts = countParts("splitByTime", parts, length);
  const times = timeOf === undefined ? range(length) : requireTimes(timeOf, length);
  const order = range(length).sort((a, b) => timeAt(times, a) - timeAt(times, b) || a - b);
  let start = 0;
  let planned = 0;
  return counts.map((count, part) => {
    planned += count;
    let cut = Math.max(planned, start);
    while (cut < length && isSameTime(times, order, cut)) cut++;
    let end = cut;
    const dropped = part === counts.length - 1 ? 0 : gap;
    for (let time = 0; time < dropped && end > start; time++) {
      do end--;
      while (end > start && isSameTime(times, order, end));
    }
    if (end <= start) {
      throw new ArgumentError(
        `splitByTime: part ${part} of ${counts.length} has no sample left, expected at least one; ` +
          `the gap of ${gap} or samples of the same time take it all. Use larger parts.`,
      );
    }
    const indices = order.subarray(start, end);
    start = cut;
    return takePart(samples, indices);
  });
}

function requireTimes(timeOf: Values, length: number): ArrayLike<number> {
  const times = listOf("splitByTime", "timeOf", "the time", timeOf, length);
  for (let sample = 0; sample < length; sample++) {
    const time = times[sample];
    if (typeof time === "number" && Number.isFinite(time)) continue;
    throw new ArgumentError(
      `splitByTime: received ${describeValue(time)} as the time of sample ${sample}, expected a ` +
        "finite number; date.getTime() is that of a date.",
    );
  }
  return times as ArrayLike<number>;
}

const timeAt = (times: ArrayLike<number>, sample: number): number => times[sample] as number;

/** Whether the sample at `place` in the order is of the time of the one before it. */
const isSameTime = (times: ArrayLike<number>, order: Int32Array, place: number): boolean =>
  timeAt(times, order[place] as number) === timeAt(times, order[place - 1] as number);
