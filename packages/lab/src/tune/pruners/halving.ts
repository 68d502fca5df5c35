import { type Curve, compareValues, type Pruner, valueAt } from "./pruner.js";

export interface HalvingOptions {
  /** The first rung, in epochs. Default 1. */
  readonly minimum?: number;
  /** Of so many trials one goes on at each rung; every rung is so many times as far as the one before. Default 2; Hyperband's 3. */
  readonly factor?: number;
}

/**
 * Asynchronous successive halving: after minimum, minimum * factor, minimum * factor^2, ... epochs a trial goes on if it
 * is among the best 1/factor of those that came so far, itself included and rounded up. Li et al., "A System
 * for Massively Parallel Hyperparameter Tuning", 2020, in the form that stops: a trial that ends at a rung is
 * not taken up again when others turn out to be worse. So it has to be gentler than the one that promotes, whose factor
 * is 3 or 4 as a rule: a good trial that learns slowly at first is lost.
 *
 * Of equal values the one with the lower number is the better.
 */
export function halvingPruner({ minimum = 1, factor = 2 }: HalvingOptions = {}): Pruner {
  return {
    decidesAt: (_trial, step) => isRung(step, minimum, factor),
    reasonToPrune: (trial, others) => reasonToEnd(trial, others, factor),
  };
}

function isRung(step: number, minimum: number, factor: number): boolean {
  let rung = minimum;
  while (rung < step) rung *= factor;
  return rung === step;
}

function reasonToEnd(
  { reports }: Curve,
  others: readonly Curve[],
  factor: number,
): string | undefined {
  const { step = 0, value = Number.NaN } = reports.at(-1) ?? {};
  const values = others.flatMap((other) => valueAt(other, step) ?? []);
  const better = values.filter((each) => compareValues(each, value) <= 0).length;
  const kept = Math.ceil((values.length + 1) / factor);
  if (better < kept) return undefined;
  return `number ${better + 1} of ${values.length + 1} after epoch ${step}, where ${kept === 1 ? "one goes" : `${kept} go`} on`;
}

export interface HyperbandOptions extends HalvingOptions {
  /** Epochs of a trial that is not pruned. */
  readonly maximum: number;
}

/**
 * Hyperband: successive halving in brackets whose first rungs lie at minimum, minimum * factor, ..., because no single one suits
 * every problem. Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", 2018. Bracket s, of
 * 0 to s_max = floor(log_factor(maximum / minimum)), begins at minimum * factor^(s_max - s), and has ceil((s_max + 1) / (s + 1)
 * * factor^s) trials of each round; the trials' numbers go through the brackets in turn, the one with most trials
 * first.
 */
export function hyperbandPruner({ minimum = 1, factor = 3, maximum }: HyperbandOptions): Pruner {
  // A hair above, as 3^k has no exact logarithm.
  const last = Math.max(0, Math.floor(Math.log(maximum / minimum) / Math.log(factor) + 1e-9));
  // The first rung of each trial of a round.
  const round = Array.from({ length: last + 1 }, (_, index) => {
    const bracket = last - index;
    const trials = Math.ceil(((last + 1) / (bracket + 1)) * factor ** bracket);
    return Array.from({ length: trials }, () => minimum * factor ** index);
  }).flat();
  const firstRung = (trial: number): number => round[(trial - 1) % round.length] ?? minimum;
  return {
    decidesAt: (trial, step) => isRung(step, firstRung(trial), factor),
    reasonToPrune: (trial, others) => {
      const own = firstRung(trial.number);
      const peers = others.filter(({ number }) => firstRung(number) === own);
      return reasonToEnd(trial, peers, factor);
    },
  };
}
