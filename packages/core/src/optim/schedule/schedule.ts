import { ArgumentError, describeValue } from "../../array/index.js";

/**
 * A factor of the initial learning rate, as a function of how many updates, or how many epochs, are
 * done: 0 before the first. It depends on nothing else, so training that goes on after a break
 * goes on with the right rate.
 */
export type Schedule = (count: number) => number;

/** @throws ArgumentError when `value` is not a finite number above 0 */
export function requireAboveZero(operation: string, name: string, value: unknown): void {
  if (Number.isFinite(value) && (value as number) > 0) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected a finite number above 0.`,
  );
}

/** @throws ArgumentError when `values` is not a list of rising integers of at least 1 */
export function requireMilestones(operation: string, values: unknown): void {
  const list: readonly unknown[] = Array.isArray(values) ? values : [undefined];
  const isFine = list.every(
    (value, index) =>
      Number.isInteger(value) && (value as number) > ((list[index - 1] as number) ?? 0),
  );
  if (isFine) return;
  const received = Array.isArray(values) ? `[${values.join(", ")}]` : describeValue(values);
  throw new ArgumentError(
    `${operation}: received milestones ${received}, expected a list of rising integers of at least ` +
      "1, such as [30, 60, 80].",
  );
}
