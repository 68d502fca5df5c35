import { ArgumentError, describeValue } from "../array/index.js";
import type { Scale } from "../data/scale.js";
import { columnKinds } from "./column.js";
import { cyclicParts, type Fitted, linearParts } from "./encodings.js";

const isText = (value: unknown): boolean => typeof value === "string";
const isFilled = ({ fill, flag }: { fill?: unknown; flag?: unknown }): boolean =>
  (fill === null || Number.isFinite(fill)) && typeof flag === "boolean";
const isScale = (scale: Partial<Scale> | undefined): boolean =>
  Number.isFinite(scale?.mean) && Number.isFinite(scale?.deviation);
const isPart = (part: string): boolean => part in linearParts || part in cyclicParts;
const isSlot = (value: unknown): boolean => value === "error" || value === "slot";

/** Whether a fitted encoding that was read has all that its `as` needs. */
function isFitted(value: Partial<Fitted> | undefined): value is Fitted {
  if (!columnKinds.some((kind) => kind === value?.kind)) return false;
  switch (value?.as) {
    case "number":
    case "standard":
      return isFilled(value) && isScale(value.scale);
    case "oneHot":
    case "index":
      return (
        Array.isArray(value.categories) &&
        value.categories.every(isText) &&
        isSlot(value.unknown) &&
        isSlot(value.missing)
      );
    case "date":
      return (
        isFilled(value) &&
        Array.isArray(value.parts) &&
        value.parts.every(({ part, scale }) => isPart(part) && isScale(scale))
      );
    default:
      return false;
  }
}

/** @throws ArgumentError, naming the column, when something else than fitted encodings was stored */
export function requireFitted(what: string, stored: unknown): [string, Fitted][] {
  return Object.entries((stored ?? {}) as Record<string, Partial<Fitted>>).map(([name, value]) => {
    if (isFitted(value)) return [name, value];
    throw new ArgumentError(
      `TableEncoder.fromJSON: received ${describeValue(value)} as column "${name}" of ${what}, ` +
        "expected what toJSON gave; the file was changed or cut off.",
    );
  });
}
