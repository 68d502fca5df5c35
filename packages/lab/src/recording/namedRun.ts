import { ArgumentError } from "@versant/core/internal";

/** A run as a person names it, with one of its checkpoints where that is meant. */
export interface NamedRun {
  readonly word: string;
  /** Default: the run's end. */
  readonly checkpoint?: "best" | "last";
}

/**
 * Of "last", "mnist-k7f3qd@best", "#12@last".
 *
 * @throws ArgumentError for another checkpoint than these two
 */
export function readNamedRun(operation: string, source: string): NamedRun {
  const [, word = source, checkpoint] = /^(.*)@(.*)$/.exec(source) ?? [];
  if (checkpoint === undefined) return { word };
  if (checkpoint === "best" || checkpoint === "last") return { word, checkpoint };
  throw new ArgumentError(
    `${operation}: received "${source}", expected a run, RUN@best, RUN@last or the path of a safetensors file.`,
  );
}
