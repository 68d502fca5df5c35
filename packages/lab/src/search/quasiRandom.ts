import type { Proposal, Sampler, SearchValues } from "./sampler.js";
import { Sobol } from "./sobol/sobol.js";

/**
 * The points of Sobol's sequence, scrambled by the seed; a hyper-parameter each takes one of its 64 dimensions. Most
 * even where the number of trials is a power of 2.
 */
export class QuasiRandomSampler implements Sampler {
  size(): number {
    return Number.POSITIVE_INFINITY;
  }

  /** @throws ArgumentError when the space has more than 64 dimensions */
  propose({ space, seed, number }: Proposal): SearchValues {
    return space.fromUnit(new Sobol(space.dimensions.length, seed).point(number));
  }
}
