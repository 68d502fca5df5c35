import { ArgumentError } from "../array/index.js";
import type { ColumnKind } from "./column.js";

/** Which column of whose table is looked at, for errors. */
export interface Place {
  /** "TableEncoder.fit" or "TableEncoder.encode". */
  readonly caller: string;
  readonly name: string;
  /** A target has to be known: nothing may stand in for it. */
  readonly isTarget: boolean;
}

/** "column "price", row 3 of this table (from 0)" */
export const cellOf = ({ name }: Place, row: number): string =>
  `column "${name}", row ${row} of this table (rows count from 0)`;

/**
 * The error for a value that is not there.
 *
 * @param mend what to do about an input
 */
export function missingValue(place: Place, row: number, mend: string): ArgumentError {
  const { caller, isTarget } = place;
  return new ArgumentError(
    `${caller}: the value of ${cellOf(place, row)}, is missing; ${isTarget ? leaveOut(place) : mend}.`,
  );
}

/** How rows whose target is missing are left out. */
export function leaveOut({ name }: Place): string {
  const property = /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  return `leave such rows out: table.filter((row) => row${property} !== null)`;
}

export const wrongKind = (
  { caller, name }: Place,
  kind: ColumnKind,
  as: string,
  expected: string,
): ArgumentError =>
  new ArgumentError(
    `${caller}: column "${name}" holds values of kind ${kind}; "${as}" expected ${expected}.`,
  );
