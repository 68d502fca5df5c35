import {
  ArgumentError,
  DTypeError,
  describeValue,
  isTypedArray,
  requireCount,
  type Shape,
  ShapeError,
  type TypedArray,
} from "../array/index.js";
import { Tensor } from "./tensor.js";

/** Numbers that are known: a tensor, a typed array or a list. */
export type Values = Tensor | TypedArray | readonly number[];

/** How many classes there are, or the name of each. */
export type ClassNames = number | readonly string[];

/** More are a mistake: their names alone would take gigabytes. */
export const mostClasses = 2 ** 24;

/** The name of each class; of a number of classes "0", "1", ... */
export function namesOf(operation: string, classes: ClassNames): readonly string[] {
  const names = Array.isArray(classes) ? classes.map(String) : numbered(operation, classes);
  const seen = new Set<string>();
  const repeated = names.find((name) => seen.size === seen.add(name).size);
  if (names.length >= 2 && repeated === undefined) return names;
  const received = repeated === undefined ? `${names.length}` : `two named "${repeated}"`;
  throw new ArgumentError(
    `${operation}: received ${received} as classes, expected at least 2, of different names; a ` +
      "yes or no has the classes no and yes.",
  );
}

function numbered(operation: string, classes: unknown): string[] {
  if (typeof classes !== "number") {
    throw new ArgumentError(
      `${operation}: received classes ${describeValue(classes)}, expected how many there are, or a ` +
        "list of their names.",
    );
  }
  requireCount(operation, "classes", classes);
  if (classes > mostClasses) {
    throw new ArgumentError(
      `${operation}: received ${classes} classes, expected at most ${mostClasses}; ids are no ` +
        "classes, and no model could tell so many apart.",
    );
  }
  return Array.from({ length: classes }, (_, index) => String(index));
}

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
      `${operation}: received ${describeValue(values)} as ${what}, expected a Tensor, a list ` +
        "of numbers, or a Float32Array, Float64Array, Int32Array or Uint8Array.",
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

/** @throws ArgumentError for the first element that is not a finite number */
export function requireFiniteValues(
  operation: string,
  what: string,
  elements: ArrayLike<number>,
  width: number,
): void {
  for (let index = 0; index < elements.length; index++) {
    if (Number.isFinite(elements[index])) continue;
    const column = width > 1 ? ` in column ${index % width}` : "";
    throw new ArgumentError(
      `${operation}: received ${describeValue(elements[index])} as ${what} of sample ` +
        `${Math.floor(index / width)} of the batch${column}, expected finite numbers; look for ` +
        "NaN in the features, or in the model's weights.",
    );
  }
}

/**
 * Class indices from 0 to classes - 1.
 *
 * @param what what one of them is: "label"
 * @throws ArgumentError for any other number, DTypeError for a tensor that holds no integers
 */
export function readLabels(
  operation: string,
  what: string,
  labels: unknown,
  classes: number,
): Int32Array {
  if (labels instanceof Tensor && labels.dtype !== "int32" && labels.dtype !== "uint8") {
    throw new DTypeError(
      `${operation}: received ${what}s of dtype ${labels.dtype}, expected class indices of dtype ` +
        'int32 or uint8; convert them with .cast("int32"), one-hot rows with .argmax(1).',
    );
  }
  const { elements, shape } = readValues(operation, `${what}s`, labels);
  if (shape.length !== 1) {
    throw new ShapeError(
      `${operation}: received ${what}s of ${shape.length} axes, expected (N,), a class index for ` +
        "each sample; one-hot rows become class indices with .argmax(1).",
    );
  }
  const indices = new Int32Array(elements.length);
  for (let index = 0; index < indices.length; index++) {
    const label: unknown = elements[index];
    if (!(typeof label === "number" && Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new ArgumentError(
        `${operation}: received ${describeValue(label)} as ${what} of sample ${index} of the batch, ` +
          `expected a class index from 0 to ${classes - 1}.`,
      );
    }
    indices[index] = label;
  }
  return indices;
}
