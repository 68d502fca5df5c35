import { ArgumentError, isLoader, randomState, restoreRandomState } from "@versant/core";
import {
  isPart,
  type Part,
  type PartName,
  type Parts,
  partNames,
  samplesOf,
} from "../experiment/part.js";
import { readRows } from "./rows.js";
import { RowTable } from "./rowTable.js";

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

/**
 * Hashes every row of every part, and counts exact duplicates: within a part, and of later parts in
 * earlier ones. A row is the bytes of the inputs that `take` gives, or a stream's batches, so that it
 * is the model's view that is compared; the target, the last tensor of a batch, is no part of it, as a
 * test question whose answer was changed is known to the model all the same. Where a batch is a single
 * tensor, that is the row. The stream of random draws stands afterwards where it stood; a part that moved
 * it is random, and so is one whose first rows are others when they are taken again.
 *
 * A row that differs in one bit is another row: near-duplicates are not found. A stream is read once,
 * training data that are streamed begin a second time.
 *
 * @throws ArgumentError when a part is neither a dataset nor a loader
 */
export async function checkLeaks(parts: Parts): Promise<LeakReport> {
  const present = presentParts(parts);
  const state = randomState();
  try {
    const search = new Search(present.reduce((sum, { part }) => sum + (samplesOf(part) ?? 0), 0));
    const leaks: Partial<Record<PartName, PartLeaks>> = {};
    const random: PartName[] = [];
    for (const { name, part } of present) {
      const { drawn } = randomState();
      leaks[name] = await search.read(name, part);
      if (randomState().drawn !== drawn || (await search.changes(name, part))) random.push(name);
    }
    const { train = { rows: 0, repeated: 0 }, ...others } = leaks;
    return {
      train,
      ...others,
      contradictions: search.contradictions,
      pairs: search.leaks,
      ...(random.length > 0 && { random }),
    };
  } finally {
    restoreRandomState(state);
  }
}

/** Leaks that are named; the others are counted. */
const namedLeaks = 20;

function presentParts(parts: Parts): { name: PartName; part: Part }[] {
  return partNames.flatMap((name) => {
    const part = parts?.[name];
    if (part === undefined && name !== "train") return [];
    if (isPart(part)) return [{ name, part }];
    throw new ArgumentError(
      `checkLeaks: received ${typeof part} as ${name}, expected a dataset such as ` +
        "new TensorDataset([inputs, targets]), or a loader; pass " +
        "{ train, validation?, test? }.",
    );
  });
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

class Search {
  readonly #table: RowTable;
  /** By the position of the first of equal rows: the parts it was met in, a bit each. */
  readonly #metIn: number[] = [];
  /** By the same position: the first one's target, the position of its equal in a table of targets. */
  readonly #target: number[] = [];
  readonly #targets: RowTable;
  /** Rows of the parts that were read, in order. */
  readonly #counts: { readonly part: PartName; readonly rows: number }[] = [];
  readonly leaks: Leak[] = [];
  contradictions = 0;

  constructor(expectedRows: number) {
    this.#table = new RowTable(expectedRows);
    this.#targets = new RowTable(expectedRows);
  }

  async read(name: PartName, part: Part): Promise<PartLeaks> {
    const bit = (each: PartName): number => 1 << partNames.indexOf(each);
    let count = 0;
    let repeated = 0;
    let inTraining = 0;
    let inValidation = 0;
    for await (const rows of readRows(part)) {
      for (const { input, target } of rows) {
        const first = this.#table.add(input);
        const met = this.#metIn[first] ?? 0;
        this.#metIn[first] = met | bit(name);
        const answer = target ? this.#targets.add(target) : 0;
        if (met === 0) this.#target[first] = answer;
        else if (this.#target[first] !== answer) this.contradictions++;
        if (met & bit(name)) repeated++;
        if (met & bit("train")) inTraining++;
        if (met & bit("validation")) inValidation++;
        if (met & ~bit(name) && this.leaks.length < namedLeaks) {
          this.leaks.push({ part: name, row: count, equals: this.#placeOf(first) });
        }
        count++;
      }
    }
    this.#counts.push({ part: name, rows: count });
    return {
      rows: count,
      repeated,
      ...(name !== "train" && { inTraining }),
      ...(name === "test" && { inValidation }),
    };
  }

  /** The part and row of a position over all parts. */
  #placeOf(position: number): Leak["equals"] {
    let row = position;
    for (const { part, rows } of this.#counts) {
      if (row < rows) return { part, row };
      row -= rows;
    }
    throw new Error(`no part has been read up to position ${position}`);
  }

  /**
   * Whether the first rows are others when they are taken again, whoever drew them; of a stream of
   * training data, in its second epoch.
   */
  async changes(name: PartName, part: Part): Promise<boolean> {
    if (name !== "train" && isLoader(part)) return false;
    for await (const rows of readRows(part, 1)) {
      return rows.slice(0, 16).some(({ input }) => !this.#table.has(input));
    }
    return false;
  }
}
