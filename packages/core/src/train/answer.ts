import {
  ArgumentError,
  describeValue,
  formatShape,
  requireInstance,
  requireList,
  ShapeError,
} from "../array/index.js";
import { Tensor } from "../tensor/index.js";
import { currentPosition, operationsSince } from "../tensor/operations.js";
import type { Model } from "./options.js";

/**
 * What the model makes of its inputs.
 *
 * @throws ArgumentError when that is no tensor, or does not depend on one of several inputs: JavaScript
 *   calls a function with more arguments than it reads without a word
 */
export function answerOf(model: Model, inputs: readonly Tensor[]): Tensor {
  const position = currentPosition();
  const answer = model.forward(...inputs);
  requireInstance("Trainer", "the result of the model", answer, Tensor);
  if (inputs.length === 1) return answer;
  const read = new Set(
    operationsSince(position, [answer]).flatMap((operation) =>
      operation.inputs.map(({ node }) => node),
    ),
  );
  const unread = inputs.findIndex(({ node }) => !read.has(node));
  if (unread < 0) return answer;
  const shapes = inputs.map(({ shape }) => formatShape(shape)).join(", ");
  throw new ArgumentError(
    `Trainer: received ${inputs.length} inputs ${shapes}, and the answer of ${model} does not depend ` +
      `on input ${unread} (counted from 0), expected a model whose forward reads all of them; the last ` +
      "tensor of a batch is the target, all before it are inputs.",
  );
}

/**
 * The inputs of samples to answer for: one tensor or a list.
 *
 * @throws ArgumentError for what is neither, or no sample; ShapeError when their numbers differ
 */
export function requireInputs(
  operation: string,
  input: Tensor | readonly Tensor[],
): readonly Tensor[] {
  if (!Array.isArray(input)) requireInstance(operation, "the input", input, Tensor);
  const inputs: unknown = Array.isArray(input) ? input : [input];
  requireList(operation, "the inputs", inputs, Tensor);
  const shapes = inputs.map(({ shape }) => formatShape(shape)).join(", ");
  if (inputs.length === 0 || inputs.some(({ shape }) => !shape[0])) {
    throw new ArgumentError(
      `${operation}: received ${shapes === "" ? "no tensor" : `shape ${shapes}`}, expected at least ` +
        "one sample on the first axis.",
    );
  }
  if (inputs.every(({ shape }) => shape[0] === inputs[0]?.shape[0])) return inputs;
  throw new ShapeError(
    `${operation}: received shapes ${shapes}, expected as many samples on the first axis of each.`,
  );
}

/** What takes answers and targets in, batch by batch, as the reports of `metrics` do. */
export interface Report {
  add(answers: Tensor, targets: Tensor): void;
}

/** @throws ArgumentError for what takes nothing in */
export function requireReport(operation: string, report: unknown): void {
  if (typeof (report as Partial<Report> | null | undefined)?.add === "function") return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(report)} as the report, expected one such as ` +
      'new metrics.ClassificationReport({ classes, scores: "logits" }).',
  );
}

/** @throws ArgumentError for a batch size beside a loader */
export function requireOwnBatches(batchSize: unknown): void {
  if (batchSize === undefined) return;
  throw new ArgumentError(
    `Trainer.predict: received a loader and batchSize ${describeValue(batchSize)}, expected no ` +
      "batchSize, as a loader has batches of its own.",
  );
}
