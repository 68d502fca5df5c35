import { type ColumnKind, type Table, TableEncoder, type Tensor } from "@versant/core";
import {
  type Cell,
  describeValue,
  listed,
  looks,
  readers,
  TableBuilder,
} from "@versant/core/internal";
import type { TableInput } from "../signature/signature.js";
import { SampleError } from "./sampleError.js";

type RowEncode = (samples: readonly unknown[], name: string) => Tensor[];

type Row = Readonly<Record<string, unknown>>;

/** Rows of a table as the tensors that the encoder made of the training part. */
export function rowEncoder({ encoder: stored }: TableInput): RowEncode {
  const encoder = TableEncoder.fromJSON(stored);
  const kinds = encoder.inputKinds;
  const names = Object.keys(kinds);
  const encodeTable = (table: Table): Tensor[] => {
    const { features, indices } = encoder.encode(table);
    return [features, indices].filter((each) => each !== undefined);
  };
  const tableOf = (rows: readonly Row[]): Table => {
    const builder = new TableBuilder({ name: "input", place: "row" }, names, { kinds });
    for (const [place, row] of rows.entries()) {
      builder.add(
        names.map((name) => (Object.hasOwn(row, name) ? (row[name] as Cell) : undefined)),
        place,
      );
    }
    return builder.finish();
  };
  return (samples, prefix) => {
    const rows = samples.map((sample, index) => checkedRow(sample, index, prefix, kinds));
    try {
      return encodeTable(tableOf(rows));
    } catch (error) {
      const wrong = rows.findIndex((row) => !succeeds(() => encodeTable(tableOf([row]))));
      if (wrong < 0) throw error;
      const row = rows[wrong] as Row;
      const { message } = error as Error;
      const field = names.find((name) => message.includes(`column "${name}"`)) ?? "";
      throw new SampleError(
        wrong,
        prefix + (prefix && field ? "." : "") + field,
        describeValue(row[field]),
        `what the model has learnt of (${message})`,
      );
    }
  };
}

function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** A row whose cells are of the kinds that the columns had in training; what is missing stays out. */
function checkedRow(
  sample: unknown,
  index: number,
  prefix: string,
  kinds: Readonly<Record<string, ColumnKind>>,
): Row {
  const names = Object.keys(kinds);
  const path = (field: string): string => (prefix === "" ? field : `${prefix}.${field}`);
  if (typeof sample !== "object" || sample === null || Array.isArray(sample)) {
    const expected = `an object with ${listed(names)}`;
    throw new SampleError(index, prefix, describeValue(sample), expected);
  }
  const row = sample as Row;
  const unknown = Object.keys(row).find((name) => !Object.hasOwn(kinds, name));
  if (unknown !== undefined) {
    const expected = `no field but ${listed(names)}`;
    throw new SampleError(index, path(unknown), describeValue(row[unknown]), expected);
  }
  for (const [name, value] of Object.entries(row)) {
    const kind = kinds[name] as ColumnKind;
    if (value === null || value === undefined) continue;
    if (isCellOf(kind, value)) continue;
    throw new SampleError(index, path(name), describeValue(value), looks[kind]);
  }
  return row;
}

/** Text in a column of numbers may stand for what is missing: the table decides. */
function isCellOf(kind: ColumnKind, value: unknown): boolean {
  if (typeof value === "number" && !Number.isFinite(value)) return false;
  if (!["string", "number", "boolean"].includes(typeof value)) return false;
  if (kind === "category") return true;
  const isMissing = typeof value === "string" && ["", "NA", "NaN", "null"].includes(value.trim());
  if (isMissing) return value.trim() !== "NaN";
  return !Number.isNaN(
    readers[kind](typeof value === "string" ? value.trim() : (value as Cell & {})),
  );
}
