import { ArgumentError, type DType, type Shape, type TypedArray } from "@versant/core";
import { sizeOf } from "@versant/core/internal";
import { duplicateKey } from "./duplicateKey.js";

/** An array as a file holds it: contiguous, row-major. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** What a file says besides its tensors: texts by name. */
export type Metadata = Readonly<Record<string, string>>;

/** What a file holds. */
export interface StoredTensors {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Metadata;
}

/** What the format calls our dtypes, and how their bytes are read. */
const types: {
  readonly [D in DType]: { code: string; bytes: number; read: (bytes: ArrayBuffer) => TypedArray };
} = {
  float32: { code: "F32", bytes: 4, read: (bytes) => new Float32Array(bytes) },
  float64: { code: "F64", bytes: 8, read: (bytes) => new Float64Array(bytes) },
  int32: { code: "I32", bytes: 4, read: (bytes) => new Int32Array(bytes) },
  uint8: { code: "U8", bytes: 1, read: (bytes) => new Uint8Array(bytes) },
  bool: { code: "BOOL", bytes: 1, read: (bytes) => new Uint8Array(bytes) },
};
const dtypeOfCode = new Map(
  Object.entries(types).map(([dtype, { code }]) => [code, dtype as DType]),
);
const lengthBytes = 8;
const metadataKey = "__metadata__";

/**
 * The bytes of a safetensors file: the length of the header as 8 little-endian bytes, the header as
 * JSON padded with spaces to a multiple of 8, then the bytes of the tensors. Names come in the order
 * of their UTF-16 code units, so that equal tensors and metadata give equal bytes.
 *
 * Source: the format's description, https://github.com/huggingface/safetensors#format
 *
 * @param metadata texts by name, the format's `__metadata__`. Default: none
 * @throws ArgumentError when a tensor's data do not have the size of its shape, a name is reserved, or
 *   metadata are no texts
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Metadata = {},
): Uint8Array {
  checkMetadata(metadata, (problem) => {
    throw new ArgumentError(`safetensors: ${problem}.`);
  });
  const entries = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const header = metadataEntry(metadata);
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    if (name === metadataKey) {
      throw new ArgumentError(
        `safetensors: the name "${metadataKey}" is reserved by the format; rename the tensor.`,
      );
    }
    if (data.length !== sizeOf(shape)) {
      throw new ArgumentError(
        `safetensors: "${name}" has ${data.length} elements, expected ${sizeOf(shape)} ` +
          `for shape (${shape.join(", ")}).`,
      );
    }
    const start = end;
    end += data.byteLength;
    const entry = { dtype: types[dtype].code, shape, data_offsets: [start, end] };
    header.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  const json = new TextEncoder().encode(`{${header.join(",")}}`);
  const dataStart = lengthBytes + Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(dataStart + end).fill(0x20, lengthBytes, dataStart);
  new DataView(file.buffer).setBigUint64(0, BigInt(dataStart - lengthBytes), true);
  file.set(json, lengthBytes);
  let offset = dataStart;
  for (const part of parts) {
    file.set(part, offset);
    offset += part.length;
  }
  return file;
}

/**
 * Reads what `encodeSafetensors` writes, and other files of the format whose dtypes Versant has.
 *
 * @param name of the file, for errors
 * @throws ArgumentError when the file is truncated, its header is not what the format says, a name
 *   occurs twice, or the tensors' bytes overlap, leave holes or do not fit their shapes
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): StoredTensors {
  const read = (start: number, end: number): Uint8Array => bytes.subarray(start, end);
  const { layout, metadata } = readContents(name, bytes.length, read);
  const tensors = new Map(
    layout.map(({ key, dtype, shape, start, end }) => {
      // A copy, because other writers need not align the bytes of a tensor to its elements.
      const copy = Uint8Array.from(bytes.subarray(start, end));
      return [key, { dtype, shape, data: types[dtype].read(copy.buffer) }];
    }),
  );
  return { tensors, metadata };
}

/** Where a tensor stands in a file. */
export interface StoredLayout {
  readonly key: string;
  readonly dtype: DType;
  readonly shape: Shape;
  /** Its bytes, counted from the start of the file. */
  readonly start: number;
  readonly end: number;
}

/** The elements whose bytes these are. */
export const elementsOf = (dtype: DType, bytes: ArrayBuffer): TypedArray =>
  types[dtype].read(bytes);

/** Bytes of an element. */
export const bytesOf = (dtype: DType): number => types[dtype].bytes;

/**
 * What a safetensors file holds, from its header alone.
 *
 * @param name of the file, for errors
 * @param length of the file in bytes
 * @param read gives the bytes from `start` to `end`, as far as there are some
 * @throws ArgumentError as `decodeSafetensors` does
 */
export function readLayout(
  name: string,
  length: number,
  read: (start: number, end: number) => Uint8Array,
): StoredLayout[] {
  return readContents(name, length, read).layout;
}

function readContents(
  name: string,
  length: number,
  read: (start: number, end: number) => Uint8Array,
): { layout: StoredLayout[]; metadata: Metadata } {
  const fail = (problem: string): never => {
    throw new ArgumentError(`${name}: ${problem}.`);
  };
  const { header, contentStart } = readHeader(length, read, fail);
  const { [metadataKey]: metadata = {} } = header;
  checkMetadata(metadata, fail);
  const entries = Object.entries(header)
    .filter(([key]) => key !== metadataKey)
    .map(([key, value]) => ({ key, ...checkEntry(key, value, fail) }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let expected = 0;
  for (const { key, start, end } of entries) {
    if (start !== expected) {
      fail(
        `tensor "${key}" starts at byte ${start}, expected ${expected}, where the last one ends`,
      );
    }
    expected = end;
  }
  const received = length - contentStart;
  if (received !== expected) {
    fail(`received ${received} bytes of tensors, expected ${expected}; fetch the file again`);
  }
  const layout = entries.map((entry) => ({
    ...entry,
    start: contentStart + entry.start,
    end: contentStart + entry.end,
  }));
  return { layout, metadata };
}

function readHeader(
  fileLength: number,
  read: (start: number, end: number) => Uint8Array,
  fail: (problem: string) => never,
): { header: Record<string, unknown>; contentStart: number } {
  if (fileLength < lengthBytes) {
    return fail(`received ${fileLength} bytes, expected a safetensors file of at least 8`);
  }
  const prefix = read(0, lengthBytes);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true);
  if (length > fileLength - lengthBytes) {
    return fail(
      `received a header length of ${length} in a file of ${fileLength} bytes; it is truncated, ` +
        "or not a safetensors file",
    );
  }
  const end = lengthBytes + Number(length);
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(read(lengthBytes, end));
    header = JSON.parse(text);
  } catch (error) {
    return fail(`the header is not JSON: ${(error as Error).message}`);
  }
  if (!isRecord(header)) return fail("the header is not a JSON object");
  const twice = duplicateKey(text);
  if (twice !== null) return fail(`the name "${twice}" occurs twice in the header`);
  return { header, contentStart: end };
}

function checkMetadata(
  metadata: unknown,
  fail: (problem: string) => never,
): asserts metadata is Metadata {
  if (!isRecord(metadata))
    fail(`"${metadataKey}" is ${JSON.stringify(metadata)}, expected texts by name`);
  const [name, value] =
    Object.entries(Object(metadata)).find(([, each]) => typeof each !== "string") ?? [];
  if (name !== undefined) {
    fail(`"${metadataKey}" has ${JSON.stringify(value)} as "${name}", expected a text`);
  }
}

/** The header's part for them, none where there are none. */
function metadataEntry(metadata: Metadata): string[] {
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = entries.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
  return texts.length > 0 ? [`"${metadataKey}":{${texts.join(",")}}`] : [];
}

function checkEntry(
  key: string,
  value: unknown,
  fail: (problem: string) => never,
): { dtype: DType; shape: number[]; start: number; end: number } {
  const { dtype: code, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const dtype = dtypeOfCode.get(String(code));
  if (!dtype) {
    return fail(
      `tensor "${key}" has dtype ${String(code)}, expected one of ${[...dtypeOfCode.keys()].join(", ")}`,
    );
  }
  if (!isSizes(shape)) {
    return fail(`tensor "${key}" has shape ${JSON.stringify(shape)}, expected a list of sizes`);
  }
  const [start, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (start === undefined || end === undefined || end < start) {
    return fail(
      `tensor "${key}" has data_offsets ${JSON.stringify(offsets)}, expected [begin, end] in bytes`,
    );
  }
  const size = sizeOf(shape) * types[dtype].bytes;
  if (end - start !== size) {
    return fail(
      `tensor "${key}" has ${end - start} bytes, expected ${size} for ${dtype} of shape ` +
        `(${shape.join(", ")})`,
    );
  }
  return { dtype, shape, start, end };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
