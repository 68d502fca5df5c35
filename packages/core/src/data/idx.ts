import { ArgumentError, formatShape, requireInstance, sizeOf } from "../array/index.js";

const unsignedByte = 0x08;

/** An array read from an IDX file. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** Row-major, a view of the bytes that were read. */
  readonly data: Uint8Array;
}

/**
 * Reads the format of the MNIST files (LeCun, "The MNIST database", file formats): two zero bytes,
 * one for the type of the elements (8, unsigned byte), one for the number of axes; the size of each
 * axis as a big-endian 32-bit integer; the elements.
 *
 * @param name of the file, for errors. Default "readIdx"
 * @throws ArgumentError when the header is not that of such a file, or bytes lack or are left over
 */
export function readIdx(bytes: Uint8Array, name = "readIdx"): IdxArray {
  requireInstance(name, "the bytes", bytes, Uint8Array, "the content of the file, not its path");
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    throw new ArgumentError(
      `${name}: received gzip-compressed bytes, expected an IDX file; decompress it first.`,
    );
  }
  const magic = [...bytes.subarray(0, 4)];
  const [zero, alsoZero, type, rank] = magic;
  if (zero !== 0 || alsoZero !== 0 || type !== unsignedByte || !rank) {
    const received = magic.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new ArgumentError(
      `${name}: received the first bytes "${received}", expected the magic number of an IDX file ` +
        'of unsigned bytes: "00 00 08" and the number of axes (01 for labels, 03 for images).',
    );
  }
  const start = 4 + 4 * rank;
  if (bytes.length < start) {
    throw new ArgumentError(
      `${name}: received ${bytes.length} bytes, expected ${start} for the header of ${rank} axes ` +
        "alone; the file is truncated, fetch it again.",
    );
  }
  const header = new DataView(bytes.buffer, bytes.byteOffset, start);
  const shape = Array.from({ length: rank }, (_, axis) => header.getUint32(4 + 4 * axis));
  const expected = start + sizeOf(shape);
  if (bytes.length !== expected) {
    const mend =
      bytes.length < expected
        ? "the file is truncated, fetch it again"
        : "bytes are left over, so header and content do not belong together";
    throw new ArgumentError(
      `${name}: received ${bytes.length} bytes, expected ${expected} for shape ` +
        `${formatShape(shape)}; ${mend}.`,
    );
  }
  return { shape, data: bytes.subarray(start) };
}
