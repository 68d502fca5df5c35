import type { AnyModule } from "../nn/index.js";

/** Puts the parts of a model in training or evaluation mode; call the result to put them back. */
export function setMode(parts: readonly AnyModule[], training: boolean): () => void {
  const before = parts.map((part) => part.training);
  for (const part of parts) part.training = training;
  return () => {
    parts.forEach((part, index) => {
      part.training = before[index] as boolean;
    });
  };
}

/**
 * Does something in evaluation mode. It is synchronous, so that a fit which runs meanwhile never
 * takes a step in the wrong mode.
 */
export function inEvaluation<R>(parts: readonly AnyModule[], action: () => R): R {
  const restore = setMode(parts, false);
  try {
    return action();
  } finally {
    restore();
  }
}
