import { GaussianProcessSampler } from "../search/gaussian/gaussian.js";
import { GridSampler } from "../search/grid.js";
import { QuasiRandomSampler } from "../search/quasiRandom.js";
import { RandomSampler } from "../search/random.js";
import type { Sampler } from "../search/sampler.js";
import { TpeSampler } from "../search/tpe/tpe.js";

interface SamplerSettings {
  /** Values of a range that a grid takes. */
  readonly points: number | undefined;
}

const samplers = {
  grid: ({ points }: SamplerSettings) => new GridSampler(points === undefined ? {} : { points }),
  random: () => new RandomSampler(),
  sobol: () => new QuasiRandomSampler(),
  tpe: () => new TpeSampler(),
  gp: () => new GaussianProcessSampler(),
} satisfies Readonly<Record<string, (settings: SamplerSettings) => Sampler>>;

export const samplerNames = Object.keys(samplers);

/** The sampler of one of these names. */
export const makeSampler = (name: string, settings: SamplerSettings): Sampler =>
  samplers[name as keyof typeof samplers](settings);
