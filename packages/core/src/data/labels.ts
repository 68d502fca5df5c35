import { ArgumentError, describeValue } from "../array/index.js";

/** What samples are told apart by: the number or the name of a class, a group, a patient. */
export type Label = number | string;

/** @throws ArgumentError when `labels` is not one label for each of `length` samples */
export function requireLabels(
  operation: string,
  name: string,
  labels: unknown,
  length: number,
): asserts labels is ArrayLike<Label> {
  if (!Array.isArray(labels) && !(ArrayBuffer.isView(labels) && "length" in labels)) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(labels)} as ${name}, expected ${meanings[name] ?? "the label"} of ` +
        "each sample, in a list or a typed array.",
    );
  }
  if (labels.length !== length) {
    throw new ArgumentError(
      `${operation}: received ${labels.length} labels in ${name} for ${length} samples, expected ` +
        "one for each sample of the dataset that is split.",
    );
  }
}

const meanings: Readonly<Record<string, string>> = {
  stratifyBy: "the class",
  groupBy: "the group",
  timeOf: "the time",
};

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
