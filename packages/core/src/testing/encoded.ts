import {
  type DType,
  formatShape,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  VersantError,
} from "../array/index.js";
import { coordinatesOf } from "../device/reference/values.js";
import { type Tensor, tensor } from "../tensor/index.js";

/** A tensor as JSON can hold it. */
export interface EncodedTensor {
  readonly shape: Shape;
  /** Left out for floating elements, which take the dtype that is being checked. */
  readonly dtype?: "int32" | "uint8" | "bool";
  /** Row-major. */
  readonly data: readonly (number | "NaN" | "Infinity" | "-Infinity")[];
}

/** An expected result, and what its error is measured by. */
export interface ScaledTensor extends EncodedTensor {
  /** For each element the size of the numbers it was computed from: rounding errs in proportion. */
  readonly scale: readonly number[];
}

/** @param dtype of floating elements */
export const decode = (
  { shape, data, dtype: own }: EncodedTensor,
  dtype: DType,
  requiresGrad = false,
): Tensor =>
  tensor(data.map(Number), {
    shape,
    dtype: own ?? dtype,
    requiresGrad: requiresGrad && own === undefined,
  });

/** Reads the elements now; JSON has no words for what is not finite. */
export function encode(value: Tensor): EncodedTensor {
  const { shape, dtype } = value;
  const data = Array.from(value.dataSync(), (element) =>
    Number.isFinite(element) ? element : (String(element) as "NaN" | "Infinity" | "-Infinity"),
  );
  return dtype === "float32" || dtype === "float64" ? { shape, data } : { shape, dtype, data };
}

/** The largest finite magnitude, at least 1. */
export const largestOf = ({ data }: EncodedTensor): number =>
  Math.max(1, ...data.map((each) => Math.abs(Number(each))).filter(Number.isFinite));

/**
 * @param allowed the largest error of each element; what is not finite has to be equal
 * @throws ShapeError, VersantError naming the first element that differs
 */
export function requireClose(
  actual: Tensor,
  expected: EncodedTensor,
  allowed: (element: number) => number,
): void {
  const { shape } = actual;
  if (!sameShape(shape, expected.shape)) {
    throw new ShapeError(
      `received shape ${formatShape(shape)}, expected ${formatShape(expected.shape)}.`,
    );
  }
  const elements = actual.dataSync();
  for (let index = 0; index < sizeOf(shape); index++) {
    const received = elements[index] as number;
    const wanted = Number(expected.data[index]);
    if (Object.is(received, wanted) || Math.abs(received - wanted) <= allowed(index)) continue;
    const place = shape.length > 0 ? `element [${coordinatesOf(index, shape)}]` : "the number";
    const bound = allowed(index);
    const error = bound > 0 ? ` with an error of at most ${bound.toPrecision(2)}` : "";
    throw new VersantError(`${place} is ${received}, expected ${wanted}${error}.`);
  }
}
