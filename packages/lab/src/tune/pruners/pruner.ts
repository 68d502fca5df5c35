import type { TrialReport } from "../../ledger/searchEvents.js";

/** A trial as far as it has come: the first objective after some epochs, small values being good. */
export interface Curve {
  /** From 1. */
  readonly number: number;
  /** In the order of the steps. */
  readonly reports: readonly TrialReport[];
}

/**
 * Decides whether a trial is worth going on with. A pure function of the trial and of those with lower numbers, so
 * that the decision does not depend on which of them was faster.
 */
export interface Pruner {
  /** Whether something is decided there; elsewhere a trial goes on without looking at the others. */
  decidesAt(trial: number, step: number): boolean;
  /**
   * Why the trial is to end after its last report; undefined when it goes on.
   *
   * @param others trials with lower numbers, each up to this step at least, or to its end
   */
  reasonToPrune(trial: Curve, others: readonly Curve[]): string | undefined;
}

/** What a trial had come to after a step. */
export const valueAt = ({ reports }: Curve, step: number): number | undefined =>
  reports.find((report) => report.step === step)?.value;

/** NaN is worse than all numbers. */
export const compareValues = (a: number, b: number): number =>
  Number.isNaN(a) || Number.isNaN(b) ? Number(Number.isNaN(a)) - Number(Number.isNaN(b)) : a - b;
