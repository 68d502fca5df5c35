import { ArgumentError, describeValue } from "../array/index.js";

/** A check that returns what it was given, or throws what it expected. */
const check =
  <T>(expected: string, accepts: (value: unknown) => boolean) =>
  (operation: string, name: string, value: T): T => {
    if (accepts(value)) return value;
    throw new ArgumentError(
      `${operation}: received ${name} ${describeValue(value)}, expected ${expected}.`,
    );
  };

const within = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && value >= least && value <= most;

export const checkAtLeastZero = check<number>("a finite number of at least 0", (value) =>
  within(value, 0, Number.MAX_VALUE),
);

export const checkAboveZero = check<number>(
  "a finite number above 0",
  (value) => value !== 0 && within(value, 0, Number.MAX_VALUE),
);

/** A part of a whole. */
export const checkShare = check<number>("a number from 0 to 1", (value) => within(value, 0, 1));

export const checkCosine = check<number>("a cosine, from -1 to 1", (value) => within(value, -1, 1));

/** One of the two norms that are of use here. */
export const checkNorm = check<1 | 2>("1 or 2", (value) => value === 1 || value === 2);

export const checkIndex = check<number>("an integer", Number.isInteger);

export const checkFlag = check<boolean>("true or false", (value) => typeof value === "boolean");
