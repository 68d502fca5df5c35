// Loaded by workers: samples of image files, decoded and resized when they are wanted.
import sharp from "sharp";
import { type ImageSetup, writeImage } from "./imageBytes.js";
import type { Samples } from "./samples.js";

/** How an image of other proportions becomes one of the wanted: stretched, or cut at its sides. */
export type Fit = "stretch" | "cut";

export interface ImageFilesSetup extends ImageSetup {
  readonly paths: readonly string[];
  readonly fit: Fit;
  readonly undecodable: "throw" | "skip";
}

// Each worker is a thread already, and a file is read once an epoch.
sharp.concurrency(1);
sharp.cache(false);

export function samples(setup: ImageFilesSetup): Samples {
  const nameOf = (index: number): string => setup.paths[index] ?? "";
  return {
    nameOf,
    async prepare(index, epoch, targets) {
      let image: Uint8Array;
      try {
        image = await decode(nameOf(index), setup);
      } catch (error) {
        if (setup.undecodable === "skip") return false;
        throw new Error(
          `the image does not decode (${(error as Error).message}), expected a whole PNG or JPEG ` +
            'file; mend it, or pass { undecodable: "skip" }.',
        );
      }
      return writeImage(setup, image, index, epoch, targets);
    },
  };
}

/** The image as (C, H, W) bytes, upright as its EXIF data say, without transparency. */
async function decode(path: string, { shape, fit }: ImageFilesSetup): Promise<Uint8Array> {
  const [channels, height, width] = shape;
  const pixels = await sharp(path)
    .autoOrient()
    .flatten()
    .resize(width, height, { fit: fit === "cut" ? "cover" : "fill" })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .raw({ depth: "uchar" })
    .toBuffer();
  const area = height * width;
  if (pixels.length !== channels * area) {
    throw new Error(`it has ${pixels.length / area} channels in place of ${channels}`);
  }
  const planes = new Uint8Array(pixels.length);
  for (let place = 0; place < area; place++) {
    for (let channel = 0; channel < channels; channel++) {
      planes[channel * area + place] = pixels[place * channels + channel] as number;
    }
  }
  return planes;
}
