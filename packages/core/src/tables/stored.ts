import { ArgumentError, describeValue, requirePlain } from "../array/index.js";
import type { Scale } from "../data/scale.js";
import { type ColumnKind, columnKinds, lastDate } from "./column.js";
import { type Fitted, linearParts, partNames } from "./encodings.js";

// What comes from a file may have been written by anything: whatever fitting guarantees is checked.

type Stored = Readonly<Record<string, unknown>>;

const isOneOf = (value: unknown, choices: readonly unknown[]): boolean => choices.includes(value);
const isFilled = ({ kind, fill, flag }: Stored): boolean =>
  !(kind === "date" && Math.abs(Number(fill)) > lastDate) &&
  (fill === null || Number.isFinite(fill)) &&
  (flag === false || (flag === true && fill !== null));

function isScale(value: unknown): boolean {
  const { mean, deviation } = (value ?? {}) as Stored;
  return Number.isFinite(mean) && Number.isFinite(deviation) && (deviation as number) > 0;
}

/** That of what is not scaled. */
const isUnit = (value: unknown): boolean =>
  isScale(value) && (value as Scale).mean === 0 && (value as Scale).deviation === 1;

function isPart(value: unknown): boolean {
  const { part, scale } = (value ?? {}) as Stored;
  if (!isOneOf(part, partNames)) return false;
  return Object.hasOwn(linearParts, part as string) ? isScale(scale) : isUnit(scale);
}

function isCategory({ as, categories, unknown, missing, shares }: Stored): boolean {
  return (
    Array.isArray(categories) &&
    categories.every((each) => typeof each === "string") &&
    new Set(categories).size === categories.length &&
    isOneOf(unknown, as === "oneHot" ? ["error", "slot", "mean"] : ["error", "slot"]) &&
    isOneOf(missing, ["error", "slot"]) &&
    Array.isArray(shares) &&
    shares.length === (unknown === "mean" ? categories.length : 0) &&
    shares.every((share) => Number.isFinite(share) && share >= 0 && share <= 1)
  );
}

const kindsOf: Readonly<Record<Fitted["as"], readonly ColumnKind[]>> = {
  number: ["number", "boolean"],
  standard: ["number", "boolean"],
  oneHot: columnKinds.filter((kind) => kind !== "date"),
  index: columnKinds.filter((kind) => kind !== "date"),
  date: ["date"],
};

/** Whether a fitted encoding that was read has all that its `as` needs. */
function isFitted(value: unknown): value is Fitted {
  const stored = (value ?? {}) as Stored;
  const { as, kind, scale, parts } = stored;
  if (typeof as !== "string" || !Object.hasOwn(kindsOf, as)) return false;
  if (!isOneOf(kind, kindsOf[as as Fitted["as"]])) return false;
  if (as === "oneHot" || as === "index") return isCategory(stored);
  if (!isFilled(stored)) return false;
  if (as === "date") return Array.isArray(parts) && parts.length > 0 && parts.every(isPart);
  return as === "standard" ? isScale(scale) : isUnit(scale);
}

/** @throws ArgumentError, naming the column, when something else than fitted encodings was stored */
export function requireFitted(what: string, stored: unknown): [string, Fitted][] {
  requirePlain("TableEncoder.fromJSON", what, stored, "that of what toJSON gave");
  return Object.entries(stored).map(([name, value]: [string, unknown]) => {
    if (isFitted(value)) return [name, value];
    throw new ArgumentError(
      `TableEncoder.fromJSON: received ${describeValue(value)} as column "${name}" of ${what}, ` +
        "expected what toJSON gave; the file was changed or cut off.",
    );
  });
}
