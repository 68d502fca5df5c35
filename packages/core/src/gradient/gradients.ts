import { DTypeError, formatShape, isFloating, ShapeError, sameShape } from "../array/index.js";
import { add, constantLike, zerosLike } from "../graph/build.js";
import { type Node, topologicalOrder } from "../graph/index.js";
import { differentiate, hasRule } from "./rules.js";
import { scanGradients } from "./scan.js";

/**
 * The gradients of `output` with respect to each of `wrt`, as nodes that can be differentiated
 * again: d(sum(seed * output)) / d(wrt[i]), of the shape of wrt[i]. Zeros where `output` does not
 * depend on it.
 *
 * Reverse accumulation: nodes are visited users first, so that a node's gradient is complete, the
 * sum over all of its uses, when its rule hands it on to the inputs. Only tracked nodes that lead
 * to one of `wrt` are visited.
 *
 * @param seed The gradient of `output` itself; ones by default, which needs a single element.
 * @throws ShapeError if there is no seed and `output` has several elements, or the seed does not fit.
 * @throws DTypeError if `output` or one of `wrt` is not floating, or one of `wrt` is not tracked.
 */
export function gradients(output: Node, wrt: readonly Node[], seed?: Node): Node[] {
  if (!isFloating(output.dtype)) {
    throw new DTypeError(
      `gradients: received an output of dtype ${output.dtype}, expected a floating dtype; only ` +
        "real-valued functions have gradients.",
    );
  }
  if (
    !seed &&
    !sameShape(
      output.shape,
      output.shape.map(() => 1),
    )
  ) {
    throw new ShapeError(
      `gradients: received an output of shape ${formatShape(output.shape)}, expected a single ` +
        "element; reduce it with .sum() or .mean() first.",
    );
  }
  if (seed && (!sameShape(seed.shape, output.shape) || seed.dtype !== output.dtype)) {
    throw new ShapeError(
      `gradients: received a seed of ${seed.dtype} ${formatShape(seed.shape)} for an output of ` +
        `${output.dtype} ${formatShape(output.shape)}, expected the same dtype and shape.`,
    );
  }
  wrt.forEach((node, index) => {
    if (isFloating(node.dtype) && node.tracked) return;
    throw new DTypeError(
      `gradients: received ${isFloating(node.dtype) ? "an untracked" : `an ${node.dtype}`} tensor ` +
        `at position ${index}, expected a floating one that requires a gradient.`,
    );
  });
  return pullBack([output], [seed ?? constantLike(1, output)], wrt);
}

/** The same for several outputs at once, whose seeds are given; the caller has checked them. */
export function pullBack(
  outputs: readonly Node[],
  seeds: readonly Node[],
  wrt: readonly Node[],
): Node[] {
  const order = pathTo(wrt, outputs);
  const onPath = new Set(order);
  const received = new Map<Node, Node>();
  /** A scan's gradients by result, because one node stands for all of them. */
  const results = new Map<Node, (Node | undefined)[]>();

  const receive = (node: Node, gradient: Node | null | undefined): void => {
    if (!gradient || !onPath.has(node)) return;
    const before = received.get(node);
    received.set(node, before ? add(before, gradient) : gradient);
  };

  outputs.forEach((output, index) => {
    receive(output, seeds[index]);
  });
  const hand = (node: Node, inputGradients: readonly (Node | null)[]): void => {
    node.inputs.forEach((input, index) => {
      receive(input, inputGradients[index]);
    });
  };
  for (const node of order.reverse()) {
    const gradient = received.get(node);
    if (node.is("scan")) {
      const list = results.get(node);
      if (list) hand(node, scanGradients(node, list));
    } else if (gradient && node.is("result")) {
      const [scan] = node.inputs as [Node];
      const list = results.get(scan) ?? [];
      const before = list[node.attributes.index];
      list[node.attributes.index] = before ? add(before, gradient) : gradient;
      results.set(scan, list);
    } else if (gradient && hasRule(node)) {
      hand(node, differentiate(node, gradient));
    }
  }
  return wrt.map((node) => received.get(node) ?? zerosLike(node));
}

/** The tracked nodes between `wrt` and `outputs`, both included, inputs before users. */
function pathTo(wrt: readonly Node[], outputs: readonly Node[]): Node[] {
  const onPath = new Set(wrt);
  return topologicalOrder(outputs, (node) => !node.tracked).filter((node) => {
    if (node.tracked && node.inputs.some((input) => onPath.has(input))) onPath.add(node);
    return onPath.has(node);
  });
}
