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

/** A batch on the host: scores (N, C) row-major, probabilities where logits were given. */
export interface ScoredBatch {
  readonly scores: Float64Array;
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
  if (width === 1) return { scores: bothClasses(operation, given, kind), labels: indices };
  if (kind === "logits") softmaxRows(given, classes);
  return { scores: given, labels: indices };
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

/** Scores of class 1 (N,), completed by those of class 0. */
function bothClasses(operation: string, scores: Float64Array, kind: ScoreKind): Float64Array {
  const both = new Float64Array(2 * scores.length);
  scores.forEach((score, sample) => {
    if (kind === "probabilities" && (score < 0 || score > 1)) {
      throw new ArgumentError(
        `${operation}: received ${score} as score of class 1 of sample ${sample} of the batch, ` +
          'expected a probability from 0 to 1; for logits make the report with { scores: "logits" }.',
      );
    }
    both[2 * sample] = kind === "logits" ? sigmoid(-score) : 1 - score;
    both[2 * sample + 1] = kind === "logits" ? sigmoid(score) : score;
  });
  return both;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Every row to exp(x_c) / sum_j exp(x_j), in place. */
function softmaxRows(logits: Float64Array, classes: number): void {
  for (let start = 0; start < logits.length; start += classes) {
    const row = logits.subarray(start, start + classes);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const sum = row.reduce((total, each) => total + Math.exp(each - largest), 0);
    row.forEach((each, index) => {
      row[index] = Math.exp(each - largest) / sum;
    });
  }
}
