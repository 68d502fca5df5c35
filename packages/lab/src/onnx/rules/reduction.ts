import type { Size, StoredNode } from "@versant/core";
import type { OnnxRule, Scope } from "../scope.js";
import { productOf } from "../sizes.js";
import { elementTypes } from "../tensors.js";
import { permuted, reshaped } from "./arrangement.js";

type Reduction = "sum" | "reduceMax" | "argmax" | "matmul";

/** The largest of bools is whether any holds. */
function reduceMax(node: StoredNode<"reduceMax">, scope: Scope): string {
  const { writer } = scope;
  const [x] = scope.namesOf(node) as [string];
  const axes = writer.integers(node.attributes.axes);
  if (node.dtype !== "bool") return writer.add("ReduceMax", [x, axes], { keepdims: 0 });
  const bytes = writer.add("Cast", [x], { to: elementTypes.uint8 });
  const largest = writer.add("ReduceMax", [bytes, axes], { keepdims: 0 });
  return writer.add("Cast", [largest], { to: elementTypes.bool });
}

/** Several axes are made one: the position counts in row-major order. */
function argmax(node: StoredNode<"argmax">, scope: Scope): string {
  const { writer } = scope;
  const { axes } = node.attributes;
  const { shape, dtype } = scope.inputOf(node);
  let [x] = scope.namesOf(node) as [string];
  if (dtype === "bool") x = writer.add("Cast", [x], { to: elementTypes.uint8 });
  let axis = axes[0] as number;
  if (axes.length > 1) {
    const kept = shape.map((_, each) => each).filter((each) => !axes.includes(each));
    const order = [...kept, ...axes];
    const sizes = order.map((each) => shape[each] as Size);
    axis = kept.length;
    const flat = [...sizes.slice(0, axis), productOf(sizes.slice(axis))];
    x = reshaped(writer, permuted(writer, x, order), sizes, flat);
  }
  const position = writer.add("ArgMax", [x], { axis, keepdims: 0 });
  return writer.add("Cast", [position], { to: elementTypes.int32 });
}

export const reduction: { readonly [P in Reduction]: OnnxRule<P> } = {
  sum: (node, scope) =>
    scope.writer.add(
      "ReduceSum",
      [...scope.namesOf(node), scope.writer.integers(node.attributes.axes)],
      { keepdims: 0 },
    ),
  reduceMax,
  argmax,
  matmul: (node, scope) => scope.writer.add("MatMul", scope.namesOf(node)),
};
