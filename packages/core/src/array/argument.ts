import { ArgumentError } from "./errors.js";

/** A value of any kind in a few words, for errors: `"sgd"`, a list of 3, a Linear, undefined. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "function") return `the function ${value.name}`.trimEnd();
  if (typeof value !== "object" || value === null) return String(value);
  const { name } = value.constructor ?? Object;
  return name === "Object" ? "a plain object" : withArticle(name);
}

const withArticle = (name: string): string => `${/^[AEIO]/.test(name) ? "an" : "a"} ${name}`;

/**
 * Programs need not be type-checked before they run, so what comes from users is looked at.
 *
 * @throws ArgumentError when `value` is not a `type`
 */
export function requireInstance<T>(
  operation: string,
  what: string,
  value: unknown,
  type: abstract new (...args: never[]) => T,
): asserts value is T {
  if (value instanceof type) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)} as ${what}, expected ${withArticle(type.name)}.`,
  );
}

/**
 * A misspelt option would be passed over in silence, and its default taken.
 *
 * @throws ArgumentError when `options` has a name that is not among `known`
 */
export function refuseUnknownOptions(
  operation: string,
  options: object,
  known: readonly string[],
): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ArgumentError(
    `${operation}: received an option named "${unknown}", expected names among ` +
      `${known.join(", ")}.`,
  );
}
