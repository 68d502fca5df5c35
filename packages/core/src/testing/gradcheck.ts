import {
  ArgumentError,
  isFloating,
  requireInstance,
  requireList,
  requireOptions,
} from "../array/index.js";
import { substitute } from "../gradient/index.js";
import { makeNode, Node, topologicalOrder } from "../graph/index.js";
import { Tensor } from "../tensor/index.js";
import { compareWithDifferences, type DifferenceOptions } from "./differences.js";

/**
 * Checks the gradient of `fn` against central differences in float64:
 *
 *     d f / d x_i  =  (f(x + epsilon e_i) - f(x - epsilon e_i)) / (2 epsilon)  +  O(epsilon^2)
 *
 * for every element of every floating input, with f a weighted sum of the elements of `fn`'s
 * result. The graph that `fn` builds is interpreted on the reference device, so tensors and layers
 * in float32 are checked as they are. An input may also be a Parameter that `fn` reads by itself:
 * `gradcheck((x) => layer.forward(x), [x, layer.weight])`.
 *
 * @throws VersantError naming the input (counting floating ones), the element, the gradient and the
 *   difference that disagree
 * @throws ArgumentError if there is no floating input, or one that the result does not depend on
 */
export function gradcheck(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  options: DifferenceOptions = {},
): void {
  requireInstance("gradcheck", "the function", fn, Function);
  requireList("gradcheck", "the inputs", inputs, Tensor);
  requireOptions("gradcheck", options, ["epsilon", "tolerance"]);
  const leaves: Node<"input">[] = [];
  const data: Float64Array[] = [];
  const replacements = new Map<Node, Node>();
  for (const input of inputs) {
    const { node } = input;
    const { shape, dtype } = node;
    if (!isFloating(dtype)) continue;
    const leaf = new Node("input", [], { index: leaves.length, shape, dtype }, true);
    leaves.push(leaf);
    data.push(Float64Array.from(input.dataSync()));
    replacements.set(node, leaf);
  }
  const result: unknown = fn(...inputs);
  requireInstance("gradcheck", "the result of the function", result, Tensor);
  const output = result.node;
  for (const node of topologicalOrder([output])) {
    // A value that was read has forgotten where it came from.
    if (!node.storage || node.inputs.length > 0 || replacements.has(node)) continue;
    const { storage, shape } = node;
    replacements.set(node, makeNode("value", [], { storage, shape }));
  }
  const [replaced] = substitute([output], replacements);
  if (!replaced || leaves.length === 0) {
    throw new ArgumentError("gradcheck: received no floating input, expected at least one.");
  }
  const used = new Set(topologicalOrder([replaced]));
  leaves.forEach((leaf, index) => {
    if (used.has(leaf)) return;
    throw new ArgumentError(
      `gradcheck: the function's result does not depend on floating input ${index}; nothing would ` +
        "be checked. Use the input, or leave it out.",
    );
  });
  compareWithDifferences(replaced, leaves, data, options);
}
