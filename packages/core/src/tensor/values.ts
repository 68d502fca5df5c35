import {
  ArgumentError,
  describeValue,
  type Shape,
  ShapeError,
  type TypedArray,
} from "../array/index.js";
import { Tensor } from "./tensor.js";

/** Numbers that are known: a tensor, a typed array or a list. */
export type Values = Tensor | TypedArray | readonly number[];

/**
 * Elements on the host, row-major, and their shape; a list of lists has rows of one length.
 *
 * @throws ArgumentError for what holds no numbers; ShapeError for rows of different lengths
 */
export function readValues(
  operation: string,
  what: string,
  values: unknown,
): { elements: ArrayLike<number>; shape: Shape } {
  if (values instanceof Tensor) return { elements: values.dataSync(), shape: values.shape };
  if (isTypedArray(values)) return { elements: values, shape: [values.length] };
  if (!Array.isArray(values)) {
    throw new ArgumentError(
      `${operation}: received ${describeValue(values)} as ${what}, expected a Tensor, a typed ` +
        "array or a list of numbers.",
    );
  }
  const width: number | undefined = values.find(Array.isArray)?.length;
  if (width === undefined) return { elements: values, shape: [values.length] };
  values.forEach((row, index) => {
    if (Array.isArray(row) && row.length === width) return;
    throw new ShapeError(
      `${operation}: received ${what} whose row ${index} is ${describeValue(row)}, expected a ` +
        `list of ${width}; all rows have one length.`,
    );
  });
  return { elements: values.flat(), shape: [values.length, width] };
}

const isTypedArray = (values: unknown): values is TypedArray =>
  values instanceof Float32Array ||
  values instanceof Float64Array ||
  values instanceof Int32Array ||
  values instanceof Uint8Array;
