import { ArgumentError, describeValue } from "../array/index.js";

/** @throws ArgumentError when `stored` is not of this format, in its version 1 */
export function requireFormat(operation: string, stored: unknown, expected: string): void {
  const { format, version } = (stored ?? {}) as { format?: unknown; version?: unknown };
  if (format === expected && version === 1) return;
  throw new ArgumentError(
    `${operation}: received format ${describeValue(format)}, version ${describeValue(version)}, ` +
      `expected "${expected}", version 1: the object that toJSON gave, parsed.`,
  );
}
