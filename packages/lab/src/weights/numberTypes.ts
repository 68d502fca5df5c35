import { ArgumentError, type DType, type TypedArray } from "@versant/core";

/** How the format calls a type of numbers, and how their bytes are read. */
export interface NumberType {
  /** The format's name, such as F32. */
  readonly code: string;
  /** Of an element in the file. */
  readonly bytes: number;
  /** What its elements are read as. */
  readonly dtype: DType;
  /** @throws ArgumentError for a whole number that the dtype cannot hold */
  readonly read: (bytes: ArrayBuffer) => TypedArray;
}

/** Versant's own, as they are written. */
export const ownTypes: { readonly [D in DType]: NumberType } = {
  float32: { code: "F32", bytes: 4, dtype: "float32", read: (bytes) => new Float32Array(bytes) },
  float64: { code: "F64", bytes: 8, dtype: "float64", read: (bytes) => new Float64Array(bytes) },
  int32: { code: "I32", bytes: 4, dtype: "int32", read: (bytes) => new Int32Array(bytes) },
  uint8: { code: "U8", bytes: 1, dtype: "uint8", read: (bytes) => new Uint8Array(bytes) },
  bool: { code: "BOOL", bytes: 1, dtype: "bool", read: (bytes) => new Uint8Array(bytes) },
};

/** Those of other writers, which become the narrowest type of Versant's that holds every one of their values. */
const foreignTypes: readonly NumberType[] = [
  { code: "F16", bytes: 2, dtype: "float32", read: readHalves },
  { code: "BF16", bytes: 2, dtype: "float32", read: readBrainFloats },
  { code: "I8", bytes: 1, dtype: "int32", read: (bytes) => Int32Array.from(new Int8Array(bytes)) },
  {
    code: "I16",
    bytes: 2,
    dtype: "int32",
    read: (bytes) => Int32Array.from(new Int16Array(bytes)),
  },
  {
    code: "U16",
    bytes: 2,
    dtype: "int32",
    read: (bytes) => Int32Array.from(new Uint16Array(bytes)),
  },
  { code: "U32", bytes: 4, dtype: "int32", read: (bytes) => narrowed(new Uint32Array(bytes)) },
  { code: "I64", bytes: 8, dtype: "int32", read: (bytes) => narrowed(new BigInt64Array(bytes)) },
  { code: "U64", bytes: 8, dtype: "int32", read: (bytes) => narrowed(new BigUint64Array(bytes)) },
];

const byCode = (types: readonly NumberType[]): ReadonlyMap<string, NumberType> =>
  new Map(types.map((type) => [type.code, type]));

export const ownTypesByCode = byCode(Object.values(ownTypes));
export const readableTypesByCode = byCode([...Object.values(ownTypes), ...foreignTypes]);

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. Every value is one of float32's. */
function readHalves(bytes: ArrayBuffer): Float32Array {
  return Float32Array.from(new Uint16Array(bytes), (bits) => {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** The upper half of a float32. */
function readBrainFloats(bytes: ArrayBuffer): Float32Array {
  const bits = Uint32Array.from(new Uint16Array(bytes), (upper) => upper << 16);
  return new Float32Array(bits.buffer);
}

function narrowed(values: Uint32Array | BigInt64Array | BigUint64Array): Int32Array {
  return Int32Array.from(values as ArrayLike<number | bigint>, (value) => {
    const number = Number(value);
    if (number === (number | 0)) return number;
    throw new ArgumentError(
      `holds ${value}, expected whole numbers that int32 has, from -2147483648 to 2147483647`,
    );
  });
}
