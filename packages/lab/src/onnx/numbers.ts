import type { DType, StoredNode, StoredNumber, Term } from "@versant/core";
import { makeArray } from "@versant/core/internal";
import { elementTypes } from "./tensors.js";
import type { GraphWriter } from "./writer.js";

/** Numbers as an array of `dtype`. `Number` reads the four that JSON lacks as well. */
export const arrayOf = (dtype: DType, numbers: readonly StoredNumber[]) =>
  makeArray(dtype, numbers.map(Number));

/** One number as a tensor without axes. */
export const scalar = (writer: GraphWriter, dtype: DType, value: StoredNumber): string =>
  writer.tensor(dtype, [], arrayOf(dtype, [value]));

const isNumber = (value: StoredNumber | readonly Term[]): value is StoredNumber =>
  !Array.isArray(value);

/** The number of a constant, without the shape over which it is repeated. */
export function numberOf(
  { attributes, dtype }: StoredNode<"constant">,
  writer: GraphWriter,
): string {
  const { value } = attributes;
  if (isNumber(value)) return scalar(writer, dtype, value);
  const size = writer.add("Cast", [writer.sizes([value])], { to: elementTypes[dtype] });
  return writer.add("Squeeze", [size]);
}
