import { ArgumentError, type DType, Tensor } from "@versant/core";
import { checkDType, describeValue, sizeOf } from "@versant/core/internal";
import type { SampleTensor, StoredScale } from "./signature.js";

/** What `input` and `output` take as a scale: x = model's number * deviation + mean. */
export interface ScaleOptions {
  /** Default 0. A list has one number for each place of the last axis. */
  readonly mean?: number | readonly number[] | Tensor;
  /** Default 1, above 0. */
  readonly deviation?: number | readonly number[] | Tensor;
}

/** @throws ArgumentError when a scale holds what is not a finite number, or a deviation of 0 */
export function storedScale(operation: string, scale: ScaleOptions): StoredScale {
  const { mean = 0, deviation = 1 } = scale ?? {};
  return requireScale(operation, { mean: numbersOf(mean), deviation: numbersOf(deviation) });
}

const numbersOf = (value: unknown): unknown => {
  if (typeof value === "number") return [value];
  return value instanceof Tensor ? Array.from(value.dataSync(), Number) : value;
};

export function requireScale(operation: string, scale: unknown): StoredScale {
  const { mean, deviation } = (scale ?? {}) as Partial<Record<keyof StoredScale, unknown>>;
  const isList = (list: unknown): list is number[] =>
    Array.isArray(list) && list.length > 0 && list.every((each) => Number.isFinite(each));
  if (isList(mean) && isList(deviation) && deviation.every((each) => each > 0)) {
    return { mean, deviation };
  }
  throw new ArgumentError(
    `${operation}: received scale ${JSON.stringify(scale)}, expected { mean, deviation } of finite ` +
      "numbers or lists of them, the deviations above 0.",
  );
}

/** @throws ArgumentError when a list of a scale has neither one number nor as many as the last axis */
export function requireScaleFits(operation: string, scale: StoredScale, shape: readonly number[]) {
  const width = shape.at(-1) ?? 1;
  for (const [name, list] of Object.entries(scale)) {
    if (list.length === 1 || list.length === width) continue;
    throw new ArgumentError(
      `${operation}: received ${list.length} numbers as ${name} of the scale, expected one, or ` +
        `${width}, one for each place of the last axis.`,
    );
  }
}

/** @throws ArgumentError for what is no list of texts that differ */
export function requireNames(operation: string, what: string, names: unknown): readonly string[] {
  const isList = Array.isArray(names) && names.length > 0;
  if (isList && names.every((each) => typeof each === "string")) {
    const twice = names.find((name, place) => names.indexOf(name) !== place);
    if (twice === undefined) return names;
    throw new ArgumentError(
      `${operation}: received "${twice}" twice in ${what}, expected names that differ.`,
    );
  }
  throw new ArgumentError(
    `${operation}: received ${describeValue(names)} as ${what}, expected a list of texts.`,
  );
}

/** @throws ArgumentError for what is no dtype with a list of sizes */
export function requireSampleTensor(operation: string, value: unknown): SampleTensor {
  const { dtype, shape } = (value ?? {}) as Partial<Record<keyof SampleTensor, unknown>>;
  checkDType(operation, dtype as DType);
  return { dtype: dtype as DType, shape: requireSizes(operation, shape) };
}

/** What a sample may have at most, so that a file cannot ask for all memory. */
const largestSample = 2 ** 28;

export function requireSizes(operation: string, shape: unknown): readonly number[] {
  const isShape =
    Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 1);
  if (isShape && sizeOf(shape) <= largestSample) return shape;
  throw new ArgumentError(
    `${operation}: received shape ${JSON.stringify(shape)}, expected a list of sizes of at most 2^28 ` +
      "elements in all.",
  );
}

/** @throws ArgumentError when `value` is none of `choices` */
export function requireOneOf<T extends string | number | boolean>(
  operation: string,
  what: string,
  value: unknown,
  choices: readonly T[],
): T {
  if (choices.includes(value as T)) return value as T;
  throw new ArgumentError(
    `${operation}: received ${what} ${describeValue(value)}, expected ` +
      `${choices.map((each) => JSON.stringify(each)).join(" or ")}.`,
  );
}
