import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ArgumentError, type Tensor, tensor } from "@versant/core";
import { describeValue, requireOptions } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";

/** Coloured pictures as they are stored: a byte a pixel and colour, a byte a label. */
export interface Cifar10Part {
  /** uint8 (N, 3, 32, 32): red, green, blue. */
  readonly images: Tensor;
  /** uint8 (N,), 0 to 9. */
  readonly labels: Tensor;
}

export interface Cifar10 {
  /** 50,000 pictures. */
  readonly train: Cifar10Part;
  /** 10,000 pictures. */
  readonly test: Cifar10Part;
}

/** What the labels of CIFAR-10 mean, in order. */
export const cifar10Classes = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
] as const;

const pixels = 3 * 32 * 32;
const record = 1 + pixels;

/**
 * Pictures of ten kinds (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009)
 * from one's own copy of the binary version: `data_batch_1.bin` to `data_batch_5.bin` and
 * `test_batch.bin`, each a list of records of a label and 3072 bytes.
 *
 * @param options.folder that holds the six files
 * @throws ArgumentError when a file is missing, empty, truncated, or has a label above 9
 */
export function cifar10(options: { readonly folder: string }): Cifar10 {
  requireOptions("cifar10", options, ["folder"]);
  const { folder } = options;
  if (typeof folder !== "string") {
    throw new ArgumentError(
      `cifar10: received folder ${describeValue(folder)}, expected the path of the folder with the ` +
        'six files of the "binary version" of CIFAR-10; no package brings them.',
    );
  }
  const train = [1, 2, 3, 4, 5].map((part) => resolve(folder, `data_batch_${part}.bin`));
  return { train: readPart(train), test: readPart([resolve(folder, "test_batch.bin")]) };
}

function readPart(paths: readonly string[]): Cifar10Part {
  const files = paths.map((path) => ({ path, bytes: readBytes(path) }));
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / record, 0);
  const images = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  let sample = 0;
  for (const { path, bytes } of files) {
    for (let start = 0; start < bytes.length; start += record, sample++) {
      const label = bytes[start] as number;
      if (label > 9) {
        throw new ArgumentError(
          `${path}: record ${start / record} has label ${label}, expected 0 to 9; the file is not ` +
            "one of CIFAR-10's (CIFAR-100 has two labels a record).",
        );
      }
      labels[sample] = label;
      images.set(bytes.subarray(start + 1, start + record), sample * pixels);
    }
  }
  return { images: tensor(images, { shape: [count, 3, 32, 32] }), labels: tensor(labels) };
}

function readBytes(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const mend = 'expected the six files of the "binary version" of CIFAR-10';
    throw unreadable("cifar10", path, error, mend);
  }
  if (bytes.length > 0 && bytes.length % record === 0) return bytes;
  throw new ArgumentError(
    `${path}: received ${bytes.length} bytes, expected a multiple of ${record}, a label and 3072 ` +
      "bytes for each picture; the file is truncated or compressed, fetch or unpack it again.",
  );
}
