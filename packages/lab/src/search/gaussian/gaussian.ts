import {
  ArgumentError,
  type RandomGenerator,
  requireCount,
  requireOptions,
} from "@versant/core/internal";
import { QuasiRandomSampler } from "../quasiRandom.js";
import { drawsOf } from "../random.js";
import { isEligible, rank } from "../ranking.js";
import type { FinishedTrial, Proposal, Sampler, SearchValues } from "../sampler.js";
import type { SearchSpace } from "../space.js";
import { candidates, improveSteps } from "./candidates.js";
import { Features } from "./features.js";
import { Improvement } from "./improvement.js";
import { GaussianProcess } from "./process.js";
import { warp } from "./warp.js";

export interface GaussianProcessOptions {
  /** How many trials are points of Sobol's sequence before the first model. Default 8. */
  readonly startup?: number;
}

/** How many of the candidates are refined. */
const refined = 5;

/**
 * Bayesian optimisation: a Gaussian process of the finished trials says at every point what to expect and how sure it
 * is, and the next trial is where the logarithm of the expected improvement is largest (Ament et al. 2023).
 *
 * That is looked for among points of Sobol's sequence and variations of the best trials; the best of them are refined
 * along the gradient, then whole numbers and options one after the other. Infeasible and failed trials count as the
 * worst value known, pruned ones with their last, as no better than half of the completed. Pending trials count as what is
 * expected of them, so that the next one is elsewhere. For one objective.
 *
 * A proposal takes time that grows with the cube of the trials: a tenth of a second after 60, a second after 200.
 */
export class GaussianProcessSampler implements Sampler {
  readonly #startup: number;
  readonly #quasiRandom = new QuasiRandomSampler();

  constructor(options: GaussianProcessOptions = {}) {
    requireOptions("GaussianProcessSampler", options, ["startup"]);
    const { startup = 8 } = options;
    requireCount("GaussianProcessSampler", "startup", startup);
    this.#startup = startup;
  }

  size(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** @throws ArgumentError for several objectives, and for more than 64 dimensions */
  propose(context: Proposal): SearchValues {
    const { space, history, pending = [] } = context;
    const several = history.find(({ objectives }) => objectives.length > 1);
    if (several) {
      throw new ArgumentError(
        `GaussianProcessSampler: received ${several.objectives.length} objectives, expected one; TPE takes several.`,
      );
    }
    const ranked = rank(history);
    if (history.length < this.#startup || !ranked.some(isEligible)) {
      return this.#quasiRandom.propose(context);
    }
    return space.fromUnit(this.#best(space, ranked, pending, drawsOf(context)));
  }

  #best(
    space: SearchSpace,
    ranked: readonly FinishedTrial[],
    pending: readonly SearchValues[],
    draws: RandomGenerator,
  ): Float64Array {
    const features = new Features(space);
    const points = ranked.map(({ values }) => space.toUnit(values));
    const process = GaussianProcess.fit(
      points.map((point) => features.encode(point)),
      Float64Array.from(valuesOf(ranked)),
      features.scaleOf,
    ).believing(pending.map((values) => features.encode(space.toUnit(values))));
    const improvement = new Improvement(space, features, process);
    const scored = candidates(space, points, draws)
      .map((point) => ({ point, score: improvement.at(point) }))
      .sort((a, b) => b.score - a.score);
    const best = scored
      .slice(0, refined)
      .map(({ point }) => improveSteps(space, improvement.climb(point), improvement))
      .reduce((a, b) => (b.score > a.score ? b : a));
    return best.point;
  }
}

/**
 * Warped objectives. A pruned trial counts with its last value, but as no better than half of the completed ones; what
 * has no value that counts is as bad as the worst.
 *
 * @param ranked the eligible trials first, the best of them first
 */
function valuesOf(ranked: readonly FinishedTrial[]): number[] {
  const eligible = ranked.filter(isEligible).map(({ objectives }) => objectives[0] as number);
  const median = eligible[eligible.length >> 1] as number;
  const known = ranked.map((trial, index) => {
    const last = trial.state === "pruned" ? trial.intermediate?.at(-1)?.value : undefined;
    if (last === undefined || !Number.isFinite(last)) return eligible[index];
    return Math.max(last, median);
  });
  const worst = Math.max(...known.filter((value) => value !== undefined));
  return warp(known.map((value) => value ?? worst));
}
