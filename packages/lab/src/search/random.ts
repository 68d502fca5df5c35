import { RandomGenerator } from "@versant/core/internal";
import type { Proposal, Sampler, SearchValues } from "./sampler.js";

/** The draws of one proposal. */
export const drawsOf = ({ seed, number }: Proposal): RandomGenerator =>
  new RandomGenerator(seed, "search", 1 + number);

/** Every hyper-parameter on its own, uniform on its scale (Bergstra and Bengio 2012). */
export class RandomSampler implements Sampler {
  size(): number {
    return Number.POSITIVE_INFINITY;
  }

  propose(context: Proposal): SearchValues {
    const draws = drawsOf(context);
    const { dimensions } = context.space;
    return context.space.fromUnit(dimensions.map(() => draws.uniform()));
  }
}
