import { contiguousView, sizeOf } from "../../array/index.js";
import { labelOf, type Node } from "../../graph/index.js";
import type {
  CheckIndices,
  Chosen,
  GroupRows,
  Indexing,
  Operand,
  RowSums,
  UpdateRows,
} from "../../program/index.js";
import type { SparseUpdate } from "../sparse.js";
import type { Builder } from "./builder.js";

// Instructions over rows by index.

type IndexingNode =
  | Node<"gather">
  | Node<"scatterAdd">
  | Node<"gatherElements">
  | Node<"scatterElements">;

/** `gather` is what a scatterAdd adds up, if nobody else reads it: its rows are read where they stand. */
export function lowerIndexing(
  builder: Builder,
  node: IndexingNode,
  gather?: Node<"gather">,
): Indexing | null {
  const { axis } = node.attributes;
  const scatters = node.is("scatterAdd") || node.is("scatterElements");
  const [first, second] = node.inputs as [Node, Node];
  const indices = scatters ? first : second;
  const values = scatters ? second : first;
  if (node.is("gather") && values.is("iota") && passOn(builder, node, indices)) return null;
  /** The shape that has the indexed axis. */
  const indexed = scatters ? node.shape : values.shape;
  const target = { ...builder.target(node), strides: [] };
  if (gather) builder.emit(checkOf(builder, gather));
  if (sizeOf(node.shape) === 0) return null;
  const byRow = node.is("gather") || node.is("scatterAdd");
  return {
    kind: node.primitive,
    label: labelOf(node),
    outer: sizeOf(indexed.slice(0, axis)),
    size: indexed[axis] as number,
    inner: sizeOf(indexed.slice(axis + 1)),
    count: byRow ? sizeOf(indices.shape) : (indices.shape[axis] as number),
    ...rowsOf(values, gather, (each) => builder.contiguousOperand(each)),
    indices: builder.contiguousOperand(indices),
    target,
  };
}

/** Rows as they stand, or the rows that a gather chooses from. */
function rowsOf(
  rows: Node,
  gather: Node<"gather"> | undefined,
  operand: (node: Node) => Operand,
): { source: Operand; chosen: Chosen | null } {
  if (!gather) return { source: operand(rows), chosen: null };
  const [table, indices] = gather.inputs as [Node, Node];
  const size = table.shape[0] as number;
  return { source: operand(table), chosen: { size, indices: operand(indices) } };
}

function checkOf(builder: Builder, gather: Node<"gather">): CheckIndices {
  const [table, indices] = gather.inputs as [Node, Node];
  return {
    kind: "checkIndices",
    label: labelOf(gather),
    size: table.shape[gather.attributes.axis] as number,
    count: sizeOf(indices.shape),
    indices: builder.contiguousOperand(indices),
  };
}

/** Number i of 0, 1, 2, ... is i: once checked, indices stand for what they take. */
function passOn(builder: Builder, gather: Node<"gather">, indices: Node): boolean {
  const resolved = builder.resolve(indices);
  // A state may be another one by the time it is read.
  if (builder.knownBuffer(gather) !== undefined || resolved.base.is("state")) return false;
  builder.emit(checkOf(builder, gather));
  builder.standIn(gather, resolved);
  return true;
}

/** Finds rows of equal index, for checks and the commit. */
export function lowerSums(
  builder: Builder,
  node: Node<"scatterAdd">,
  gather: Node<"gather"> | undefined,
): { group: GroupRows; sums: RowSums } {
  const [list, rows] = node.inputs as [Node, Node];
  const count = sizeOf(list.shape);
  const scratch = (length: number): Operand => ({
    buffer: builder.addBuffer("int32", length),
    offset: 0,
    strides: [],
  });
  if (gather) builder.emit(checkOf(builder, gather));
  const indices = unchanging(builder, list);
  const groups = scratch(2 * count + 1);
  const sums = {
    count,
    inner: sizeOf(node.shape.slice(1)),
    ...rowsOf(rows, gather, (each) => unchanging(builder, each)),
    groups,
  };
  const group: GroupRows = {
    kind: "groupRows",
    label: labelOf(node),
    size: node.attributes.size,
    count,
    indices,
    table: scratch(2 ** Math.ceil(Math.log2(2 * Math.max(1, count)))),
    groups,
  };
  return { group, sums };
}

/** Row-major elements that the commit may read: no state, which it could have written already. */
function unchanging(builder: Builder, node: Node): Operand {
  if (!builder.resolve(node).base.is("state")) return builder.contiguousOperand(node);
  const buffer = builder.addBuffer(node.dtype, sizeOf(node.shape));
  builder.copy(builder.resolve(node), buffer, contiguousView(node.shape));
  return { buffer, offset: 0, strides: [] };
}

export function lowerUpdate(
  builder: Builder,
  { state, factor }: SparseUpdate,
  group: GroupRows,
  sums: RowSums,
): UpdateRows {
  return {
    kind: "updateRows",
    label: `${state.attributes.cell.name || "state"} (${sums.count}, ${sums.inner})`,
    ...sums,
    size: group.size,
    indices: group.indices,
    target: { ...builder.operand(state), strides: [] },
    factor:
      "value" in factor
        ? factor
        : { scalar: builder.inventory.scalarOf.get(factor.source) as number },
  };
}
