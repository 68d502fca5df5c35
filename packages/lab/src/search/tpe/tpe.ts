import { type RandomGenerator, requireCount, requireOptions } from "@versant/core/internal";
import { isActive } from "../../experiment/conditions.js";
import type { Dimension } from "../dimension.js";
import { drawsOf, RandomSampler } from "../random.js";
import { isEligible, rank } from "../ranking.js";
import type {
  FinishedTrial,
  HyperparameterValue,
  Proposal,
  Sampler,
  SearchValues,
} from "../sampler.js";
import type { SearchSpace } from "../space.js";
import { ParzenEstimator } from "./parzen.js";
import { goodTrials, weightsByAge, weightsByHypervolume } from "./weights.js";

export interface TpeOptions {
  /** Model the hyper-parameters that share their condition together, and not one by one. Default true. */
  readonly multivariate?: boolean;
  /** How many trials are drawn at random before the first model. Default 10. */
  readonly startup?: number;
  /** How many draws from the good trials' model are compared. Default 24. */
  readonly candidates?: number;
}

/** The good trials, and the others. */
interface Split {
  readonly good: readonly FinishedTrial[];
  readonly goodWeights: readonly number[];
  /** The youngest last: those that are pending. */
  readonly others: readonly { readonly values: SearchValues }[];
}

/**
 * The tree-structured Parzen estimator (Bergstra et al., "Algorithms for Hyper-Parameter Optimization", 2011): of draws
 * from a density l of the good trials, the one with the largest l/g, where g is the density of the others.
 *
 * Its constants are those of Optuna 3.1's TPESampler: good is a tenth of the trials, at most 25; trials older than the
 * last 25 weigh less; 24 candidates, 10 random trials at the start, a prior of weight 1. Of several objectives the good
 * ones are the first fronts, weighted by hypervolume (MOTPE, Ozaki et al. 2022). Constraints, pruned and failed trials:
 * see `rank`. Pending ones count among the others, so that the next one is elsewhere (its `constant_liar`).
 *
 * Conditions make a tree: a hyper-parameter is modelled on the trials in which it was active.
 */
export class TpeSampler implements Sampler {
  readonly #options: Required<TpeOptions>;
  readonly #random = new RandomSampler();

  constructor(options: TpeOptions = {}) {
    requireOptions("TpeSampler", options, ["multivariate", "startup", "candidates"]);
    const { multivariate = true, startup = 10, candidates = 24 } = options;
    requireCount("TpeSampler", "startup", startup);
    requireCount("TpeSampler", "candidates", candidates);
    this.#options = { multivariate, startup, candidates };
  }

  size(): number {
    return Number.POSITIVE_INFINITY;
  }

  propose(context: Proposal): SearchValues {
    const { space, history, pending = [] } = context;
    if (history.length < this.#options.startup) return this.#random.propose(context);
    const draws = drawsOf(context);
    const split = splitTrials(history, pending);
    const values: Record<string, HyperparameterValue> = {};
    for (const group of this.#groupsOf(space)) {
      const [{ name }] = group;
      if (!isActive(name, space.declarations, space.complete(values))) continue;
      const point = this.#best(space, group, split, draws);
      for (const [index, each] of group.entries()) {
        values[each.name] = each.fromUnit(point[index] as number);
      }
    }
    return space.restrict(values);
  }

  /** Of the candidates the one whose l/g is largest. */
  #best(
    space: SearchSpace,
    group: readonly [Dimension, ...Dimension[]],
    { good, goodWeights, others }: Split,
    draws: RandomGenerator,
  ): Float64Array {
    const { multivariate, candidates } = this.#options;
    const estimator = (trials: Split["others"], weights: readonly number[]) => {
      const own = [...trials.keys()].filter((index) =>
        space.active(trials[index]?.values ?? {}).includes(group[0].name),
      );
      const points = own.map((index) =>
        group.map((each) => each.toUnit(trials[index]?.values[each.name] as HyperparameterValue)),
      );
      const ownWeights = own.map((index) => weights[index] as number);
      return new ParzenEstimator(group, points, ownWeights, multivariate);
    };
    const likely = estimator(good, goodWeights);
    const unlikely = estimator(others, weightsByAge(others.length));
    let best: Float64Array = new Float64Array();
    let most = Number.NEGATIVE_INFINITY;
    for (let count = 0; count < candidates; count++) {
      const point = likely.sample(draws);
      const advantage = likely.logDensity(point) - unlikely.logDensity(point);
      if (best.length === 0 || advantage > most) [best, most] = [point, advantage];
    }
    return best;
  }

  /** What is modelled together, in the order of the declarations: conditions speak of earlier groups. */
  #groupsOf({ dimensions }: SearchSpace): (readonly [Dimension, ...Dimension[]])[] {
    if (!this.#options.multivariate) return dimensions.map((each) => [each]);
    const groups = new Map<string, [Dimension, ...Dimension[]]>();
    for (const dimension of dimensions) {
      const key = JSON.stringify(dimension.declaration.when ?? {});
      const group = groups.get(key);
      if (group) group.push(dimension);
      else groups.set(key, [dimension]);
    }
    return [...groups.values()];
  }
}

function splitTrials(history: readonly FinishedTrial[], pending: readonly SearchValues[]): Split {
  const count = goodTrials(history.length);
  const ranked = rank(history, count);
  const byAge = (a: FinishedTrial, b: FinishedTrial): number => a.number - b.number;
  const good = ranked.slice(0, count).sort(byAge);
  const others = [...ranked.slice(count).sort(byAge), ...pending.map((values) => ({ values }))];
  const hasFronts = good.some(({ objectives }) => objectives.length > 1) && good.every(isEligible);
  const goodWeights = hasFronts ? weightsByHypervolume(good) : weightsByAge(good.length);
  return { good, goodWeights, others };
}
