import type { Tensor } from "@versant/core";
import { describeValue, sizeOf } from "@versant/core/internal";
import { isImageFile } from "../loading/imageChecks.js";
import type { ImageInput } from "../signature/signature.js";
import { bytesOf } from "../weights/safetensors.js";
import { NumbersWriter } from "./encodeNumbers.js";
import { SampleError } from "./sampleError.js";

/** PNG or JPEG files as bytes or base64, or pixels in the order in which the dataset stores them. */
export async function encodeImages(
  input: ImageInput,
  samples: readonly unknown[],
  name: string,
): Promise<Tensor[]> {
  const writer = new NumbersWriter(input, samples.length, name);
  const size = sizeOf(input.shape);
  const sizes = [size, size * bytesOf(input.dtype)];
  await Promise.all(
    samples.map(async (sample, index) => {
      const file = fileIn(sample);
      if (file) writer.write(index, await decode(input, file, index, name));
      else if (typeof sample === "string") {
        throw new SampleError(index, name, describeValue(sample), expected);
      } else if (sample instanceof Uint8Array && !sizes.includes(sample.length)) {
        throw new SampleError(index, name, `${sample.length} bytes that are neither`, expected);
      } else writer.write(index, sample);
    }),
  );
  return [writer.tensor()];
}

const expected = "a PNG or JPEG file, as bytes or in base64, or its pixels";

/** The bytes of what begins like a file of an image. */
function fileIn(sample: unknown): Uint8Array | undefined {
  const bytes =
    typeof sample === "string"
      ? Buffer.from(sample.replace(/^data:image\/\w+;base64,/, ""), "base64")
      : sample;
  return bytes instanceof Uint8Array && isImageFile(bytes) ? bytes : undefined;
}

/** The pixels of a file, in the order in which the dataset stores them. */
async function decode(
  { channels, height, width, layout, fit }: ImageInput,
  file: Uint8Array,
  index: number,
  name: string,
): Promise<Uint8Array> {
  // Only who decodes images waits until sharp is loaded.
  const { decodeImageBytes } = await import("../loading/decodeImage.js");
  let planes: Uint8Array;
  try {
    planes = await decodeImageBytes(file, [channels, height, width], fit);
  } catch (error) {
    const { message } = error as Error;
    throw new SampleError(index, name, `an image that does not decode (${message})`, expected);
  }
  if (layout === "CHW" || channels === 1) return planes;
  const area = height * width;
  return planes.map(
    (_, place) => planes[(place % channels) * area + Math.floor(place / channels)] as number,
  );
}
