import type { StreamColumn, TypedArray } from "@versant/core";

/**
 * What a worker asks for samples. A module that workers load exports `samples(options)`, which makes
 * one; it runs in each worker and must give the same in all.
 */
export interface Samples {
  /** For errors, such as the path of a file. */
  nameOf(index: number): string;
  /**
   * Writes a sample, a pure function of (index, epoch), into its place in each column.
   *
   * @returns false where there is nothing to write: the sample is left out
   */
  prepare(index: number, epoch: number, targets: readonly TypedArray[]): boolean | Promise<boolean>;
}

/** What a worker starts with. */
export interface WorkerSetup {
  /** The URL of the module. */
  readonly module: string;
  readonly options: unknown;
  readonly columns: readonly StreamColumn[];
}

/** Some samples that are wanted. */
export interface Order {
  readonly id: number;
  readonly epoch: number;
  readonly indices: Int32Array;
}

/** What became of an order: its samples, or what stood in the way. */
export type Delivery =
  | {
      readonly id: number;
      readonly columns: readonly TypedArray[];
      /** Names of samples that were left out. */
      readonly skipped: readonly string[];
    }
  | { readonly id: number; readonly problem: string };
