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
