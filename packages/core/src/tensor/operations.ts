import { sizeOf } from "../array/index.js";
import { isView, type Node, nodesSoFar, topologicalOrder } from "../graph/index.js";
import { Tensor } from "./tensor.js";

/** An operation of the graph, for those who look at what a function has written. */
export interface Operation {
  readonly primitive: string;
  /** Place in the order of writing. */
  readonly position: number;
  readonly inputs: readonly Tensor[];
  readonly output: Tensor;
  /** Multiplications that are added up: those of products of matrices, in all iterations of a loop. */
  readonly multiplyAdds: number;
}

/** The position of the last operation written so far. */
export const currentPosition = (): number => nodesSoFar();

/** What was written after `position` and is needed for `outputs`, inputs before users. */
export function operationsSince(position: number, outputs: readonly Tensor[]): Operation[] {
  const roots = outputs.map(({ node }) => node);
  return topologicalOrder(roots, ({ id }) => id <= position)
    .filter(({ id }) => id > position)
    .map((node) => ({
      primitive: node.primitive,
      position: node.id,
      inputs: node.inputs.map((input) => new Tensor(input)),
      output: new Tensor(node),
      multiplyAdds: multiplyAdds(node),
    }));
}

/** (..., m, k) x (..., k, n) takes m n k of them for each matrix of the batch. */
function multiplyAdds(node: Node): number {
  if (node.is("matmul")) return sizeOf(node.shape) * (node.inputs[0]?.shape.at(-1) ?? 0);
  if (!node.is("scan")) return 0;
  const { body, length } = node.attributes;
  const each = topologicalOrder(body.outputs).reduce((sum, inner) => sum + multiplyAdds(inner), 0);
  return length * each;
}

/** Tensors of one source have their elements in one place: each is a way of reading it. */
export function sourceOf({ node }: Tensor): object {
  let source = node;
  // A result has bytes of its own, although the loop is its only input.
  while (isView(source.primitive) && !source.is("result")) source = source.inputs[0] as Node;
  return source;
}
