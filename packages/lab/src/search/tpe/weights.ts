import { hypervolume, referenceOf } from "../pareto.js";
import type { FinishedTrial } from "../sampler.js";

/** How many trials count as good: a tenth of them, rounded up, and at most 25. */
export const goodTrials = (trials: number): number => Math.min(Math.ceil(0.1 * trials), 25);

/** The last 25 weigh 1 each, those before rise evenly from 1/n to 1, the oldest first. */
export function weightsByAge(trials: number): number[] {
  const ramp = trials - 25;
  return Array.from({ length: trials }, (_, index) => {
    if (index >= ramp) return 1;
    return ramp === 1 ? 1 / trials : 1 / trials + (index / (ramp - 1)) * (1 - 1 / trials);
  });
}

/**
 * Of several objectives a trial weighs as much as the hypervolume that would be lost without it, as a share of the
 * largest such loss (Ozaki et al. 2022, MOTPE).
 */
export function weightsByHypervolume(trials: readonly FinishedTrial[]): number[] {
  const points = trials.map(({ objectives }) => objectives);
  const reference = referenceOf(points);
  const whole = hypervolume(points, reference);
  const losses = points.map((_, index) => {
    const others = points.filter((_, other) => other !== index);
    return Math.max(whole - hypervolume(others, reference), 0);
  });
  const most = Math.max(...losses);
  return losses.map((loss) => (most > 0 ? Math.max(loss / most, 1e-12) : 1));
}
