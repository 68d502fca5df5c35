import { TableEncoder } from "@versant/core";
import type { Input, SampleTensor, SingleInput } from "./signature.js";

/** The tensors that samples become, in the order in which the model takes them. */
export const encodedTensors = (input: Input): readonly SampleTensor[] =>
  (input.kind === "several" ? Object.values(input.inputs) : [input]).flatMap(tensorsOf);

function tensorsOf(input: SingleInput): readonly SampleTensor[] {
  if (input.kind !== "table") return [{ dtype: input.dtype, shape: input.shape }];
  const encoder = TableEncoder.fromJSON(input.encoder);
  const tensors: readonly SampleTensor[] = [
    { dtype: "float32", shape: [encoder.featureNames.length] },
    { dtype: "int32", shape: [Object.keys(encoder.cardinalities).length] },
  ];
  return tensors.filter(({ shape }) => shape[0] !== 0);
}
