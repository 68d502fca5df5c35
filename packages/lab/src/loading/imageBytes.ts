// Loaded by workers: samples of images that are in memory, which all workers share.
import { RandomGenerator, type TypedArray } from "@versant/core";
import { type Augmentation, augment } from "./augment.js";
import type { Samples } from "./samples.js";

/** What image samples have in common. */
export interface ImageSetup {
  /** (C, H, W) */
  readonly shape: readonly [number, number, number];
  readonly labels: Int32Array;
  readonly augmentation: Augmentation | undefined;
  readonly seed: number;
}

/** Writes an image and its label, varied as a pure function of (seed, epoch, index). */
export function writeImage(
  { shape, labels, augmentation, seed }: ImageSetup,
  image: Uint8Array,
  index: number,
  epoch: number,
  [pixels, label]: readonly TypedArray[],
): boolean {
  const target = pixels as Uint8Array;
  if (augmentation) {
    augment(
      image,
      target,
      shape,
      augmentation,
      new RandomGenerator(seed, "augmentation", epoch, index),
    );
  } else {
    target.set(image);
  }
  if (label) label[0] = labels[index] as number;
  return true;
}

export interface ImageBytesSetup extends ImageSetup {
  /** (N, C, H, W), in shared memory. */
  readonly pixels: Uint8Array;
}

export function samples(setup: ImageBytesSetup): Samples {
  const size = setup.shape.reduce((product, each) => product * each, 1);
  return {
    nameOf: (index) => `image ${index}`,
    prepare: (index, epoch, targets) => {
      const image = setup.pixels.subarray(index * size, (index + 1) * size);
      return writeImage(setup, image, index, epoch, targets);
    },
  };
}
