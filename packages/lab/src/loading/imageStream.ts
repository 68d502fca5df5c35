import { ArgumentError, type StreamColumn, type Tensor } from "@versant/core";
import { checkSeed, requireOptions, sizeOf } from "@versant/core/internal";
import { type Augmentation, requireAugmentation } from "./augment.js";
import type { Fit } from "./decodeImage.js";
import { requireChoice, requireShape } from "./imageChecks.js";
import type { ImageFiles } from "./imageFolder.js";
import { type WorkerSource, workerSource } from "./workerSource.js";

export interface ImageStreamOptions {
  /** (C, H, W) of a sample. Files are resized to it, as grey for C = 1 and as colours for C = 3. */
  readonly shape: readonly [number, number, number];
  /** Default: none. Not for validation and test data. */
  readonly augmentation?: Augmentation;
  /** Takes the images in random order. Default false. */
  readonly shuffle?: boolean;
  /** Decides order and augmentation together with the epoch. Default 0. */
  readonly seed?: number;
  /** Threads that decode and vary images. Default 1. */
  readonly workers?: number;
  /** Files of other proportions are stretched, or cut at their sides. Default "stretch". */
  readonly fit?: Fit;
  /** A file that does not decode ends reading, or is left out and named in `skipped`. Default "throw". */
  readonly undecodable?: "throw" | "skip";
}

/** Images in memory: uint8 (N, C, H, W) or (N, C H W), as `mnist().train` has them, and labels (N,). */
export interface ImageArrays {
  readonly images: Tensor;
  readonly labels: Tensor;
}

const optionNames = ["shape", "augmentation", "shuffle", "seed", "workers", "fit", "undecodable"];

/**
 * Images as worker threads decode, resize and vary them while the model trains: columns "image",
 * uint8 (C, H, W), and "label", int32. What is random in an image is a pure function of (seed, epoch,
 * image). Bytes become numbers in the transform of the `StreamLoader`, inside the compiled step:
 *
 * ```ts
 * const source = imageStream(imageFolder("photos"), { shape: [3, 64, 64], augmentation: { flip: 0.5 } });
 * const train = new StreamLoader(source, {
 *   batchSize: 64,
 *   transform: (image, label) => [image.cast("float32").sub(mean).div(deviation), label],
 * });
 * ```
 *
 * @throws ArgumentError when an option is out of its range, or images and labels do not match
 */
export function imageStream(
  images: ImageFiles | ImageArrays,
  options: ImageStreamOptions,
): WorkerSource {
  requireOptions("imageStream", options, optionNames);
  const { shape, augmentation, shuffle = false, seed = 0, workers = 1 } = options;
  const { fit = "stretch", undecodable = "throw" } = options;
  requireShape("imageStream", shape, "paths" in images);
  requireChoice("imageStream", "fit", fit, ["stretch", "cut"]);
  requireChoice("imageStream", "undecodable", undecodable, ["throw", "skip"]);
  checkSeed("imageStream", seed);
  if (augmentation) requireAugmentation("imageStream", augmentation);
  const columns: StreamColumn[] = [
    { name: "image", shape, dtype: "uint8" },
    { name: "label", shape: [], dtype: "int32" },
  ];
  const common = { shape, augmentation, seed };
  const order = { columns, shuffle, seed, workers };
  if ("paths" in images) {
    const { paths, labels } = images;
    requireLabels(paths.length, labels.length);
    return workerSource({
      ...order,
      module: moduleOf("imageFiles"),
      options: { ...common, paths, labels, fit, undecodable },
      samples: paths.length,
      maySkip: undecodable === "skip",
      // Files take longer than varying them, and are larger.
      chunk: 16,
    });
  }
  const pixels = sharedPixels(images.images, shape);
  const labels = Int32Array.from(images.labels.dataSync());
  requireLabels(pixels.length / sizeOf(shape), labels.length);
  return workerSource({
    ...order,
    module: moduleOf("imageBytes"),
    options: { ...common, pixels, labels },
    samples: labels.length,
  });
}

/** What workers load is built, wherever this runs from. */
const moduleOf = (name: string): URL => new URL(`../../dist/loading/${name}.js`, import.meta.url);

/** A copy that workers read where it stands. */
function sharedPixels(images: Tensor, shape: readonly number[]): Uint8Array {
  const [, ...rest] = images.shape;
  if (images.dtype !== "uint8" || sizeOf(rest) !== sizeOf(shape) || images.shape.length < 2) {
    throw new ArgumentError(
      `imageStream: received images of ${images.dtype} (${images.shape.join(", ")}), expected uint8 ` +
        `(N, ${shape.join(", ")}), or the same in rows (N, ${sizeOf(shape)}).`,
    );
  }
  const pixels = new Uint8Array(new SharedArrayBuffer(images.size));
  pixels.set(images.dataSync());
  return pixels;
}

function requireLabels(images: number, labels: number): void {
  if (images === labels) return;
  throw new ArgumentError(
    `imageStream: received ${images} images and ${labels} labels, expected one label for each image; ` +
      "they come from different sets.",
  );
}
