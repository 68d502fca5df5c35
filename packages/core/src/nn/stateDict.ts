import { requireFlag, requireOptions } from "../array/index.js";
import type { Buffer, Parameter, Tensor } from "../tensor/index.js";
import { restoreState } from "../tensor/stateDict.js";

/** Values by path, "hidden.0.weight", in the order of the model. */
export type StateDict = Map<string, Tensor>;

export interface LoadOptions {
  /** Every name has to occur on both sides. Default true. */
  readonly strict?: boolean;
}

/** Names that occur on one side only; both lists are empty after a strict load. */
export interface LoadReport {
  /** Expected by the model, absent from the dict: left as they were. */
  readonly missing: readonly string[];
  /** In the dict, unknown to the model: ignored. */
  readonly unexpected: readonly string[];
}

/** @param owner the class of the model */
export function loadState(
  owner: string,
  states: ReadonlyMap<string, Parameter | Buffer>,
  dict: ReadonlyMap<string, Tensor>,
  options: LoadOptions,
): LoadReport {
  const operation = `${owner}.loadStateDict`;
  requireOptions(operation, options, ["strict"]);
  const { strict = true } = options;
  requireFlag(operation, "strict", strict);
  return restoreState(operation, states, dict, {
    strict,
    mend: "Build the model with the sizes it was saved with.",
    mendOfNames: "Pass { strict: false } to load the names that both have.",
  });
}
