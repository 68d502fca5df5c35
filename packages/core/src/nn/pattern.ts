import { ArgumentError, describeValue } from "../array/index.js";
import type { Parameter } from "../tensor/index.js";
import type { AnyModule } from "./module.js";

/**
 * One or several paths, in which `*` stands for any characters or none, dots included: "encoder.*"
 * is "encoder.0.weight" and "encoder.layers.2.bias", but not "encoder".
 */
export type Patterns = string | readonly string[];

/**
 * What stands at the paths that the patterns match.
 *
 * @param what a word for what is looked for, in errors
 * @throws ArgumentError when a pattern is no string, or matches nothing, as misspelt ones do, and for an
 *   empty list
 */
export function findAt<T>(
  operation: string,
  what: string,
  patterns: Patterns,
  places: ReadonlyMap<string, T>,
): T[] {
  const list: unknown = typeof patterns === "string" ? [patterns] : patterns;
  const isList = Array.isArray(list) && list.length > 0;
  if (!isList || !list.every((each) => typeof each === "string")) {
    const odd = isList ? list.find((each) => typeof each !== "string") : list;
    throw new ArgumentError(
      `${operation}: received ${describeValue(odd)} as a pattern, expected a path such as ` +
        '"encoder.*", or a list of at least one.',
    );
  }
  return list.flatMap((pattern) => {
    const expression = expressionOf(pattern);
    const found = [...places].filter(([path]) => expression.test(path));
    if (found.length > 0) return found.map(([, each]) => each);
    const near = nearest(pattern, [...places.keys()]).map((path) => `"${path}"`);
    throw new ArgumentError(
      `${operation}: received "${pattern}", which matches no ${what}, expected ` +
        (near.length === 0
          ? "nothing, as there is none."
          : `a path such as ${near.join(", ")}; * stands for any characters.`),
    );
  });
}

/**
 * The parameters that patterns name by their own path, or by that of a module or list which holds
 * them.
 */
export function parametersAt(model: AnyModule, action: string, patterns: Patterns): Parameter[] {
  const places = new Map<string, Parameter[]>();
  const place = (path: string, parameters: readonly Parameter[]): void => {
    if (parameters.length === 0) return;
    for (const prefix of prefixesOf(path)) {
      places.set(prefix, [...(places.get(prefix) ?? []), ...parameters]);
    }
  };
  for (const [path, module] of model.namedModules()) if (path) place(path, module.parameters());
  for (const [path, parameter] of model.namedParameters()) place(path, [parameter]);
  return findAt(`${model.constructor.name}.${action}`, "parameter", patterns, places).flat();
}

/**
 * The names of a state dict that patterns name: by their own path, or by that of a module or list which
 * holds them.
 *
 * @throws ArgumentError as `findAt` does
 */
export function namesAt(
  operation: string,
  patterns: Patterns,
  names: Iterable<string>,
): ReadonlySet<string> {
  const places = new Map<string, string[]>();
  for (const name of names) {
    for (const prefix of prefixesOf(name)) {
      places.set(prefix, [...(places.get(prefix) ?? []), name]);
    }
  }
  return new Set(findAt(operation, "parameter or buffer", patterns, places).flat());
}

/** "a", "a.b" and "a.b.c" of "a.b.c". */
function prefixesOf(path: string): string[] {
  const names = path.split(".");
  return names.map((_, index) => names.slice(0, index + 1).join("."));
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

const suggestions = 3;

/** The three names that take the fewest changes to be made of `name`, the nearest first. */
export function nearest(name: string, names: readonly string[]): string[] {
  const distances = new Map(names.map((each) => [each, distance(name, each)]));
  const far = (each: string): number => distances.get(each) ?? 0;
  return [...names].sort((a, b) => far(a) - far(b)).slice(0, suggestions);
}

/** How many characters to insert, leave out or replace (Levenshtein 1966). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
