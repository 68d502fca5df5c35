import type { LeakReport } from "../honesty/leakCheck.js";

/** A part of the data: what it holds, and its hash. */
export interface PartRecord {
  readonly rows: number;
  /** SHA-256 over the SHA-256 of every row's inputs and target, in order. */
  readonly hash: string;
  readonly columns: readonly { readonly dtype: string; readonly shape: readonly number[] }[];
  /** Samples of each class, where the target is one class index a sample. */
  readonly classes?: Readonly<Record<string, number>>;
}

export interface DataRecord {
  /** SHA-256 over the hashes of the parts; "unknown" where they were not read. */
  readonly hash: string;
  readonly parts: Readonly<Record<string, PartRecord>>;
  readonly leaks: LeakReport | "not checked";
}
