import { formatShape } from "../array/index.js";
import type { Node } from "./node.js";
import type { Primitive } from "./primitives.js";

/** Primitives that the user knows by another name. */
const userNames: { readonly [P in Primitive]?: string } = {
  absolute: "abs",
  negate: "neg",
  select: "where",
  reduceMax: "max",
  gather: "take",
  scatterAdd: "scatterSum",
  gatherElements: "takeAlong",
};

/** The operation as the user knows it. */
export const userNameOf = (primitive: Primitive): string => userNames[primitive] ?? primitive;

/**
 * What errors call a node: the label it was given, or the operation as the user knows it and the
 * shape of its result: "take (64, 8)".
 */
export function labelOf(node: Node): string {
  const indexed =
    node.is("gather") ||
    node.is("scatterAdd") ||
    node.is("gatherElements") ||
    node.is("scatterElements");
  if (indexed && node.attributes.label !== undefined) return node.attributes.label;
  const name = node.is("custom") ? node.attributes.name : userNameOf(node.primitive);
  return `${name} ${formatShape(node.shape)}`;
}
