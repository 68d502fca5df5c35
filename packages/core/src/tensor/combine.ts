import { ArgumentError, describeValue, requireList } from "../array/index.js";
import type { Node } from "../graph/index.js";
import { concatenateNodes } from "./arrange.js";
import { broadcastSelect, numberLike } from "./elementwise.js";
import { nodeOf, Tensor, type TensorLike } from "./tensor.js";

/** a where the bool condition holds, else b; all three broadcast. */
export function where(condition: Tensor, a: TensorLike, b: TensorLike): Tensor {
  const chooser = nodeOf("where", "the condition", condition, "make one by comparing tensors");
  const like = a instanceof Tensor ? a : b instanceof Tensor ? b : null;
  if (!like) {
    throw new ArgumentError(
      `where: received ${describeValue(a)} and ${describeValue(b)}, expected at least one Tensor.`,
    );
  }
  const node = (value: TensorLike): Node =>
    value instanceof Tensor ? value.node : numberLike("where", value, like.node);
  return new Tensor(broadcastSelect(chooser, node(a), node(b)));
}

/** Joins tensors along an axis that exists. */
export function concatenate(parts: readonly Tensor[], axis = 0): Tensor {
  requireList("concatenate", "the parts", parts, Tensor);
  const nodes = parts.map((part) => part.node);
  return new Tensor(concatenateNodes(nodes, axis));
}

/** Joins tensors of one shape along a new axis. */
export function stack(parts: readonly Tensor[], axis = 0): Tensor {
  requireList("stack", "the parts", parts, Tensor);
  const widened = parts.map((part) => part.unsqueeze(axis));
  return concatenate(widened, axis);
}
