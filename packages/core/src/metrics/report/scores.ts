import {
  ArgumentError,
  describeValue,
  formatShape,
  type Shape,
  ShapeError,
} from "../../array/index.js";
import { readLabels, readValues, requireFiniteValues } from "../../tensor/values.js";

/** What scores are given as. */
export type ScoreKind = "probabilities" | "logits";

/** A batch on the host: scores (N, C) row-major, logarithms of probabilities where logits were given. */
export interface ScoredBatch {
  readonly scores: Float64Array;
  /** False where only class 1 had a score, and that of class 0 follows. */
  readonly hasEveryScore: boolean;
  readonly labels: Int32Array;
}

/** @throws ArgumentError for another kind */
export function requireScoreKind(operation: string, kind: unknown): void {
  if (kind === "probabilities" || kind === "logits") return;
  throw new ArgumentError(
    `${operation}: received scores ${describeValue(kind)}, expected "probabilities" or "logits".`,
  );
}

/**
 * Reads a batch of scores, (N, C) or for two classes (N,), and its labels, (N,).
 *
 * @throws ShapeError, DTypeError, ArgumentError for what does not fit
 */
export function readScoredBatch(
  operation: string,
  scores: unknown,
  labels: unknown,
  classes: number,
  kind: ScoreKind,
): ScoredBatch {
  const indices = readLabels(operation, "label", labels, classes);
  const { elements, shape } = readValues(operation, "scores", scores);
  const width = widthOf(operation, shape, elements.length, indices.length, classes);
  requireFiniteValues(operation, "score", elements, width);
  const given = Float64Array.from(elements);
  const hasEveryScore = width > 1;
  const completed = hasEveryScore ? given : bothClasses(operation, given, kind);
  if (kind === "logits") logSoftmaxRows(completed, classes);
  return { scores: completed, hasEveryScore, labels: indices };
}

/** Scores of a sample: one for each class, or of two classes that of the second. */
function widthOf(
  operation: string,
  shape: Shape,
  size: number,
  samples: number,
  classes: number,
): number {
  const flat = shape.length === 1;
  const one = classes === 2 && size === samples && (flat || shape[1] === 1);
  if (one && shape.length <= 2) return 1;
  const rows = flat ? size === samples * classes : shape[0] === samples && shape[1] === classes;
  if (rows && shape.length <= 2) return classes;
  const single = classes === 2 ? `, or (${samples},) of class 1 alone` : "";
  throw new ShapeError(
    `${operation}: received scores ${formatShape(shape)} for ${samples} labels and ${classes} ` +
      `classes, expected (${samples}, ${classes})${single}; a score for each class in each row.`,
  );
}

/** Scores of class 1 (N,), completed by those of class 0: the rest to 1, or a logit of 0. */
function bothClasses(operation: string, scores: Float64Array, kind: ScoreKind): Float64Array {
  const both = new Float64Array(2 * scores.length);
  scores.forEach((score, sample) => {
    if (kind === "probabilities" && (score < 0 || score > 1)) {
      throw new ArgumentError(
        `${operation}: received ${score} as score of class 1 of sample ${sample} of the batch, ` +
          'expected a probability from 0 to 1; for logits make the report with { scores: "logits" }.',
      );
    }
    both[2 * sample] = kind === "logits" ? 0 : 1 - score;
    both[2 * sample + 1] = score;
  });
  return both;
}

/**
 * Every row to x_c - log sum_j exp(x_j), in place. The largest logit m is left out of the sum, which
 * is m + log1p(sum of the others' exp(x_j - m)), so that a probability near 1 keeps its distance.
 */
function logSoftmaxRows(logits: Float64Array, classes: number): void {
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const place = row.indexOf(largest);
    const others = row.reduce(
      (sum, each, index) => (index === place ? sum : sum + Math.exp(each - largest)),
      0,
    );
    const rest = Math.log1p(others);
    row.forEach((each, index) => {
      row[index] = each - largest - rest;
    });
  }
}
