import { ArgumentError, type DType, type Shape, type TypedArray } from "@versant/core";
import { sizeOf } from "@versant/core/internal";
import {
  checkMetadata,
  type Entry,
  lengthBytes,
  type Metadata,
  metadataKey,
  type ReadBytes,
  readEntries,
} from "./header.js";
import { ownTypes, ownTypesByCode, readableTypesByCode } from "./numberTypes.js";

export type { Metadata };

/** An array as a file holds it: contiguous, row-major. */
export interface StoredTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** What a file holds. */
export interface StoredTensors {
  readonly tensors: Map<string, StoredTensor>;
  readonly metadata: Metadata;
}

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
    const entry = { dtype: ownTypes[dtype].code, shape, data_offsets: [start, end] };
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
 * Reads what `encodeSafetensors` writes, and other writers' files: F16 and BF16 become float32, whole numbers
 * of 8, 16 or 64 bits int32.
 *
 * @param name of the file, for errors
 * @throws ArgumentError when the file is truncated, its header is not what the format says, a name
 *   occurs twice, the tensors' bytes overlap, leave holes or do not fit their shapes, or a number is not
 *   one of int32's
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): StoredTensors {
  const read: ReadBytes = (start, end) => bytes.subarray(start, end);
  const { entries, metadata } = readEntries(name, bytes.length, read, readableTypesByCode);
  const tensors = new Map<string, StoredTensor>();
  for (const { key, type, shape, start, end } of entries) {
    // A copy, because other writers need not align the bytes of a tensor to its elements.
    const { buffer } = Uint8Array.from(bytes.subarray(start, end));
    try {
      tensors.set(key, { dtype: type.dtype, shape, data: type.read(buffer) });
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      throw new ArgumentError(`${name}: tensor "${key}" ${error.message}.`);
    }
  }
  return { tensors, metadata };
}

/** Where a tensor stands in a file. */
export interface StoredLayout extends Omit<Entry, "type"> {
  readonly dtype: DType;
}

/** The elements whose bytes these are. */
export const elementsOf = (dtype: DType, bytes: ArrayBuffer): TypedArray =>
  ownTypes[dtype].read(bytes);

/** Bytes of an element. */
export const bytesOf = (dtype: DType): number => ownTypes[dtype].bytes;

/**
 * What a safetensors file of Versant's dtypes holds, from its header alone.
 *
 * @param name of the file, for errors
 * @param length of the file in bytes
 * @throws ArgumentError as `decodeSafetensors` does
 */
export function readLayout(name: string, length: number, read: ReadBytes): StoredLayout[] {
  const { entries } = readEntries(name, length, read, ownTypesByCode);
  return entries.map(({ type: { dtype }, ...entry }) => ({ ...entry, dtype }));
}

/** The header's part for them, none where there are none. */
function metadataEntry(metadata: Metadata): string[] {
  const entries = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = entries.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`);
  return texts.length > 0 ? [`"${metadataKey}":{${texts.join(",")}}`] : [];
}
