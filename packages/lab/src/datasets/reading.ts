import { ArgumentError } from "@versant/core";

/** @throws ArgumentError for an option that nobody would read */
export function requireKnown(operation: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options ?? {}).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new ArgumentError(
    `${operation}: received an option named "${unknown}", expected names among ${known.join(", ")}.`,
  );
}

/** Why a file could not be read: ENOENT, or what is wrong in it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
