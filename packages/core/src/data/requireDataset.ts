import { ArgumentError, describeValue } from "../array/index.js";
import type { Dataset } from "./dataset.js";

/** @throws ArgumentError when `value` has not what a dataset needs */
export function requireDataset(operation: string, value: unknown): asserts value is Dataset {
  const { length, take } = (value ?? {}) as Partial<Dataset>;
  if (Number.isInteger(length) && (length as number) >= 0 && typeof take === "function") return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(value)}, expected a dataset such as ` +
      "new TensorDataset([inputs, targets]).",
  );
}
