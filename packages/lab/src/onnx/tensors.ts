import type { DType, Shape, TypedArray } from "@versant/core";
import type { TensorProto } from "./schema.js";

/** Element types, numbered as in TensorProto.DataType: those of ours, and int64, of which shapes are. */
export const elementTypes: { readonly [D in DType | "int64"]: number } = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** A tensor with its content. `data` holds `shape`'s elements in row-major order. */
export function tensorProto(
  dtype: DType | "int64",
  shape: Shape,
  data: TypedArray | BigInt64Array,
  name?: string,
): TensorProto {
  return {
    ...(name === undefined ? {} : { name }),
    dims: shape,
    dataType: elementTypes[dtype],
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

/** A list of whole numbers as int64. */
export const int64Proto = (values: readonly number[], name?: string): TensorProto =>
  tensorProto("int64", [values.length], BigInt64Array.from(values, BigInt), name);
