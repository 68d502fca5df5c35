import type { Declarations } from "../../packages/lab/src/experiment/declarations.js";
import type { Sampler, SearchValues } from "../../packages/lab/src/search/sampler.js";
import type { SearchSpace } from "../../packages/lab/src/search/space.js";

type Name = "branin" | "hartmann6" | "rosenbrock" | "calculator";
type Cost = (values: SearchValues) => number;

export const optuna: Record<Name, { tpe: number[][]; random: number[][] }>;
export const problems: Record<Name, { declarations: Declarations; cost: Cost }>;
export function search(
  sampler: Sampler,
  space: SearchSpace,
  cost: Cost,
  seed: number,
  trials: number,
): number;
