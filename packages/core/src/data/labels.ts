import { ArgumentError, describeValue, formatShape, ShapeError } from "../array/index.js";
import { Tensor } from "../tensor/index.js";
import type { Values } from "../tensor/values.js";

/** What samples are told apart by: the number or the name of a class, a group, a patient. */
export type Label = number | bigint | string;

/** A label for each sample: a tensor (N,), a typed array or a list. */
export type Labels = Values | readonly Label[];

/**
 * The labels on the host, each a text or a number, all of one type: what else there is would be told
 * apart by identity (two dates of one day), or be taken for a class (null).
 *
 * @throws ArgumentError when an element is something else, naming its sample; as `listOf`
 */
export function labelsOf(
  operation: string,
  name: string,
  meaning: string,
  labels: unknown,
  length?: number,
): ArrayLike<Label> {
  const list = listOf(operation, name, meaning, labels, length);
  const type = typeof list[0];
  for (let sample = 0; sample < list.length; sample++) {
    const label = list[sample];
    const isText = typeof label === "string" || typeof label === "bigint";
    const isLabel = isText || Number.isFinite(label);
    if (isLabel && typeof label === type) continue;
    const received = isLabel ? `${describeValue(label)} (a ${typeof label})` : describeValue(label);
    throw new ArgumentError(
      `${operation}: received ${received} in ${name} for sample ${sample}, expected ` +
        (isLabel
          ? `a ${type}, as that of sample 0 is one; make all of them texts with .map(String).`
          : "a text or a finite number; .map(String) makes texts of other values, and a sample " +
            "without a value belongs to no part."),
    );
  }
  return list as ArrayLike<Label>;
}

/**
 * The elements of a list, a typed array or a tensor, on the host.
 *
 * @param name of the argument, for errors
 * @param meaning what one of them is, for errors: "the class"
 * @param length how many there have to be. Default: any number
 * @throws ArgumentError when `labels` is no list, or not of `length`; ShapeError for a tensor of
 *   another rank
 */
export function listOf(
  operation: string,
  name: string,
  meaning: string,
  labels: unknown,
  length?: number,
): ArrayLike<unknown> {
  const list = onHost(operation, name, labels);
  if (!Array.isArray(list) && !(ArrayBuffer.isView(list) && "length" in list)) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(labels)} as ${name}, expected ${meaning} of each ` +
        "sample, in a list, a typed array or a tensor.",
    );
  }
  const found = list as ArrayLike<unknown>;
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
