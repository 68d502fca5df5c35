// Loaded by workers: samples of image files, decoded and resized when they are wanted.
import sharp from "sharp";
import { decodeImage, type Fit } from "./decodeImage.js";
import { type ImageSetup, writeImage } from "./imageBytes.js";
import { undecodable } from "./imageChecks.js";
import type { Samples } from "./samples.js";

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
        image = await decodeImage(nameOf(index), setup.shape, setup.fit);
      } catch (error) {
        if (setup.undecodable === "skip") return false;
        throw new Error(`${undecodable(error)}; mend it, or pass { undecodable: "skip" }.`);
      }
      return writeImage(setup, image, index, epoch, targets);
    },
  };
}
