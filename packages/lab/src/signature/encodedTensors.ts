import { TableEncoder } from "@versant/core";
import type { Input, SampleTensor, SingleInput, StoredScale } from "./signature.js";

/** A tensor that samples become. */
export interface EncodedTensor extends SampleTensor {
  /** "input"; of several inputs as the signature calls them. A row of a table becomes "features" and "indices". */
  readonly name: string;
  /** Between the number that people know and the one that the model knows. */
  readonly scale?: StoredScale | undefined;
}

/** The tensors that samples become, in the order in which the model takes them. */
export const encodedTensors = (input: Input): readonly EncodedTensor[] =>
  input.kind === "several"
    ? Object.entries(input.inputs).flatMap(([name, each]) => tensorsOf(each, name))
    : tensorsOf(input);

function tensorsOf(input: SingleInput, name?: string): readonly EncodedTensor[] {
  if (input.kind !== "table") {
    const { dtype, shape } = input;
    return [
      { name: name ?? "input", dtype, shape, ...("scale" in input && { scale: input.scale }) },
    ];
  }
  const encoder = TableEncoder.fromJSON(input.encoder);
  const prefix = name === undefined ? "" : `${name}.`;
  const tensors: readonly EncodedTensor[] = [
    { name: `${prefix}features`, dtype: "float32", shape: [encoder.featureNames.length] },
    {
      name: `${prefix}indices`,
      dtype: "int32",
      shape: [Object.keys(encoder.cardinalities).length],
    },
  ];
  return tensors.filter(({ shape }) => shape[0] !== 0);
}
