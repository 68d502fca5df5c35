import { readFileSync } from "node:fs";
import { accepts, type Declarations, expectation } from "../experiment/declarations.js";
import { UsageError } from "./errors.js";
import { nearestOf } from "./nearest.js";

/**
 * The values in a file of `--values`: a JSON object such as { "learningRate": 0.01, "seed": 7 }.
 *
 * @throws UsageError that names the file, when it cannot be read, a name is not declared, or a value is
 *   out of its range
 */
export function readValues(path: string, declarations: Declarations): Record<string, unknown> {
  const values = parse(path);
  for (const [name, value] of Object.entries(values)) {
    const declaration = Object.hasOwn(declarations, name) ? declarations[name] : undefined;
    if (!declaration) {
      const known = Object.keys(declarations);
      throw new UsageError(
        `--values: received "${name}" in ${path}, expected names among ${known.join(", ")}; the ` +
          `nearest is ${nearestOf(name, known)}.`,
      );
    }
    if (accepts(declaration, value)) continue;
    throw new UsageError(
      `--values: received ${JSON.stringify(value)} as ${name} in ${path}, expected ` +
        `${expectation(declaration)}.`,
    );
  }
  return values;
}

function parse(path: string): Record<string, unknown> {
  const example = 'a JSON object such as { "learningRate": 0.01, "seed": 7 }';
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(
      `--values: ${path} cannot be read (${(error as Error).message}); expected ${example}.`,
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new UsageError(
    `--values: received ${Array.isArray(value) ? "a list" : JSON.stringify(value)} in ${path}, expected ${example}.`,
  );
}
