import { arrayOf, numberOf } from "../numbers.js";
import type { OnnxRule } from "../scope.js";
import { constantOf } from "../sizes.js";
import { elementTypes } from "../tensors.js";
import { range } from "./positions.js";

type Leaf = "input" | "state" | "value" | "constant" | "iota";

export const leaves: { readonly [P in Leaf]: OnnxRule<P> } = {
  input: ({ attributes }, scope) => scope.inputs[attributes.index] as string,
  state: ({ attributes }, { writer }) => writer.weight(attributes.name),
  value: ({ attributes, shape, dtype }, { writer }) =>
    writer.tensor(dtype, shape.map(Number), arrayOf(dtype, attributes.elements)),
  constant: (node, { writer }) =>
    writer.add("Expand", [numberOf(node, writer), writer.sizes(node.shape)]),
  iota: ({ shape: [length = 0] }, { writer }) => {
    const number = constantOf(length);
    if (number === null) {
      return writer.add("Cast", [range(writer, length)], { to: elementTypes.int32 });
    }
    return writer.tensor(
      "int32",
      [number],
      Int32Array.from({ length: number }, (_, each) => each),
    );
  },
};
