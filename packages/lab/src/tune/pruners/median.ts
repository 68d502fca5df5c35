import { compareValues, type Pruner, valueAt } from "./pruner.js";

export interface MedianOptions {
  /** Trials that are let through, so that there is something to compare with. Default 5. */
  readonly startupTrials?: number;
}

/**
 * Ends a trial whose best value so far is worse than the median of what the trials before it had come to after
 * the same epoch. Golovin et al., "Google Vizier: A Service for Black-Box Optimization", 2017, section 3.2.1, with the
 * value after that epoch in place of the running mean, and of all trials that came so far.
 */
export function medianPruner({ startupTrials = 5 }: MedianOptions = {}): Pruner {
  return {
    decidesAt: (trial) => trial > startupTrials,
    reasonToPrune({ reports }, others) {
      const { step = 0 } = reports.at(-1) ?? {};
      const values = others.flatMap((other) => valueAt(other, step) ?? []).sort(compareValues);
      const [best = Number.NaN] = reports.map(({ value }) => value).sort(compareValues);
      if (values.length === 0) return undefined;
      const median = middleOf(values);
      if (compareValues(best, median) <= 0) return undefined;
      return `worse after epoch ${step} than the median of ${values.length} trials`;
    },
  };
}

/** Of an even number the mean of the two in the middle. */
function middleOf(sorted: readonly number[]): number {
  const [low, high] = [(sorted.length - 1) >> 1, sorted.length >> 1];
  return ((sorted[low] as number) + (sorted[high] as number)) / 2;
}
