import type { AxisValue } from "versant/figures";

/** How something ended, as a form that is told apart without colours. */
export type Mark = "dot" | "triangle" | "cross" | "ring";

/** One of the many things that a picture shows: a trial, or a run. */
export interface Item {
  /** Unique among them. */
  readonly id: string;
  readonly label: string;
  readonly mark: Mark;
  /** What the mark means, in the language of the page. */
  readonly state: string;
  /** Whether it stands out. */
  readonly isBest: boolean;
  readonly values: Readonly<Record<string, AxisValue>>;
}
