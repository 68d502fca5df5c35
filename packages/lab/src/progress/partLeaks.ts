import type { PartLeaks } from "../honesty/leakCheck.js";
import { formatCount } from "./format.js";

/** "12 of 2,000 repeated, 8 in training": rows met before in the part itself, and elsewhere. */
export function describePartLeaks({ rows, repeated, inTraining, inValidation }: PartLeaks): string {
  return [
    `${formatCount(repeated)} of ${formatCount(rows)} repeated`,
    ...(inTraining ? [`${formatCount(inTraining)} in training`] : []),
    ...(inValidation ? [`${formatCount(inValidation)} in validation`] : []),
  ].join(", ");
}
