import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloating,
  ShapeError,
  sameShape,
} from "../array/index.js";
import type { Node } from "../graph/index.js";

/**
 * The gradients that the user's `backward` gives for the arguments of a custom operation, checked.
 * The first input is the result as `forward` computed it, into which nothing flows.
 */
export function customGradients(gradient: Node, node: Node<"custom">): (Node | null)[] {
  const { name, backward } = node.attributes;
  const given = backward(gradient, node);
  const expected = node.inputs.length - 1;
  if (given.length !== expected) {
    throw new ArgumentError(
      `${name}: backward returned ${given.length} gradients, expected ${expected}, one for each ` +
        "argument; return null for an argument without one.",
    );
  }
  node.inputs.slice(1).forEach((argument, index) => {
    const received = given[index];
    if (!received) return;
    if (!isFloating(argument.dtype)) {
      throw new DTypeError(
        `${name}: backward returned a gradient for argument ${index}, which is ` +
          `${argument.dtype}, expected null; only floating tensors have gradients.`,
      );
    }
    if (received.dtype !== argument.dtype) {
      throw new DTypeError(
        `${name}: backward returned a gradient of dtype ${received.dtype} for argument ${index}, ` +
          `expected ${argument.dtype}; convert with .cast("${argument.dtype}").`,
      );
    }
    if (!sameShape(received.shape, argument.shape)) {
      throw new ShapeError(
        `${name}: backward returned a gradient of shape ${formatShape(received.shape)} for ` +
          `argument ${index}, expected the argument's shape ${formatShape(argument.shape)}; sum ` +
          "over the axes that forward broadcast.",
      );
    }
  });
  return [null, ...given];
}
