import type { SearchSpace } from "./space.js";

export type HyperparameterValue = number | string | boolean;

export type SearchValues = Readonly<Record<string, HyperparameterValue>>;

/** What a trial that is over tells the next ones. */
export interface FinishedTrial {
  /** From 0, in the order in which trials were proposed. */
  readonly number: number;
  /** At least what was searched; what else is there is not looked at. */
  readonly values: SearchValues;
  readonly state: "completed" | "pruned" | "failed";
  /** To be minimised, in the order of the search's objectives; a failed trial may have none. */
  readonly objectives: readonly number[];
  /** Each at most 0 where the trial is feasible. */
  readonly constraints?: readonly number[];
  /** What the first objective was on the way, in the order of the steps. */
  readonly intermediate?: readonly { readonly step: number; readonly value: number }[];
}

export interface Proposal {
  readonly space: SearchSpace;
  readonly seed: number;
  /** Which trial is proposed, from 0. */
  readonly number: number;
  /** In any order. */
  readonly history: readonly FinishedTrial[];
  /** What was proposed before, and has no result in `history` yet. Default none. */
  readonly pending?: readonly SearchValues[];
}

/** Chooses the values of the next trial. */
export interface Sampler {
  /** How many different trials it can propose: `number` is below it. */
  size(space: SearchSpace): number;
  /**
   * Values of the hyper-parameters that are searched, without those that the others make inactive. A pure function: same
   * arguments, same proposal.
   */
  propose(context: Proposal): SearchValues;
}
