import type { AttributeProto, GraphProto, TensorProto } from "./schema.js";

/** What a node's attributes are given as: a whole number, a text, a list of whole numbers, a tensor, a graph. */
export type Attribute = number | string | readonly number[] | TensorProto | GraphProto;

/** Numbers of the enumeration AttributeProto.AttributeType. */
const kinds = { int: 2, text: 3, tensor: 4, graph: 5, ints: 7 } as const;

function attributeProto(name: string, value: Attribute): AttributeProto {
  if (typeof value === "number") return { name, type: kinds.int, i: value };
  if (typeof value === "string") {
    return { name, type: kinds.text, s: new TextEncoder().encode(value) };
  }
  if ("node" in value) return { name, type: kinds.graph, g: value };
  if ("rawData" in value) return { name, type: kinds.tensor, t: value };
  return { name, type: kinds.ints, ints: value };
}

/** Attributes by name, as the format has them. */
export const attributeProtos = (
  attributes: Readonly<Record<string, Attribute>>,
): AttributeProto[] =>
  Object.entries(attributes).map(([name, value]) => attributeProto(name, value));
