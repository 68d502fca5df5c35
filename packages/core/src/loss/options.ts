import { ArgumentError, describeValue } from "../array/index.js";

/** A check that throws an ArgumentError with what it expected. */
const check =
  (expected: string, accepts: (value: unknown) => boolean) =>
  (operation: string, name: string, value: unknown): void => {
    if (accepts(value)) return;
    throw new ArgumentError(
      `${operation}: received ${name} ${describeValue(value)}, expected ${expected}.`,
    );
  };

const within = (value: unknown, least: number, most: number): boolean =>
  typeof value === "number" && value >= least && value <= most;

export const requireAtLeastZero = check("a finite number of at least 0", (value) =>
  within(value, 0, Number.MAX_VALUE),
);

export const requireAboveZero = check(
  "a finite number above 0",
  (value) => value !== 0 && within(value, 0, Number.MAX_VALUE),
);

/** A part of a whole. */
export const requireShare = check("a number from 0 to 1", (value) => within(value, 0, 1));

export const requireCosine = check("a cosine, from -1 to 1", (value) => within(value, -1, 1));

/** One of the two norms that are of use here. */
export const requireNorm = check("1 or 2", (value) => value === 1 || value === 2);

export const requireIndex = check("an integer", Number.isInteger);
