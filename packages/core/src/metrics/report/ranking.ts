/** Samples of equal score: how many are positive, how many are not. */
interface Tie {
  readonly positives: number;
  readonly negatives: number;
}

/** Scores of one class against the others. */
export interface Ranking {
  readonly positives: number;
  readonly negatives: number;
  /** From the highest score down. */
  readonly ties: readonly Tie[];
}

/** Ranks samples by their scores; those that `isPositive` by index are to stand first. */
export function rank(scores: Float64Array, isPositive: (index: number) => boolean): Ranking {
  // Ascending; -0 before 0, which compare equal below.
  const positives = scores.filter((_, index) => isPositive(index)).sort();
  const negatives = scores.filter((_, index) => !isPositive(index)).sort();
  const ties: Tie[] = [];
  let p = positives.length;
  let n = negatives.length;
  const last = (sorted: Float64Array, length: number): number =>
    sorted[length - 1] ?? Number.NEGATIVE_INFINITY;
  while (p > 0 || n > 0) {
    const score = Math.max(last(positives, p), last(negatives, n));
    const [startP, startN] = [p, n];
    while (p > 0 && positives[p - 1] === score) p--;
    while (n > 0 && negatives[n - 1] === score) n--;
    ties.push({ positives: startP - p, negatives: startN - n });
  }
  return { positives: positives.length, negatives: negatives.length, ties };
}

/**
 * The area under the ROC curve: the probability that a positive sample has a higher score than a
 * negative one, where equal scores count one half (Hanley and McNeil, Radiology 143, 1982). NaN
 * unless there are both.
 */
export function rocAuc({ positives, negatives, ties }: Ranking): number {
  let found = 0;
  let wins = 0;
  for (const tie of ties) {
    // Positives of higher scores, and half of those of equal ones.
    wins += tie.negatives * (found + tie.positives / 2);
    found += tie.positives;
  }
  return wins / (positives * negatives);
}

/**
 * Average precision, the area under the curve of precision over recall as a sum of steps:
 * AP = sum over thresholds t of (R_t - R_(t - 1)) P_t, with no interpolation between them, which
 * would be too optimistic. 0 where there is no positive sample, as in scikit-learn.
 */
export function averagePrecision({ positives, ties }: Ranking): number {
  let [found, seen, area] = [0, 0, 0];
  for (const tie of ties) {
    found += tie.positives;
    seen += tie.positives + tie.negatives;
    area += (tie.positives * found) / seen;
  }
  return positives === 0 ? 0 : area / positives;
}
