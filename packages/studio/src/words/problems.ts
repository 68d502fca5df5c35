import type { Reasons } from "versant/studio-api";

/** What the server refuses, by its code; for a code that is absent its own sentence stands, which is English. */
export type ProblemWords = {
  readonly [Code in keyof Reasons]?: (values: Reasons[Code]) => string;
};
