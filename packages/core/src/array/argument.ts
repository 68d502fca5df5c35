import { ArgumentError } from "./errors.js";

/** A value of any kind in a few words, for errors: `"sgd"`, a list of 3, a Linear, undefined. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shortened(value));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "function") return `the function ${value.name}`.trimEnd();
  if (typeof value !== "object" || value === null) return String(value);
  const { name } = value.constructor ?? Object;
  return name === "Object" ? "a plain object" : withArticle(name);
}

/** The beginning of what is long, for errors. */
export const shortened = (text: string): string =>
  text.length > 100 ? `${text.slice(0, 100)}… (${text.length} characters)` : text;

/** "a, b, c"; of more than twelve the first twelve, "and 30 more". */
export function listed(items: readonly (string | number)[]): string {
  const most = 12;
  if (items.length <= most) return items.join(", ");
  return `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}

const withArticle = (name: string): string => `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;

// Programs need not be type-checked before they run, so what comes from users is looked at.

/** The error for a value that cannot be taken. */
function wrongValue(
  operation: string,
  what: string,
  value: unknown,
  expected: string,
): ArgumentError {
  const received = `${operation}: received ${describeValue(value)} as ${what}, expected ${expected}`;
  if (!(value instanceof Promise)) return new ArgumentError(`${received}.`);
  // Nobody will wait for it, and its failure must not end the process.
  value.catch(() => {});
  return new ArgumentError(
    `${received}; nothing waits for a promise here, so leave out async and await, and read values ` +
      "outside of the function.",
  );
}

/**
 * @param mend what to do about another value, where there is more to say than the type
 * @throws ArgumentError when `value` is not a `type`
 */
export function requireInstance<T>(
  operation: string,
  what: string,
  value: unknown,
  type: abstract new (...args: never[]) => T,
  mend?: string,
): asserts value is T {
  if (value instanceof type) return;
  const expected = withArticle(type.name);
  throw wrongValue(operation, what, value, mend === undefined ? expected : `${expected}; ${mend}`);
}

/** @throws ArgumentError when `values` is not a list of nothing but `type`s */
export function requireList<T>(
  operation: string,
  what: string,
  values: unknown,
  type: abstract new (...args: never[]) => T,
): asserts values is readonly T[] {
  if (!Array.isArray(values)) throw wrongValue(operation, what, values, `a list of ${type.name}s`);
  values.forEach((value, index) => {
    requireInstance(operation, `element ${index} of ${what}`, value, type);
  });
}

/** @throws ArgumentError when `map` is not a Map from names to nothing but `type`s */
export function requireMap<T>(
  operation: string,
  what: string,
  map: unknown,
  type: abstract new (...args: never[]) => T,
): asserts map is ReadonlyMap<string, T> {
  const mend = "new Map(Object.entries(object)) makes one";
  requireInstance<ReadonlyMap<unknown, unknown>>(operation, what, map, Map, mend);
  for (const [name, value] of map) requireInstance(operation, String(name), value, type);
}

/**
 * A misspelt option would be passed over in silence, and its default taken; so would all options of
 * what is no plain object.
 *
 * @param operation a function where it takes a search, as a layer's path in its model does
 * @throws ArgumentError when `options` is something else, or has a name that is not among `known`
 */
export function requireOptions(
  operation: string | (() => string),
  options: unknown,
  known: readonly string[],
  what = "the options",
): asserts options is object {
  const caller = (): string => (typeof operation === "string" ? operation : operation());
  if (!isPlain(options)) {
    throw wrongValue(caller(), what, options, `a plain object of ${known.join(", ")}`);
  }
  const names = Object.keys(options);
  // A search in a short list is faster than a set of it, and this is asked everywhere.
  const set = names.length > 16 ? new Set(known) : undefined;
  const unknown = names.find((name) => !(set ? set.has(name) : known.includes(name)));
  if (unknown === undefined) return;
  throw new ArgumentError(
    `${caller()}: received an option named "${unknown}", expected names among ${known.join(", ")}.`,
  );
}

/**
 * @param mend what one looks like
 * @throws ArgumentError when `value` is not written as `{ ... }`
 */
export function requirePlain(
  operation: string,
  what: string,
  value: unknown,
  mend: string,
): asserts value is object {
  if (!isPlain(value)) throw wrongValue(operation, what, value, `a plain object; ${mend}`);
}

/** True for `{ ... }`, whichever realm it comes from. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @throws ArgumentError when `value` is not an integer of at least `least` */
export function requireAtLeast(
  operation: string,
  name: string,
  value: unknown,
  least: number,
): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected an integer of at least ${least}.`,
  );
}

/** @throws ArgumentError when `value` is not an integer of at least 1 */
export const requireCount = (operation: string, name: string, value: unknown): void =>
  requireAtLeast(operation, name, value, 1);

/** @throws ArgumentError when `value` is not a finite number */
export function requireFinite(
  operation: string,
  name: string,
  value: unknown,
): asserts value is number {
  if (Number.isFinite(value)) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected a finite number.`,
  );
}

/** @throws ArgumentError when `value` is neither true nor false: "no" would count as true */
export function requireFlag(operation: string, name: string, value: unknown): void {
  if (typeof value === "boolean") return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected true or false.`,
  );
}

/** @throws ArgumentError when `dtype` cannot be that of weights */
export function requireFloatDType(operation: string, dtype: unknown): void {
  if (dtype === "float32" || dtype === "float64") return;
  throw new ArgumentError(
    `${operation}: received dtype ${describeValue(dtype)}, expected "float32", or "float64" for the ` +
      "reference device.",
  );
}
