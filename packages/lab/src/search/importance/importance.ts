import { RandomGenerator, requireOptions } from "@versant/core/internal";
import { isMeasured } from "../ranking.js";
import type { FinishedTrial } from "../sampler.js";
import type { SearchSpace } from "../space.js";
import { growTree, type Leaf } from "./tree.js";

export interface ImportanceOptions {
  /** Which objective is explained, from 0. Default 0. */
  readonly objective?: number;
  /** Of the forest. Default 42. */
  readonly seed?: number;
}

export interface Importance {
  readonly name: string;
  /** The share of the objective's variance that it explains alone, from 0 to 1. */
  readonly share: number;
}

const trees = 64;

/**
 * How much each hyper-parameter matters: the share of the variance of the objective, over the whole space, that its
 * choice alone explains (functional analysis of variance; Hutter, Hoos and Leyton-Brown, "An Efficient Approach for
 * Assessing Hyperparameter Importance", 2014). What is left of 1 belongs to several together.
 *
 * The objective is that of a random forest (Breiman 2001): 64 trees, each of as many trials as there are, drawn with
 * repetition; five of six dimensions compared at each split. A tree is constant on boxes, so that means over all other
 * hyper-parameters are sums over its leaves. A hyper-parameter that is inactive counts at its default.
 *
 * @param history the completed trials with a number count
 * @returns the most important first; all 0 where the objective never changes or fewer than two trials count
 */
export function importanceOf(
  space: SearchSpace,
  history: readonly FinishedTrial[],
  options: ImportanceOptions = {},
): Importance[] {
  requireOptions("importanceOf", options, ["objective", "seed"]);
  const { objective = 0, seed = 42 } = options;
  const trials = history.filter(isMeasured).sort((a, b) => a.number - b.number);
  const points = trials.map(({ values }) => space.toUnit(values));
  const given = trials.map(({ objectives }) => objectives[objective] as number);
  const mean = given.reduce((sum, each) => sum + each / given.length, 0);
  // Sums of squares of values far from 0 would hide their differences.
  const values = Float64Array.from(given, (value) => value - mean);
  const sums = new Float64Array(space.dimensions.length);
  let counted = 0;
  const compared = Math.max(1, Math.ceil((space.dimensions.length * 5) / 6));
  for (let tree = 0; tree < trees && trials.length > 1; tree++) {
    const random = new RandomGenerator(seed, "search", 0, 1 + tree);
    const rows = trials.map(() => random.below(trials.length));
    const leaves = growTree(points, values, rows, { leastPoints: 1, compared }, random);
    const shares = sharesOf(leaves, space.dimensions.length);
    if (!shares) continue;
    counted++;
    for (const [index, share] of shares.entries()) sums[index] = (sums[index] as number) + share;
  }
  return space.dimensions
    .map(({ name }, index) => ({
      name,
      share: counted > 0 ? (sums[index] as number) / counted : 0,
    }))
    .sort((a, b) => b.share - a.share);
}

/** Of each dimension the variance of the mean over all others, by the whole variance; undefined where that is 0. */
function sharesOf(leaves: readonly Leaf[], dimensions: number): number[] | undefined {
  const volumes = leaves.map(({ low, high }) =>
    low.reduce((volume, bound, index) => volume * ((high[index] as number) - bound), 1),
  );
  const sum = (of: (leaf: Leaf, index: number) => number): number =>
    leaves.reduce((all, leaf, index) => all + (volumes[index] as number) * of(leaf, index), 0);
  const mean = sum(({ value }) => value);
  const variance = sum(({ value }) => (value - mean) ** 2);
  if (!(variance > 0)) return undefined;
  return Array.from({ length: dimensions }, (_, dimension) => {
    const places = [...new Set(leaves.flatMap(({ high }) => high[dimension] as number))].sort(
      (a, b) => a - b,
    );
    let alone = 0;
    let low = 0;
    for (const high of places) {
      // The mean of the slab between two neighbouring places, over all other dimensions.
      let marginal = 0;
      for (const [index, leaf] of leaves.entries()) {
        const from = leaf.low[dimension] as number;
        const to = leaf.high[dimension] as number;
        if (from <= low && to >= high) {
          marginal += ((volumes[index] as number) / (to - from)) * leaf.value;
        }
      }
      alone += (high - low) * (marginal - mean) ** 2;
      low = high;
    }
    return alone / variance;
  });
}
