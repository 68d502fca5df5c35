import type { StoredNumber } from "./document.js";

/** A number for JSON, which has neither -0 nor NaN nor infinities. */
export function storeNumber(value: number): StoredNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return (Object.is(value, -0) ? "-0" : String(value)) as StoredNumber;
}

/** The number that `storeNumber` wrote; undefined for anything else. */
export function readNumber(stored: unknown): number | undefined {
  if (typeof stored === "number" && Number.isFinite(stored)) return stored;
  return typeof stored === "string" ? special.get(stored) : undefined;
}

const special: ReadonlyMap<string, number> = new Map(
  [-0, Number.NaN, Infinity, -Infinity].map((value) => [String(storeNumber(value)), value]),
);
