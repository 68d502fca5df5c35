import { ArgumentError } from "@versant/core/internal";

/** What people are refused most, by a code, with the values that the sentence about it names. */
export interface Refusals {
  readonly "ledger.missing": FileFault;
  readonly "ledger.damaged": FileFault;
  readonly "ledger.full": FileFault;
  readonly "ledger.readOnly": FileFault;
  readonly "ledger.locked": FileFault;
  readonly "ledger.unusable": FileFault;
  readonly "key.unusable": { readonly path: string };
  readonly "run.unknown": { readonly word: string };
  readonly "run.ambiguous": { readonly word: string; readonly names: readonly string[] };
  readonly "search.unknown": { readonly word: string };
  readonly "search.ambiguous": { readonly word: string; readonly names: readonly string[] };
  readonly "condition.field": { readonly name: string; readonly near: string | undefined };
  readonly "steer.killed": { readonly run: string };
  readonly "steer.ended": { readonly run: string; readonly state: string };
  readonly "decide.score": {
    readonly evidence: string;
    readonly run: string;
    readonly names: readonly string[];
  };
  readonly "tag.word": { readonly tag: string };
  readonly "approve.obstacles": { readonly run: string; readonly obstacles: readonly Obstacle[] };
}

interface FileFault {
  readonly path: string;
  /** What SQLite or the file system said. */
  readonly reason: string;
}

/** What keeps a run from being approved. */
export type Obstacle =
  | "training"
  | "test"
  | "data"
  | "weights"
  | "damage"
  /** Rows that are measured on, and what it went on with: a reason overcomes them. */
  | "leaks"
  | "changes";

/** A mistake that programs can tell from others, so that it can be said in other words. */
export class Refusal<C extends keyof Refusals = keyof Refusals> extends ArgumentError {
  constructor(
    readonly code: C,
    readonly values: Refusals[C],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
