import { matmul, permute, reshape, transpose } from "../graph/build.js";
import { Node, type SubGraph, topologicalOrder } from "../graph/index.js";
import { pullBack } from "./gradients.js";
import { substitute } from "./substitute.js";

/** A product a B in the body of a loop, in which B is the same in every iteration. */
export interface LoopProduct {
  readonly node: Node<"matmul">;
  /** The constants of the loop that B depends on, by their index among the body's inputs. */
  readonly constants: ReadonlySet<number>;
}

/**
 * Finds the products with constant right operands, such as h W^T in a recurrent layer, inputs before
 * users, and the constants that enter the body through the right operands of products alone.
 *
 * @param firstConstant index of the first constant among the body's inputs
 */
export function findProducts(
  body: SubGraph,
  firstConstant: number,
): { products: LoopProduct[]; exclusive: ReadonlySet<number> } {
  /** For what is the same in every iteration, the constants that it depends on. */
  const sources = new Map<Node, ReadonlySet<number>>();
  const sourcesOf = (node: Node): number[] => [...(sources.get(node) ?? [])];
  const products: LoopProduct[] = [];
  const exclusive = new Set(body.inputs.keys());
  const exclude = (node: Node): void => {
    for (const index of sourcesOf(node)) exclusive.delete(index);
  };
  for (const node of topologicalOrder(body.outputs)) {
    const [left, right] = node.inputs;
    if (isFixed(node, firstConstant) && node.inputs.every((each) => sources.has(each))) {
      const own = node.is("input") ? [node.attributes.index] : [];
      sources.set(node, new Set([...own, ...node.inputs.flatMap(sourcesOf)]));
    } else if (node.is("matmul") && left && right && sources.has(right)) {
      products.push({ node, constants: new Set(sourcesOf(right)) });
      exclude(left);
    } else node.inputs.forEach(exclude);
  }
  body.outputs.forEach(exclude);
  return { products, exclusive };
}

/** False for what may change from one iteration to the next whatever its inputs are. */
function isFixed(node: Node, firstConstant: number): boolean {
  if (node.is("input")) return node.attributes.index >= firstConstant;
  return !node.is("random") && !node.is("scan");
}

/**
 * What the gradient of a loop needs of every iteration: the carries before it, and the products that
 * would take longer to compute again than to keep.
 */
export const residualsOf = (body: SubGraph, carries: number, firstConstant: number): Node[] => [
  ...body.inputs.slice(0, carries),
  ...findProducts(body, firstConstant).products.map(({ node }) => node),
];

/** a B with its gradient, where the value is known already. */
export const knownProduct = (value: Node, operands: readonly Node[], tracked: boolean): Node =>
  new Node("custom", [value, ...operands], { name: "matmul", backward: productGradients }, tracked);

function productGradients(gradient: Node, { inputs }: Node<"custom">): Node[] {
  const [, a, b] = inputs as [Node, Node, Node];
  return [matmul(gradient, transpose(b)), matmul(transpose(a), gradient)];
}

/** A product a B of which the gradient is known, in each iteration. */
export interface DifferentiatedProduct {
  readonly left: Node;
  readonly right: Node;
  readonly gradient: Node;
}

/**
 * The gradients of constants of a loop that enter its body through the right operands of products
 * alone. With products p[t] = a[t] B and G[t] = dL/dp[t],
 *
 *     dL/dB = sum over t of a[t]^T G[t]
 *
 * is one product of all iterations, whose rows stand one below the other. What the body does to make
 * B of the constants is differentiated, and brought outside.
 *
 * @param constants what the body knows them as
 * @param stackOf the values of a node of the body in all iterations
 * @param outside what stands outside for the body's inputs
 */
export function exclusiveGradients(
  products: readonly DifferentiatedProduct[],
  constants: readonly Node[],
  stackOf: (node: Node) => Node,
  outside: ReadonlyMap<Node, Node>,
): Node[] {
  const sums = products.map(({ left, gradient }) =>
    matmul(transpose(allRows(stackOf(left))), allRows(stackOf(gradient))),
  );
  const rights = products.map(({ right }) => right);
  const known = sums.map((each): [Node, Node] => [each, each]);
  return substitute(pullBack(rights, sums, constants), new Map([...outside, ...known]));
}

/** (T, ..., m, n) to (..., T m, n). */
function allRows(x: Node): Node {
  const rank = x.shape.length;
  const batch = Array.from({ length: rank - 3 }, (_, axis) => axis + 1);
  const rows = permute(x, [...batch, 0, rank - 2, rank - 1]);
  const [length, m, n] = rows.shape.slice(rank - 3) as [number, number, number];
  return reshape(rows, [...rows.shape.slice(0, rank - 3), length * m, n]);
}
