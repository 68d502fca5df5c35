import { ArgumentError, describeValue } from "@versant/core/internal";
import type { FoldPlace } from "../experiment/fold.js";
import type { EstimateOptions } from "./estimate.js";

/** Of what several trainings with the same values differ. */
export interface Replicate {
  readonly seed: number;
  readonly fold?: FoldPlace;
}

export interface ReplicateOptions {
  /** Folds of training and validation data together; 1 stands for the experiment's own split. */
  readonly folds: number;
  readonly seeds: readonly number[];
}

/** Every fold of every seed; the seed also deals the folds. */
export function replicatesOf(operation: string, { folds, seeds }: ReplicateOptions): Replicate[] {
  if (!Number.isInteger(folds) || folds < 1) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(folds)} folds, expected an integer of at least 1; 1 is the ` +
        "experiment's own split.",
    );
  }
  if (!Array.isArray(seeds) || seeds.length === 0 || new Set(seeds).size < seeds.length) {
    throw new ArgumentError(
      `${operation}: received seeds ${describeValue(seeds)}, expected a list of different whole numbers such as ` +
        "[1, 2, 3].",
    );
  }
  return seeds.flatMap((seed) =>
    folds === 1
      ? [{ seed }]
      : Array.from({ length: folds }, (_, index) => ({ seed, fold: { index, of: folds } })),
  );
}

/** How much the trainings of folds have in common. */
export const overlapOf = (folds: number): EstimateOptions =>
  folds > 1 ? { overlap: 1 / (folds - 1) } : {};

/** So many seeds from the first on. */
export const seedsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);
