import type { PartName } from "../experiment/part.js";

/** How many rows of a part stand elsewhere too. A row is what the model is given of a sample. */
export interface PartLeaks {
  readonly rows: number;
  /** Rows equal to an earlier one of the same part. */
  readonly repeated: number;
  /** Rows of a validation or test part that stand in training. */
  readonly inTraining?: number;
  /** Rows of the test part that stand in the validation part. */
  readonly inValidation?: number;
}

/** A row that is measured on, and the earlier one that it equals. */
export interface Leak {
  readonly part: PartName;
  /** Counted from 0 in its part. */
  readonly row: number;
  /** Where it stands too: in training, or of the test part, in validation. */
  readonly equals: { readonly part: PartName; readonly row: number };
}

export interface LeakReport {
  readonly train: PartLeaks;
  readonly validation?: PartLeaks;
  readonly test?: PartLeaks;
  /** Rows equal to an earlier one, in any part, that have another target than it. */
  readonly contradictions: number;
  /** The first rows of validation and test parts that stand in an earlier part, at most 20. */
  readonly pairs: readonly Leak[];
  /** Parts whose rows are drawn anew each time, so that equal rows cannot be found in them. */
  readonly random?: readonly PartName[];
}

/** "2 of 3 test rows stand in training", for each part and the parts before it; empty without leaks. */
export function countLeaks({ validation, test }: LeakReport): string[] {
  return Object.entries({ validation, test }).flatMap(([name, part]) =>
    part === undefined
      ? []
      : Object.entries({ training: part.inTraining, validation: part.inValidation }).flatMap(
          ([other, count]) =>
            count ? [`${count} of ${part.rows} ${name} rows stand in ${other}`] : [],
        ),
  );
}

/**
 * Why a run that has to be honest must not start: a row of the validation or test part stands in
 * training, or one of the test part in validation, or a part is drawn anew each time; undefined if
 * nothing is wrong.
 */
export function reasonToRefuse(report: LeakReport): string | undefined {
  const counts = countLeaks(report);
  if (counts.length > 0) {
    return (
      `${counts.join(", ")} (${describeLeaks(report.pairs)}), expected none; they measure what was ` +
      "learnt by heart, or what was chosen by. Remove equal rows before the data are split, or split " +
      "them by group, with equal rows in one group."
    );
  }
  if (!report.random) return undefined;
  return (
    `rows of ${namesOf(report.random)} data are drawn anew each time, so they cannot be compared; ` +
    "expected rows that stay what they are. Compare them before they are augmented."
  );
}

const nameOf = (part: PartName): string => (part === "train" ? "training" : part);

/** "training and test". */
export const namesOf = (parts: readonly PartName[]): string => parts.map(nameOf).join(" and ");

/** The first three: "test row 3 is training row 17". */
export function describeLeaks(leaks: readonly Leak[]): string {
  const described = leaks
    .slice(0, 3)
    .map(
      ({ part, row, equals }) =>
        `${nameOf(part)} row ${row} is ${nameOf(equals.part)} row ${equals.row}`,
    );
  return [...described, ...(leaks.length > 3 ? ["..."] : [])].join(", ");
}
