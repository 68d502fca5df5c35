import { ArgumentError, describeValue } from "../array/index.js";
import { Parameter, RunTimeScalar, Tensor } from "../tensor/index.js";

/** @throws ArgumentError for an empty list, for what is not a Parameter, and for one given twice */
export function requireParameters(
  operation: string,
  parameters: unknown,
): asserts parameters is readonly Parameter[] {
  const list: readonly unknown[] = Array.isArray(parameters) ? parameters : [];
  if (list.length === 0) {
    throw new ArgumentError(
      `${operation}: received ${Array.isArray(parameters) ? "an empty list" : describeValue(parameters)}, ` +
        "expected a list of at least one Parameter, such as model.parameters().",
    );
  }
  list.forEach((each, index) => {
    if (!(each instanceof Parameter)) {
      const what = each instanceof Tensor ? `a ${each.constructor.name}` : describeValue(each);
      throw new ArgumentError(
        `${operation}: received ${what} as element ${index}, expected a Parameter; make one with ` +
          "new Parameter(tensor).",
      );
    }
    const first = list.indexOf(each);
    if (first !== index) {
      throw new ArgumentError(
        `${operation}: received ${each.label} twice, as elements ${first} and ${index}, expected ` +
          "each parameter once.",
      );
    }
  });
}

/** Infinite in float32, in which almost everything is computed. */
const isBeyondFloat32 = (value: number): boolean => !Number.isFinite(Math.fround(value));

/** @throws ArgumentError when `value` is not a number of at least 0, finite in float32 too */
export function requireAtLeastZero(operation: string, name: string, value: unknown): void {
  const isFine = typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY;
  if (isFine && !isBeyondFloat32(value)) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected a finite number of at least 0` +
      `${isFine ? ", at most 3.4e38, where float32 ends" : ""}.`,
  );
}

/** The least number that float32 holds with all its digits; a smaller epsilon may become 0 there. */
const leastEpsilon = 2 ** -126;

/** @throws ArgumentError when `value` cannot keep the division of 0 by 0 from being one */
export function requireEpsilon(operation: string, name: string, value: unknown): void {
  if (typeof value === "number" && value >= leastEpsilon && !isBeyondFloat32(value)) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected a finite number above 0 that ` +
      "float32 can hold, at least 2^-126: where gradients are 0, they are divided by it.",
  );
}

/** @throws ArgumentError when `value` cannot be a rate of exponential decay, from 0 to below 1 */
export function requireDecay(operation: string, name: string, value: unknown): void {
  if (typeof value === "number" && value >= 0 && value < 1) return;
  throw new ArgumentError(
    `${operation}: received ${name} ${describeValue(value)}, expected 0 <= ${name} < 1.`,
  );
}

/** A number that stays, or one that may change between two runs without compiling anew. */
export type Scalar = number | RunTimeScalar;

/**
 * From here on a RunTimeScalar refuses to be anything but a limit.
 *
 * @throws ArgumentError when `value` is neither a number above 0 nor a RunTimeScalar of one
 */
export function requireLimit(operation: string, name: string, value: unknown): void {
  const number = value instanceof RunTimeScalar ? value.value : value;
  if (!(typeof number === "number" && number > 0)) {
    throw new ArgumentError(
      `${operation}: received ${name} ${describeValue(number)}, expected a number above 0, or a ` +
        "RunTimeScalar that holds one.",
    );
  }
  if (value instanceof RunTimeScalar) value.restrict(requireRunTimeLimit);
}

function requireRunTimeLimit(value: number): void {
  if (value > 0) return;
  throw new ArgumentError(
    `RunTimeScalar: received ${value}, expected a number above 0: it is a limit of gradients.`,
  );
}
