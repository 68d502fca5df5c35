import type { StoredNode } from "@versant/core";
import type { Scope } from "../scope.js";
import { sameSizes } from "../sizes.js";

/** x W^T + b, as nn.Linear writes it for rows of features: Gemm. */
export function linear(index: number, scope: Scope): string | null {
  const sum = scope.find(index, "add");
  if (sum?.shape.length !== 2) return null;
  for (const [product, other] of [sum.inputs, sum.inputs.toReversed()] as [number, number][]) {
    const matmul = scope.find(product, "matmul");
    const bias = scope.narrow(other);
    const isBias = bias.shape.length === 1 && sameSizes(bias.shape, sum.shape.slice(1));
    if (matmul && isBias) return gemm(matmul, bias.name, scope);
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
