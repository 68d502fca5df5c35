import { ArgumentError } from "@versant/core";
import { describeValue } from "@versant/core/internal";

/** @throws ArgumentError when `shape` is not [channels, height, width], 1 or 3 channels for files */
export function requireShape(operation: string, shape: unknown, areFiles: boolean): void {
  const sizes = Array.isArray(shape) ? (shape as unknown[]) : [];
  const isShape =
    sizes.length === 3 && sizes.every((each) => Number.isInteger(each) && Number(each) > 0);
  if (isShape && (!areFiles || sizes[0] === 1 || sizes[0] === 3)) return;
  throw new ArgumentError(
    `${operation}: received shape ${JSON.stringify(shape)}, expected [channels, height, width]` +
      `${areFiles ? " with 1 or 3 channels" : ""}, such as [3, 64, 64].`,
  );
}

/** @throws ArgumentError when `value` is none of the choices */
export function requireChoice(
  operation: string,
  name: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (choices.some((choice) => choice === value)) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected one of ` +
      `${choices.map((each) => `"${each}"`).join(", ")}.`,
  );
}

/** What is wrong with a file that does not decode, without its name. */
export const undecodable = (error: unknown): string =>
  `the image does not decode (${(error as Error).message}), expected a whole PNG or JPEG file`;

/** What files begin with. */
const beginnings = {
  PNG: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  JPEG: [0xff, 0xd8, 0xff],
};

export const fileFormats: readonly string[] = Object.keys(beginnings);

/** Whether bytes begin as a file of an image does. */
export const isImageFile = (bytes: Uint8Array): boolean =>
  Object.values(beginnings).some((beginning) =>
    beginning.every((byte, place) => bytes[place] === byte),
  );
