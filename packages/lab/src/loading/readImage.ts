import { resolve } from "node:path";
import { ArgumentError, type Tensor, tensor } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import type { Fit } from "./decodeImage.js";
import { requireChoice, requireShape, undecodable } from "./imageChecks.js";

export interface ReadImageOptions {
  /** A file of other proportions is stretched, or cut at its sides. Default "stretch". */
  readonly fit?: Fit;
}

/**
 * One PNG or JPEG file as `imageStream` gives it without augmentation, in a batch of its own: uint8
 * (1, C, H, W), for a model that has learnt from such.
 *
 * ```ts
 * const image = await readImage("cat.jpg", [3, 64, 64]);
 * const scores = model.forward(image.cast("float32").sub(mean).div(deviation));
 * ```
 *
 * @param shape (C, H, W) that the file is resized to, as grey for C = 1 and as colours for C = 3
 * @throws ArgumentError when the file is missing or does not decode, or an option is not what it can be
 */
export async function readImage(
  path: string,
  shape: readonly [number, number, number],
  options: ReadImageOptions = {},
): Promise<Tensor> {
  requireOptions("readImage", options, ["fit"]);
  const { fit = "stretch" } = options;
  requireShape("readImage", shape, true);
  requireChoice("readImage", "fit", fit, ["stretch", "cut"]);
  // Only who decodes images waits until sharp is loaded.
  const { decodeImage } = await import("./decodeImage.js");
  let pixels: Uint8Array;
  try {
    pixels = await decodeImage(path, shape, fit);
  } catch (error) {
    throw new ArgumentError(`readImage: ${resolve(path)}: ${undecodable(error)}.`);
  }
  return tensor(pixels, { shape: [1, ...shape] });
}
