import { describeValue } from "./argument.js";
import { DTypeError } from "./errors.js";

/**
 * Element types. `float64` exists on the reference device only, as the oracle of the others;
 * `bool` is stored as one byte, 0 or 1.
 */
export type DType = "float32" | "float64" | "int32" | "uint8" | "bool";

export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

interface DTypeTraits {
  /** Bytes an element occupies. */
  readonly bytes: 1 | 4 | 8;
  readonly floating: boolean;
  readonly make: (source: number | ArrayLike<number>) => TypedArray;
}

function maker<T extends TypedArray>(type: {
  new (length: number): T;
  new (source: ArrayLike<number>): T;
}): (source: number | ArrayLike<number>) => T {
  return (source) => (typeof source === "number" ? new type(source) : new type(source));
}

/** Anything but 0 is true, NaN too. */
const asBit = (value: number): number => (value === 0 ? 0 : 1);

export const dtypes: { readonly [D in DType]: DTypeTraits } = {
  float32: { bytes: 4, floating: true, make: maker(Float32Array) },
  float64: { bytes: 8, floating: true, make: maker(Float64Array) },
  int32: { bytes: 4, floating: false, make: maker(Int32Array) },
  uint8: { bytes: 1, floating: false, make: maker(Uint8Array) },
  bool: {
    bytes: 1,
    floating: false,
    make: (source) =>
      typeof source === "number" ? new Uint8Array(source) : Uint8Array.from(source, asBit),
  },
};

/**
 * `dtype` if there is one of that name.
 *
 * @throws DTypeError
 */
export function checkDType(operation: string, dtype: DType): DType {
  if (Object.hasOwn(dtypes, dtype)) return dtype;
  throw new DTypeError(
    `${operation}: received dtype ${describeValue(dtype)}, expected one of ` +
      `${Object.keys(dtypes).join(", ")}.`,
  );
}

export const isFloating = (dtype: DType): boolean => dtypes[dtype].floating;

/** A new typed array for elements of `dtype`: zeroed for a length, converted for an array. */
export const makeArray = (dtype: DType, source: number | ArrayLike<number>): TypedArray =>
  dtypes[dtype].make(source);

/** Whether a value is of an array type that holds elements of some dtype. */
export const isTypedArray = (value: unknown): value is TypedArray =>
  value instanceof Float32Array ||
  value instanceof Float64Array ||
  value instanceof Int32Array ||
  value instanceof Uint8Array;

/** The dtype that a typed array carries (`Uint8Array` is uint8, never bool). */
export function dtypeOf(data: TypedArray): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Int32Array) return "int32";
  return "uint8";
}
