/**
 * The one-sided rank test of Wilcoxon (1945), Mann and Whitney (1947), exact: the probability that
 * `a` would rank at least as high against `b` as it does if both came from one distribution. Small
 * means that `a` tends to be larger. Equal values share their ranks, and the distribution is that of
 * all ways to deal the pooled ranks, so ties need no correction.
 *
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 * @returns {number}
 */
export function probabilityOfRankingAsHigh(a, b) {
  if (a.length === 0 || b.length === 0) {
    throw new RangeError(
      `rank test: received ${a.length} and ${b.length} values, expected at least one of each.`,
    );
  }
  if ([...a, ...b].some(Number.isNaN)) {
    throw new RangeError("rank test: received NaN, expected numbers that can be ordered.");
  }
  const pooled = [...a, ...b].sort((x, y) => x - y);
  // Doubled, so that the mean rank of a tie is an integer.
  const doubledRank = (value) => pooled.indexOf(value) + pooled.lastIndexOf(value) + 2;
  const ranks = pooled.map(doubledRank);
  const total = ranks.reduce((sum, rank) => sum + rank, 0);

  // ways[k][s]: how many choices of k ranks have the sum s.
  const ways = Array.from({ length: a.length + 1 }, () => new Float64Array(total + 1));
  ways[0][0] = 1;
  for (const rank of ranks) {
    for (let k = a.length; k > 0; k--) {
      for (let sum = total; sum >= rank; sum--) ways[k][sum] += ways[k - 1][sum - rank];
    }
  }
  const observed = a.reduce((sum, value) => sum + doubledRank(value), 0);
  const all = ways[a.length];
  const count = (list) => list.reduce((sum, each) => sum + each, 0);
  return count(all.subarray(observed)) / count(all);
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
