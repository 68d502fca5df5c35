import type { Size, StoredNode } from "@versant/core";
import type { Scope } from "../scope.js";
import { sameSizes } from "../sizes.js";

/** x W^T + b over rows of features, as nn.Linear writes it: Gemm. */
export function linear(index: number, scope: Scope): string | null {
  const sum = scope.find(index, "add");
  if (sum?.shape.length !== 2) return null;
  for (const [product, other] of [sum.inputs, sum.inputs.toReversed()] as [number, number][]) {
    const matmul = scope.find(product, "matmul");
    const bias = scope.narrow(other);
    if (matmul && sameSizes(bias.shape, sum.shape.slice(1))) return gemm(matmul, bias.name, scope);
  }
  return null;
}

function gemm({ inputs }: StoredNode<"matmul">, bias: string, scope: Scope): string {
  const [rows, columns] = inputs as [number, number];
  const turned = scope.find(columns, "permute");
  const weight = turned ? (turned.inputs[0] as number) : columns;
  const names = [scope.name(rows), scope.name(weight), bias];
  return scope.writer.add("Gemm", names, turned ? { transB: 1 } : {});
}

/**
 * A matrix by which all rows of a batch are multiplied, (..., k) and (k, n) to (..., n). Tensors write
 * it as one product over all rows, with a reshape before and after: MatMul.
 */
export function batchedProduct(index: number, scope: Scope): string | null {
  const after = scope.find(index, "reshape");
  const matmul = scope.find(after?.inputs[0], "matmul");
  const before = scope.find(matmul?.inputs[0], "reshape");
  if (!after || !matmul || !before) return null;
  const [source, columns] = [before.inputs[0] as number, matmul.inputs[1] as number];
  const rows = scope.node(source).shape;
  const [inner, outer] = scope.node(columns).shape as [Size, Size];
  const fits =
    matmul.shape.length === 2 &&
    sameSizes(rows.slice(-1), [inner]) &&
    sameSizes(after.shape, [...rows.slice(0, -1), outer]);
  return fits ? scope.writer.add("MatMul", [scope.name(source), scope.name(columns)]) : null;
}
