import { isLoader } from "@versant/core";
import { giveTurn, isTurnDue } from "@versant/core/internal";
import { type Part, type PartName, partNames } from "../experiment/part.js";
import type { PartRecord } from "./data.js";
import { readKeyedRows } from "./keyedRows.js";
import { KeyMaker } from "./keyMaker.js";
import type { Leak, PartLeaks } from "./leakCheck.js";
import { PartReader } from "./partReader.js";
import { keysOf } from "./rowKeys.js";
import { readRows } from "./rows.js";
import { RowTable } from "./rowTable.js";

/** Leaks that are named; the others are counted. */
const namedLeaks = 20;

/** Rows that are taken twice, to see whether they stay what they are. */
const takenAgain = 16;

/** Reads parts one after the other, and finds the rows of each that stand in it or an earlier one. */
export class Search {
  readonly #keyMaker = new KeyMaker();
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

  async read(name: PartName, part: Part): Promise<{ leaks: PartLeaks; record: PartRecord }> {
    const bit = (each: PartName): number => 1 << partNames.indexOf(each);
    const [own, training, validation] = [bit(name), bit("train"), bit("validation")];
    const reader = new PartReader();
    let count = 0;
    let repeated = 0;
    let inTraining = 0;
    let inValidation = 0;
    for await (const rows of readKeyedRows(part, this.#keyMaker)) {
      // Others, such as git, answer meanwhile.
      if (isTurnDue()) await giveTurn();
      const targetKeys = reader.read(rows);
      const answers = targetKeys && this.#targets.add(targetKeys);
      for (const [row, first] of this.#table.add(rows.keys).entries()) {
        const met = this.#metIn[first] ?? 0;
        this.#metIn[first] = met | own;
        const answer = answers?.[row] ?? 0;
        if (met === 0) this.#target[first] = answer;
        else if (this.#target[first] !== answer) this.contradictions++;
        if (met & own) repeated++;
        if (met & training) inTraining++;
        if (met & validation) inValidation++;
        if (met & ~own && this.leaks.length < namedLeaks) {
          this.leaks.push({ part: name, row: count, equals: this.#placeOf(first) });
        }
        count++;
      }
    }
    this.#counts.push({ part: name, rows: count });
    const leaks: PartLeaks = {
      rows: count,
      repeated,
      ...(name !== "train" && { inTraining }),
      ...(name === "test" && { inValidation }),
    };
    return { leaks, record: reader.record() };
  }

  async close(): Promise<void> {
    await this.#keyMaker.close();
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
    for await (const { inputs, count } of readRows(part, 1)) {
      const some = Math.min(count, takenAgain);
      const bytes = inputs.subarray(0, (inputs.length / count) * some);
      return !this.#table.hasAll(keysOf(bytes, some));
    }
    return false;
  }
}
