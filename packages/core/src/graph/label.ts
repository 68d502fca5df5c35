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
  scatterElements: "gradient of takeAlong",
};

/** The operation as the user knows it. */
export const userNameOf = (primitive: Primitive): string => userNames[primitive] ?? primitive;

/** The operation as the user knows it, and the shape of its result: "take (64, 8)". */
export const labelOf = (node: Node): string => `${nameOf(node)} ${formatShape(node.shape)}`;

function nameOf(node: Node): string {
  if (node.is("gather") || node.is("scatterAdd") || node.is("gatherElements")) {
    return node.attributes.label ?? userNameOf(node.primitive);
  }
  return node.is("custom") ? node.attributes.name : userNameOf(node.primitive);
}
