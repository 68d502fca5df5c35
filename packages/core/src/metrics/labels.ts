import {
  ArgumentError,
  DTypeError,
  describeValue,
  formatShape,
  isFloating,
  requireInstance,
  requireOptions,
  ShapeError,
  sameShape,
} from "../array/index.js";
import { full, Tensor, where } from "../tensor/index.js";

export interface LabelOptions {
  /**
   * What has this label does not count: the `targetPadding` of tags, and the `ignoredIndex` of the
   * loss. Default: there is none.
   */
  readonly ignoredIndex?: number;
}

/** @throws ArgumentError for an option of another name, or an index that is no int32 */
export function requireLabelOptions(
  operation: string,
  options: LabelOptions,
  known: readonly string[] = ["ignoredIndex"],
): void {
  requireOptions(operation, options, known);
  const { ignoredIndex } = options;
  if (ignoredIndex === undefined || ignoredIndex === (ignoredIndex | 0)) return;
  throw new ArgumentError(
    `${operation}: received ignoredIndex ${describeValue(ignoredIndex)}, expected an integer, the ` +
      "label that stands for none, such as -100.",
  );
}

/** A row of scores for each label. */
export interface LabelledScores {
  /** (M, C) */
  readonly scores: Tensor;
  /** int32 (M,); 0 for those that do not count. */
  readonly labels: Tensor;
  /** float32 (M,): 1, or 0 for those that do not count. */
  readonly weights: Tensor;
}

/**
 * Scores (N, C, ...positions) and class indices (N, ...positions) as rows, one for each label.
 *
 * @throws ShapeError, DTypeError unless scores are floating, and there is a class index, int32 or
 *   uint8, for each row or position
 */
export function matchLabels(
  operation: string,
  logits: Tensor,
  labels: Tensor,
  { ignoredIndex }: LabelOptions,
): LabelledScores {
  requireInstance(operation, "the logits", logits, Tensor);
  requireInstance(operation, "the labels", labels, Tensor);
  const [samples = 0, classes = 0, ...positions] = logits.shape;
  if (logits.rank < 2 || !sameShape(labels.shape, [samples, ...positions])) {
    throw new ShapeError(
      `${operation}: received logits ${formatShape(logits.shape)} and labels ` +
        `${formatShape(labels.shape)}, expected (N, C) and (N,), or (N, C, ...positions) and ` +
        "(N, ...positions); one-hot labels become class indices with .argmax(1).",
    );
  }
  requireFloatingScores(operation, "logits", logits);
  if (labels.dtype !== "int32" && labels.dtype !== "uint8") {
    throw new DTypeError(
      `${operation}: received labels of dtype ${labels.dtype}, expected class indices of dtype int32 ` +
        'or uint8; convert them with .cast("int32").',
    );
  }
  const rows = labels.size;
  const label = labels.cast("int32").reshape([rows]);
  const scores =
    positions.length === 0
      ? logits
      : logits
          .reshape([samples, classes, positions.reduce((size, each) => size * each, 1)])
          .transpose()
          .reshape([rows, classes]);
  if (ignoredIndex === undefined) return { scores, labels: label, weights: full([rows], 1) };
  const counts = label.notEqual(ignoredIndex);
  return { scores, labels: where(counts, label, 0), weights: counts.cast("float32") };
}

/** @throws DTypeError for integers and booleans, which a model's answers are not */
export function requireFloatingScores(operation: string, what: string, scores: Tensor): void {
  if (isFloating(scores.dtype)) return;
  throw new DTypeError(
    `${operation}: received ${what} of dtype ${scores.dtype}, expected float32; convert them with ` +
      '.cast("float32").',
  );
}

/**
 * The score that each row of (M, C) has at its label, (M,). The run fails with an ExecutionError for
 * a label outside of 0 to C - 1.
 */
export const scoresAt = (operation: string, scores: Tensor, labels: Tensor): Tensor =>
  scores.takeAlong(labels.unsqueeze(1), 1, `labels of ${operation}`).squeeze(1);
