import type { StoredAttributes, StoredNumber, StoredPrimitive } from "./document.js";
import { readNumber, storeNumber } from "./numbers.js";
import type { Grid, Size, Term } from "./size.js";

/** A kind of attribute: how it is written from what it is at the points of a grid, and read. */
interface Kind {
  /** undefined where no one thing stands for all of them. */
  readonly write: (values: readonly unknown[], grid: Grid) => unknown;
  readonly isValid: (stored: unknown, symbols: ReadonlySet<string>) => boolean;
  readonly expected: string;
  readonly optional?: boolean;
}

const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

const isListOf =
  (isElement: (value: unknown, symbols: ReadonlySet<string>) => boolean) =>
  (value: unknown, symbols: ReadonlySet<string>): value is readonly unknown[] =>
    Array.isArray(value) && value.every((each) => isElement(each, symbols));

const isTerm = (value: unknown, symbols: ReadonlySet<string>): value is Term => {
  if (!Array.isArray(value)) return false;
  const [coefficient, ...names]: readonly unknown[] = value;
  return (
    isInteger(coefficient) &&
    new Set(names).size === names.length &&
    names.every((name) => typeof name === "string" && symbols.has(name))
  );
};

export const isSize = (value: unknown, symbols: ReadonlySet<string>): value is Size =>
  isInteger(value) || isListOf(isTerm)(value, symbols);

export const isShape = isListOf(isSize) as (
  value: unknown,
  symbols: ReadonlySet<string>,
) => value is readonly Size[];

/** What is the same at all points. */
const same = (values: readonly unknown[]): unknown => {
  const [first] = values;
  const text = JSON.stringify(first);
  return values.every((value) => JSON.stringify(value) === text) ? first : undefined;
};

/** A list whose elements each fit a size. */
const fitAll = (values: readonly unknown[], grid: Grid): readonly Size[] | undefined => {
  const lists = values as readonly (readonly number[])[];
  const sizes = lists[0]?.map((_, place) => grid.fit(lists.map((list) => list[place] as number)));
  return sizes?.every((size) => size !== undefined) ? (sizes as Size[]) : undefined;
};

const fitNumber = (values: readonly unknown[], grid: Grid): unknown => {
  const numbers = values as readonly number[];
  const [first] = numbers;
  if (numbers.every((value) => Object.is(value, first))) return storeNumber(first as number);
  return grid.fit(numbers);
};

const isNumber = (stored: unknown): stored is StoredNumber => readNumber(stored) !== undefined;

const kind = (expected: string, isValid: Kind["isValid"], write: Kind["write"] = same): Kind => ({
  expected,
  isValid,
  write,
});

const integer = kind("an integer", isInteger);
const integers = kind("a list of integers", isListOf(isInteger));
const sizes = kind("a list of sizes", isShape, fitAll);
const text = kind("a text", (value) => typeof value === "string");
const label: Kind = { ...text, optional: true };
const flag = kind("true or false", (value) => typeof value === "boolean");
const axis = { axis: integer };
const axes = { axes: integers };
const labelled = { axis: integer, label };
const steps = { axis: integer, step: integer, dilation: integer };
const none = {};

/** The attributes of each primitive; what a document has beside them is refused. */
export const attributeKinds: {
  readonly [P in StoredPrimitive]: { readonly [K in keyof StoredAttributes[P]]-?: Kind };
} = {
  input: { index: integer },
  value: { elements: kind("a list of numbers", isListOf(isNumber)) },
  state: {
    name: text,
    role: kind('"parameter", "buffer" or "constant"', (value) =>
      ["parameter", "buffer", "constant"].includes(value as string),
    ),
  },
  constant: {
    value: kind(
      "a number or a size",
      (value, symbols) => isNumber(value) || isSize(value, symbols),
      fitNumber,
    ),
  },
  iota: none,
  negate: none,
  absolute: none,
  sign: none,
  exp: none,
  log: none,
  log1p: none,
  sqrt: none,
  sin: none,
  cos: none,
  tanh: none,
  sigmoid: none,
  erf: none,
  floor: none,
  relu: none,
  not: none,
  cast: none,
  add: none,
  subtract: none,
  multiply: none,
  divide: none,
  power: none,
  maximum: none,
  minimum: none,
  remainder: none,
  equal: none,
  less: none,
  lessEqual: none,
  and: none,
  or: none,
  select: none,
  reshape: none,
  permute: { order: integers },
  expand: none,
  slice: { start: sizes, step: integers },
  unfold: { ...steps, size: integer },
  fold: steps,
  pad: { before: sizes, after: sizes },
  concatenate: axis,
  sum: axes,
  reduceMax: axes,
  argmax: axes,
  matmul: none,
  gather: labelled,
  scatterAdd: labelled,
  gatherElements: labelled,
  scatterElements: labelled,
  scan: {
    carries: integer,
    sequences: integer,
    reverse: flag,
    body: kind("a graph", (value) => typeof value === "object" && value !== null),
  },
  result: { index: integer },
};
