import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { fileFormats, isImageFile } from "./imageChecks.js";

/** How an image of other proportions becomes one of the wanted: stretched, or cut at its sides. */
export type Fit = "stretch" | "cut";

/** The image in a file, as `decodeImageBytes` gives it. */
export const decodeImage = async (
  path: string,
  shape: readonly [number, number, number],
  fit: Fit,
): Promise<Uint8Array> => decodeImageBytes(await readFile(path), shape, fit);

/**
 * The image in a PNG or JPEG file as (C, H, W) bytes, upright as its EXIF data say, without
 * transparency. What the bytes begin with decides, not the name of the file: sharp would also take
 * SVG, which may name other files, or whatever else its build knows. (Its own list of what is blocked
 * holds for the whole process, and so for programs that use sharp themselves.)
 *
 * @throws Error when it is neither, or is not whole
 */
export async function decodeImageBytes(
  bytes: Uint8Array,
  [channels, height, width]: readonly [number, number, number],
  fit: Fit,
): Promise<Uint8Array> {
  if (!isImageFile(bytes)) {
    throw new Error(`it begins like neither ${fileFormats.join(" nor ")}`);
  }
  const pixels = await sharp(bytes)
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
