import { normalMass } from "../search/special.js";

/** log n!, exact sums up to the n that was asked for last. */
const logFactorials = [0];

function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next++) {
    logFactorials.push((logFactorials[next - 1] as number) + Math.log(next));
  }
  return logFactorials[n] as number;
}

const logChoose = (n: number, k: number): number =>
  logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/**
 * McNemar's exact test: of the samples that only one of two models got right, how probable a division at
 * least as uneven as this one is, if each model were as likely to be the one: p = min(1, 2 P(X <= min(b, c)))
 * with X binomial of b + c and 1/2. McNemar, "Note on the Sampling Error of the Difference Between Correlated
 * Proportions or Percentages", Psychometrika 12, 1947.
 *
 * @param b samples that only the first got right
 * @param c samples that only the second got right
 */
export function mcNemar(b: number, c: number): number {
  const all = b + c;
  let share = 0;
  for (let k = 0; k <= Math.min(b, c); k++) {
    share += Math.exp(logChoose(all, k) - all * Math.LN2);
  }
  return Math.min(1, 2 * share);
}

/**
 * Fisher's exact test, one-sided: how probable at most `right` right ones are among `drawn` samples, drawn
 * without replacement from `samples` of which `allRight` are right (the hypergeometric distribution).
 */
export function fewAsRight(
  right: number,
  drawn: number,
  allRight: number,
  samples: number,
): number {
  const whole = logChoose(samples, drawn);
  const least = Math.max(0, drawn - (samples - allRight));
  let share = 0;
  for (let k = least; k <= right; k++) {
    share += Math.exp(logChoose(allRight, k) + logChoose(samples - allRight, drawn - k) - whole);
  }
  return Math.min(1, share);
}

/**
 * The Mann-Whitney test, one-sided: how probable ranks at least as high are for those that `isInside`, if
 * they were drawn from all at random; by the normal approximation with correction for ties and continuity.
 * Mann and Whitney, "On a Test of Whether one of Two Random Variables is Stochastically Larger than the
 * Other", Annals of Mathematical Statistics 18, 1947. 1 where nobody or everybody is inside.
 */
export function ranksHigher(
  { order, ranks, ties }: Ranks,
  isInside: (sample: number) => boolean,
): number {
  const all = order.length;
  let inside = 0;
  let sum = 0;
  for (let sample = 0; sample < all; sample++) {
    if (!isInside(sample)) continue;
    inside++;
    sum += ranks[sample] as number;
  }
  const outside = all - inside;
  const wins = sum - (inside * (inside + 1)) / 2;
  const variance = ((inside * outside) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (!(variance > 0)) return 1;
  const z = (wins - (inside * outside) / 2 - 0.5) / Math.sqrt(variance);
  return normalMass(z, Number.POSITIVE_INFINITY);
}

/** Values in ascending order, each with its rank from 1; equal ones share the mean of theirs. */
export interface Ranks {
  /** Places of the values, the least first. */
  readonly order: Int32Array;
  readonly ranks: Float64Array;
  /** The sum of t^3 - t over groups of t equal values. */
  readonly ties: number;
}

export function ranksOf(values: Float64Array): Ranks {
  const order = Int32Array.from(values.keys()).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const ranks = new Float64Array(values.length);
  let ties = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = values[order[start] as number];
    while (end < order.length && values[order[end] as number] === value) end++;
    for (let place = start; place < end; place++) {
      ranks[order[place] as number] = (start + 1 + end) / 2;
    }
    ties += (end - start) ** 3 - (end - start);
  }
  return { order, ranks, ties };
}

/**
 * p-values as they are once several tests were made: the k-th smallest of m is multiplied by m - k + 1, and none
 * is below one before it. Where none of the differences is real, any of them falls below 0.05 in 5 % of cases at most,
 * whatever depends on what. Holm, "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal
 * of Statistics 6, 1979.
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
  const adjusted = new Array<number>(values.length);
  let least = 0;
  for (const [rank, place] of order.entries()) {
    least = Math.max(least, Math.min(1, (values[place] as number) * (values.length - rank)));
    adjusted[place] = least;
  }
  return adjusted;
}
