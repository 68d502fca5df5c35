import { ArgumentError, describeValue, requireOptions } from "@versant/core/internal";
import { type Condition, conditionOf, type When } from "./conditions.js";

/** How values between `min` and `max` are spread: by equal steps, or by equal factors. */
export type Scale = "linear" | "log";

interface Conditional {
  /** The values of others with which it matters; absent when it always does. */
  readonly when?: Condition;
  /** Present where a search leaves it alone that does not name it. */
  readonly searched?: false;
}

interface Range extends Conditional {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly scale: Scale;
  readonly about: string;
}

export interface Real extends Range {
  readonly kind: "real";
}

export interface Int extends Range {
  readonly kind: "int";
}

export interface Choice<T extends string = string> extends Conditional {
  readonly kind: "choice";
  readonly default: T;
  readonly options: readonly T[];
  readonly about: string;
}

export interface Flag extends Conditional {
  readonly kind: "flag";
  readonly default: boolean;
  readonly about: string;
}

/** A hyper-parameter as it is declared, once: what flags, records, tuning and controls come from. */
export type Declaration = Real | Int | Choice | Flag;

export type Declarations = Readonly<Record<string, Declaration>>;

/** The type of one declared value: a number, one of the options, or a boolean. */
export type ValueOf<D extends Declaration> =
  D extends Choice<infer T> ? T : D extends Flag ? boolean : number;

/** The values of all declarations, by name. */
export type ValuesOf<D extends Declarations> = { readonly [Name in keyof D]: ValueOf<D[Name]> };

export interface DeclarationOptions {
  /** One sentence, shown by `--help`. */
  about?: string;
  /**
   * With which values of choices and flags declared before it matters, such as `{ optimizer: "sgd" }` or
   * `{ optimizer: ["sgd", "adam"] }`; with others a search leaves it at its default. Always, by default.
   */
  when?: When;
  /**
   * Whether a search varies it of itself. What decides the data, such as how many samples there are, makes losses
   * that do not compare: with `false` it is searched only where `--search` or `--range` names it. Default true.
   */
  searched?: boolean;
}

export interface RangeOptions extends DeclarationOptions {
  min: number;
  max: number;
  /** "linear" by default; "log" needs `min` above 0. */
  scale?: Scale;
}

/** What every declaration may say. Files need not be type-checked before they run. */
const describing = ["about", "when", "searched"];

/**
 * A real number from `min` to `max`, both included.
 *
 * @throws ArgumentError when the range is empty, holds not the default, or cannot be logarithmic.
 */
export function real(value: number, options: RangeOptions): Real {
  return { kind: "real", ...range("real", value, options) };
}

/**
 * A whole number from `min` to `max`, both included.
 *
 * @throws ArgumentError as `real` does, and when a bound or the default is not whole.
 */
export function int(value: number, options: RangeOptions): Int {
  const declared = range("int", value, options);
  for (const each of [value, options.min, options.max]) {
    if (!Number.isSafeInteger(each)) {
      throw new ArgumentError(
        `int: received ${each}, expected whole numbers below 2^53; declare fractions with real().`,
      );
    }
  }
  return { kind: "int", ...declared };
}

/**
 * One of several words; its value has the union of `options` as its type.
 *
 * @throws ArgumentError when the default is not among the options, and when an option is there twice or no word.
 */
export function choice<const T extends string>(
  value: NoInfer<T>,
  given: DeclarationOptions & { options: readonly T[] },
): Choice<T> {
  requireOptions("choice", given, ["options", ...describing]);
  const { options } = given;
  requireWords(options);
  if (new Set(options).size !== options.length) {
    throw new ArgumentError(`choice: received options ${list(options)}, expected each once.`);
  }
  if (!options.includes(value)) {
    throw new ArgumentError(`choice: received default "${value}", expected ${list(options)}.`);
  }
  return { kind: "choice", default: value, options, ...described("choice", given) };
}

function requireWords(options: unknown): void {
  if (Array.isArray(options) && options.every((each) => typeof each === "string")) return;
  throw new ArgumentError(
    `choice: received options ${describeValue(options)}, expected a list of words such as ["sgd", "adam"].`,
  );
}

/**
 * Yes or no.
 *
 * @throws ArgumentError when the default is neither true nor false.
 */
export function flag(value: boolean, options: DeclarationOptions = {}): Flag {
  requireOptions("flag", options, describing);
  if (typeof value !== "boolean") {
    throw new ArgumentError(`flag: received ${describeValue(value)}, expected true or false.`);
  }
  return { kind: "flag", default: value, ...described("flag", options) };
}

function described(kind: string, { about = "", when, searched = true }: DeclarationOptions) {
  if (typeof searched !== "boolean") {
    throw new ArgumentError(
      `${kind}: received searched: ${describeValue(searched)}, expected true or false.`,
    );
  }
  return {
    about,
    ...(when !== undefined && { when: conditionOf(kind, when) }),
    ...(!searched && { searched }),
  };
}

function range(kind: string, value: number, options: RangeOptions): Range {
  requireOptions(kind, options, ["min", "max", "scale", ...describing]);
  const { min, max, scale = "linear" } = options;
  if (scale !== "linear" && scale !== "log") {
    throw new ArgumentError(
      `${kind}: received scale ${describeValue(scale)}, expected "linear" or "log".`,
    );
  }
  if (!(Number.isFinite(min) && Number.isFinite(max) && min <= max)) {
    throw new ArgumentError(
      `${kind}: received min ${min} and max ${max}, expected finite numbers with min <= max.`,
    );
  }
  if (scale === "log" && min <= 0) {
    throw new ArgumentError(
      `${kind}: received min ${min} on a logarithmic scale, expected a min above 0; ` +
        `raise min or use scale "linear".`,
    );
  }
  if (!(typeof value === "number" && value >= min && value <= max)) {
    throw new ArgumentError(
      `${kind}: received default ${describeValue(value)}, expected a number from ${min} to ${max}; ` +
        "change the default or widen the range.",
    );
  }
  return { default: value, min, max, scale, ...described(kind, options) };
}

/** What a declaration accepts, in words: "a number from 0.1 to 1". */
export function expectation(declaration: Declaration): string {
  switch (declaration.kind) {
    case "real":
      return `a number from ${declaration.min} to ${declaration.max}`;
    case "int":
      return `a whole number from ${declaration.min} to ${declaration.max}`;
    case "choice":
      return list(declaration.options);
    case "flag":
      return "true or false";
  }
}

/** Whether `value` is one that the declaration accepts. */
export function accepts(
  declaration: Declaration,
  value: unknown,
): value is string | number | boolean {
  switch (declaration.kind) {
    case "real":
    case "int":
      return (
        typeof value === "number" &&
        value >= declaration.min &&
        value <= declaration.max &&
        (declaration.kind === "real" || Number.isInteger(value))
      );
    case "choice":
      return typeof value === "string" && declaration.options.includes(value);
    case "flag":
      return typeof value === "boolean";
  }
}

const list = (options: readonly string[]): string =>
  `one of ${options.map((option) => `"${option}"`).join(", ")}`;

/**
 * Where the value of a hyper-parameter came from: its declaration, a flag, a file of values, a search, or a
 * program that trains without the command.
 */
export type ValueSource = "default" | "flag" | "file" | "search" | "program";

/** A hyper-parameter, as a run had it. */
export interface HyperparameterRecord {
  readonly name: string;
  readonly value: number | string | boolean;
  readonly source: ValueSource;
  /** What it might have been. */
  readonly declaration: Declaration;
}
