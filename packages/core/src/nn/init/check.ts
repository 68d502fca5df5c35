import { ArgumentError, describeValue } from "../../array/index.js";
import type { Fans } from "./initializers.js";

/**
 * Refuses the call that a layer would make, as of what was handed over without its parentheses.
 *
 * @throws ArgumentError
 */
export function requireCalled(name: string, first: unknown): void {
  if (!Array.isArray(first)) return;
  throw new ArgumentError(
    `${name}: received ${describeValue(first)}, expected to be called before it is handed on, with ` +
      `its parentheses: nn.init.${name}().`,
  );
}

/** @throws ArgumentError for an argument */
export function requireNothing(name: string, given: readonly unknown[]): void {
  requireCalled(name, given[0]);
  if (given.length === 0) return;
  throw new ArgumentError(
    `${name}: received ${describeValue(given[0])}, expected no argument; nn.init.uniform(low, high) ` +
      "and nn.init.normal(deviation) draw from any range.",
  );
}

/** @throws ArgumentError for a value that is not finite */
export function requireFinite(name: string, what: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ArgumentError(
    `${name}: received ${what} ${describeValue(value)}, expected a finite number.`,
  );
}

/** @throws ArgumentError for fans that are no numbers */
export function requireFans(caller: string, fans: Fans): void {
  const { fanIn, fanOut } = fans ?? {};
  if ([fanIn, fanOut].every((fan) => Number.isFinite(fan) && Number(fan) >= 0)) return;
  throw new ArgumentError(
    `${caller}: received fanIn ${describeValue(fanIn)} and fanOut ${describeValue(fanOut)}, ` +
      "expected numbers of at least 0.",
  );
}
