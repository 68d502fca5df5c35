import { ArgumentError, describeValue, formatShape, ShapeError } from "../array/index.js";
import { Tensor } from "../tensor/index.js";
import type { Values } from "../tensor/values.js";

/** What samples are told apart by: the number or the name of a class, a group, a patient. */
export type Label = number | string;

/** A label for each sample: a tensor (N,), a typed array or a list. */
export type Labels = Values | readonly Label[];

/**
 * The labels on the host.
 *
 * @param name of the argument, for errors
 * @param meaning what one of them is, for errors: "the class"
 * @param length how many there have to be. Default: any number
 * @throws ArgumentError when `labels` is no list, or not of `length`; ShapeError for a tensor of
 *   another rank
 */
export function labelsOf(
  operation: string,
  name: string,
  meaning: string,
  labels: unknown,
  length?: number,
): ArrayLike<Label> {
  const list = onHost(operation, name, labels);
  if (!Array.isArray(list) && !(ArrayBuffer.isView(list) && "length" in list)) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(labels)} as ${name}, expected ${meaning} of each ` +
        "sample, in a list, a typed array or a tensor.",
    );
  }
  const found = list as ArrayLike<Label>;
  if (length === undefined || found.length === length) return found;
  throw new ArgumentError(
    `${operation}: received ${found.length} values in ${name} for ${length} samples, expected ` +
      `${meaning} of each; labels and samples probably come from different files or parts.`,
  );
}

function onHost(operation: string, name: string, labels: unknown): unknown {
  if (!(labels instanceof Tensor)) return labels;
  if (labels.rank === 1) return labels.dataSync();
  throw new ShapeError(
    `${operation}: received ${name} ${formatShape(labels.shape)}, expected (N,), one for each ` +
      "sample; one-hot rows become class indices with .argmax(1).",
  );
}

/** The samples of each label, in the given order; labels in the order they are met. */
export function membersByLabel(
  order: Int32Array,
  labels: ArrayLike<Label>,
): Map<Label | undefined, number[]> {
  const members = new Map<Label | undefined, number[]>();
  for (const sample of order) {
    const label = labels[sample];
    const list = members.get(label);
    if (list) list.push(sample);
    else members.set(label, [sample]);
  }
  return members;
}
