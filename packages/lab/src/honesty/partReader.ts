import { createHash } from "node:crypto";
import { canonicalJson, sha256 } from "../files/canonical.js";
import type { PartRecord } from "./data.js";
import type { KeyedRows } from "./keyedRows.js";
import { keysOf } from "./rowKeys.js";
import { bytesOf, type ColumnRecord } from "./rows.js";

/** Targets with more values than this are no classes, or no list of them is of use. */
const mostClasses = 1000;

/** Gives the keys of the rows of a part, and sums up what the part holds. */
export class PartReader {
  readonly #inputs = createHash("sha256");
  readonly #targets = createHash("sha256");
  #columns: readonly ColumnRecord[] | undefined;
  #rows = 0;
  /** Samples by class; absent once the target is seen to be no class. */
  #classes: Map<number, number> | undefined = new Map();

  /** The keys of the targets of rows, whose own keys are known. */
  read({ count, columns, target, keys }: KeyedRows): Uint8Array | undefined {
    this.#columns = this.#columns ? merged(this.#columns, columns) : columns;
    this.#rows += count;
    this.#inputs.update(keys);
    if (!target) return undefined;
    const targetKeys = keysOf(bytesOf(target), count);
    this.#targets.update(targetKeys);
    this.#countClasses(target, columns.at(-1));
    return targetKeys;
  }

  #countClasses(target: ArrayLike<number>, column: ColumnRecord | undefined): void {
    const classes = this.#classes;
    if (!classes) return;
    const isIndex = column?.shape.length === 0 && ["int32", "uint8"].includes(column.dtype);
    for (let row = 0; isIndex && row < target.length; row++) {
      const index = target[row] as number;
      classes.set(index, (classes.get(index) ?? 0) + 1);
      if (index < 0 || classes.size > mostClasses) break;
    }
    const areClasses = isIndex && classes.size <= mostClasses && !hasNegative(classes);
    this.#classes = areClasses ? classes : undefined;
  }

  record(): PartRecord {
    const columns = this.#columns ?? [];
    const digests = { inputs: this.#inputs.digest("hex"), targets: this.#targets.digest("hex") };
    const classes = [...(this.#classes ?? [])].sort(([a], [b]) => a - b);
    return {
      rows: this.#rows,
      hash: sha256(canonicalJson({ rows: this.#rows, columns, ...digests })),
      columns,
      ...(classes.length > 0 && { classes: Object.fromEntries(classes) }),
    };
  }
}

const hasNegative = (classes: ReadonlyMap<number, number>): boolean =>
  [...classes.keys()].some((index) => index < 0);

/** What two batches have alike: in a length that differs, -1. */
const merged = (
  earlier: readonly ColumnRecord[],
  later: readonly ColumnRecord[],
): readonly ColumnRecord[] =>
  earlier.map(({ dtype, shape }, column) => ({
    dtype,
    shape: shape.map((length, axis) => (later[column]?.shape[axis] === length ? length : -1)),
  }));
