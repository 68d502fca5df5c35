import { ArgumentError, type Shape } from "@versant/core";
import { describeValue, sizeOf } from "@versant/core/internal";
import { duplicateKey } from "./duplicateKey.js";
import type { NumberType } from "./numberTypes.js";

/** What a file says besides its tensors: texts by name. */
export type Metadata = Readonly<Record<string, string>>;

/** Where a tensor stands in a file. */
export interface Entry {
  readonly key: string;
  readonly type: NumberType;
  readonly shape: Shape;
  /** Its bytes, counted from the start of the file. */
  readonly start: number;
  readonly end: number;
}

/** Gives the bytes from `start` to `end`, as far as there are some. */
export type ReadBytes = (start: number, end: number) => Uint8Array;

type Fail = (problem: string) => never;

/** Bytes of the header's length. */
export const lengthBytes = 8;
export const metadataKey = "__metadata__";

/** Bytes, the format's own limit: any file can claim a longer one, and memory is asked for what it says. */
const longestHeader = 100_000_000;
/** Of a shape: more than any model has, and short enough for an error. */
const mostSizes = 64;

/**
 * What the header of a safetensors file says, checked: each tensor's bytes begin where those of the one
 * before end, and are as many as its shape needs.
 *
 * @param name of the file, for errors
 * @param length of the file in bytes
 * @param types that are read, by the format's names
 * @throws ArgumentError
 */
export function readEntries(
  name: string,
  length: number,
  read: ReadBytes,
  types: ReadonlyMap<string, NumberType>,
): { entries: Entry[]; metadata: Metadata } {
  const fail: Fail = (problem) => {
    throw new ArgumentError(`${name}: ${problem}.`);
  };
  const { header, contentStart } = readHeader(length, read, fail);
  const metadata = header.get(metadataKey) ?? {};
  header.delete(metadataKey);
  checkMetadata(metadata, fail);
  const entries = [...header]
    .map(([key, value]) => checkEntry(key, value, types, fail))
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
  const placed = entries.map((entry) => ({
    ...entry,
    start: contentStart + entry.start,
    end: contentStart + entry.end,
  }));
  return { entries: placed, metadata };
}

/** A Map, because a name may be that of something that every object has. */
function readHeader(
  fileLength: number,
  read: ReadBytes,
  fail: Fail,
): { header: Map<string, unknown>; contentStart: number } {
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
  if (length > longestHeader) {
    return fail(
      `received a header of ${length} bytes, expected at most ${longestHeader}; it is no safetensors file`,
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
  return { header: new Map(Object.entries(header)), contentStart: end };
}

export function checkMetadata(metadata: unknown, fail: Fail): asserts metadata is Metadata {
  if (!isRecord(metadata)) {
    fail(`"${metadataKey}" is ${describeValue(metadata)}, expected texts by name`);
  }
  const [name, value] =
    Object.entries(Object(metadata)).find(([, each]) => typeof each !== "string") ?? [];
  if (name !== undefined) {
    fail(`"${metadataKey}" has ${describeValue(value)} as "${name}", expected a text`);
  }
}

function checkEntry(
  key: string,
  value: unknown,
  types: ReadonlyMap<string, NumberType>,
  fail: Fail,
): Entry {
  const { dtype: code, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  const type = typeof code === "string" ? types.get(code) : undefined;
  if (!type) {
    return fail(
      `tensor "${key}" has dtype ${describeValue(code)}, expected one of ${[...types.keys()].join(", ")}`,
    );
  }
  if (!isSizes(shape) || shape.length > mostSizes) {
    return fail(
      `tensor "${key}" has shape ${describeSizes(shape)}, expected a list of at most ${mostSizes} sizes`,
    );
  }
  const [start, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (start === undefined || end === undefined || end < start) {
    return fail(
      `tensor "${key}" has data_offsets ${describeSizes(offsets)}, expected [begin, end] in bytes`,
    );
  }
  const size = sizeOf(shape) * type.bytes;
  if (end - start !== size) {
    return fail(
      `tensor "${key}" has ${end - start} bytes, expected ${size} for ${type.code} of shape ` +
        `(${shape.join(", ")})`,
    );
  }
  return { key, type, shape, start, end };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);

/** Short lists in full: what is nested deeply, or long, does not fit into an error. */
const describeSizes = (value: unknown): string =>
  Array.isArray(value) && value.length <= 8 && value.every((each) => typeof each !== "object")
    ? JSON.stringify(value)
    : describeValue(value);
