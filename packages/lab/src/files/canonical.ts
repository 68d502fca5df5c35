import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/**
 * The one text that a JSON value has by RFC 8785: sorted names, no white space, numbers as ECMAScript
 * writes them. What JSON has no word for is written as a string: "NaN", "Infinity", "-Infinity".
 */
export function canonicalJson(value: unknown): string {
  if (isNumbers(value)) return JSON.stringify(value);
  if (isPlain(value)) return JSON.stringify(value);
  const text = canonicalize(withoutNonFinite(value));
  if (text === undefined) throw new TypeError("canonicalJson: received undefined");
  return text;
}

/** Texts, and lists of numbers such as pixels: of those JSON has one text only. */
const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isPlain) : typeof value === "string" || Number.isFinite(value);

/** Lists of numbers, such as pixels, have one text only. */
const isNumbers = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isNumbers) : Number.isFinite(value);

/** Copies a value, names what is not finite, and leaves out what is undefined. */
function withoutNonFinite(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>, withoutNonFinite);
  }
  if (Array.isArray(value)) return value.map(withoutNonFinite);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      each === undefined ? [] : [[name, withoutNonFinite(each)]],
    ),
  );
}

/** For `JSON.stringify`, which would write null for a number that is not finite. */
export const nameNonFinite = (_: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

/** For `JSON.parse` of what was written so. */
export const readNonFinite = (_: string, value: unknown): unknown =>
  value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : value;

/** SHA-256 in hexadecimal. */
export const sha256 = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex");
