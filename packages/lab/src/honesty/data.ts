import { canonicalJson, sha256 } from "../files/canonical.js";
import type { LeakReport } from "./leakCheck.js";
import type { ColumnRecord } from "./rows.js";

/** A part of the data: what it holds, and its hash. */
export interface PartRecord {
  readonly rows: number;
  /**
   * SHA-256 over the columns and the keys of every row's inputs and target, in order; a key is the SHA-256
   * of the bytes, or of at most 15 bytes themselves (see honesty/rowKeys.ts).
   */
  readonly hash: string;
  /** Of what the model is given, the target last. */
  readonly columns: readonly ColumnRecord[];
  /** Samples of each class, where the target is one class index a sample, of 1000 classes at most. */
  readonly classes?: Readonly<Record<string, number>>;
}

export interface DataRecord {
  /** SHA-256 over the hashes of the parts; "unknown" where they were not read. */
  readonly hash: string;
  /** By name: train, validation, test. */
  readonly parts: Readonly<Record<string, PartRecord>>;
  readonly leaks: LeakReport | "not checked";
}

/** Data that were read. */
export interface InspectedData extends DataRecord {
  readonly leaks: LeakReport;
}

/** Data that nobody looked at, as `--no-leak-check` asks. */
export const uninspectedData: DataRecord = { hash: "unknown", parts: {}, leaks: "not checked" };

/** SHA-256 over the names and hashes of the parts. */
export const hashOfParts = (parts: Readonly<Record<string, PartRecord>>): string =>
  sha256(
    canonicalJson(
      Object.fromEntries(Object.entries(parts).map(([name, { hash }]) => [name, hash])),
    ),
  );
