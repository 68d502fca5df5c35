import type { RandomGenerator } from "@versant/core/internal";

/** A part of the unit cube, from `low` to `high` in each dimension, where a tree says `value`. */
export interface Leaf {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly value: number;
}

export interface TreeOptions {
  /** A leaf holds at least so many points. */
  readonly leastPoints: number;
  /** How many dimensions, drawn anew at each split, are compared. */
  readonly compared: number;
}

/**
 * The leaves of a regression tree: each split halves the sum of squares as well as one at a place between two points can
 * (Breiman et al. 1984).
 *
 * @param points a row a point, a place from 0 to 1 a dimension
 */
export function growTree(
  points: readonly ArrayLike<number>[],
  values: ArrayLike<number>,
  rows: readonly number[],
  options: TreeOptions,
  random: RandomGenerator,
): Leaf[] {
  const dimensions = points[0]?.length ?? 0;
  const leaves: Leaf[] = [];
  const grow = (own: readonly number[], low: Float64Array, high: Float64Array): void => {
    const split = bestSplit(points, values, own, options, random);
    if (!split) {
      leaves.push({ low, high, value: mean(own.map((row) => values[row] as number)) });
      return;
    }
    const { dimension, place } = split;
    const isBelow = (row: number): boolean => (points[row]?.[dimension] as number) < place;
    const cut = (bounds: Float64Array): Float64Array =>
      bounds.map((bound, index) => (index === dimension ? place : bound));
    grow(own.filter(isBelow), low, cut(high));
    grow(
      own.filter((row) => !isBelow(row)),
      cut(low),
      high,
    );
  };
  grow(rows, new Float64Array(dimensions), new Float64Array(dimensions).fill(1));
  return leaves;
}

/** Where the squares around the means of both sides are least; undefined where no split takes some away. */
function bestSplit(
  points: readonly ArrayLike<number>[],
  values: ArrayLike<number>,
  rows: readonly number[],
  { leastPoints, compared }: TreeOptions,
  random: RandomGenerator,
): { dimension: number; place: number } | undefined {
  const total = rows.reduce((sum, row) => sum + (values[row] as number), 0);
  // Least squares are largest sums: of the squared sum of each side by its number of points.
  let most = (total * total) / rows.length + 1e-12 * Math.abs((total * total) / rows.length);
  let best: { dimension: number; place: number } | undefined;
  for (const dimension of drawSome(points[0]?.length ?? 0, compared, random)) {
    const at = (row: number | undefined): number => points[row as number]?.[dimension] as number;
    const sorted = [...rows].sort((a, b) => at(a) - at(b));
    let below = 0;
    for (let count = 1; count < sorted.length; count++) {
      below += values[sorted[count - 1] as number] as number;
      const [last, next] = [at(sorted[count - 1]), at(sorted[count])];
      if (last === next || Math.min(count, sorted.length - count) < leastPoints) continue;
      const above = total - below;
      const gain = (below * below) / count + (above * above) / (sorted.length - count);
      if (gain > most) [most, best] = [gain, { dimension, place: (last + next) / 2 }];
    }
  }
  return best;
}

/** So many of the numbers below `of`, without repetition. */
function drawSome(of: number, count: number, random: RandomGenerator): number[] {
  const rest = Array.from({ length: of }, (_, index) => index);
  return Array.from(
    { length: Math.min(count, of) },
    () => rest.splice(random.below(rest.length), 1)[0] as number,
  );
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;
