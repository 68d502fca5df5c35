import { RandomGenerator } from "@versant/core/internal";
import type { Sampler } from "../search/sampler.js";

const samplers: Readonly<Record<string, () => Sampler>> = {
  random: () => ({
    size: () => Number.POSITIVE_INFINITY,
    propose: ({ space, seed, number }) => {
      const draws = new RandomGenerator(seed, "search", 1 + number);
      return space.fromUnit(space.dimensions.map(() => draws.uniform()));
    },
  }),
};

export const samplerNames = Object.keys(samplers);

export function makeSampler(name: string): Sampler {
  const make = samplers[name];
  if (make) return make();
  throw new Error(`no sampler ${name}`);
}
