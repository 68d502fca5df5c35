import { isFloating, sameShape } from "../array/index.js";
import {
  add,
  constant,
  constantLike,
  multiply,
  permute,
  reshape,
  transpose,
} from "../graph/build.js";
import {
  type Attributes,
  type Graph,
  isElementwise,
  isLeaf,
  makeNode,
  type Node,
  type Primitive,
  rootsOf,
  type ScalarSource,
  type SubGraph,
  topologicalOrder,
} from "../graph/index.js";

// Removes what computes nothing, folds constants, and keeps one of equal nodes. Every rewrite is
// exact: the result has the same bits, NaN, infinities and signed zeros included.

type Rewrite<P extends Primitive> = (node: Node<P>) => Node | null;

const input = (node: Node, index = 0): Node => node.inputs[index] as Node;

const constantValue = (node: Node): number | null =>
  node.is("constant") ? node.attributes.value : null;

const isConstant = (node: Node, value: number): boolean =>
  node.is("constant") && Object.is(node.attributes.value, value);

const ofShape = (node: Node, shape: readonly number[]): Node | null => {
  const value = constantValue(input(node));
  return value === null ? null : constant(value, shape, node.dtype);
};

const rules: { readonly [P in Primitive]?: Rewrite<P> } = {
  detach: (node) => input(node),
  custom: (node) => input(node),

  negate: (node) => {
    const x = input(node);
    if (x.is("negate")) return input(x);
    const value = constantValue(x);
    return value === null || x.dtype !== "float32" ? null : constant(-value, node.shape, x.dtype);
  },
  not: (node) => (input(node).is("not") ? input(input(node)) : null),
  cast: (node) => (input(node).dtype === node.dtype ? input(node) : null),

  // x + 0 would turn -0 into 0, so -0 is the neutral element.
  add: (node) =>
    isConstant(input(node, 1), -0)
      ? input(node)
      : isConstant(input(node), -0)
        ? input(node, 1)
        : fold(node, (a, b) => a + b),
  subtract: (node) => (isConstant(input(node, 1), 0) ? input(node) : fold(node, (a, b) => a - b)),
  multiply: (node) =>
    isConstant(input(node, 1), 1)
      ? input(node)
      : isConstant(input(node), 1)
        ? input(node, 1)
        : fold(node, (a, b) => a * b),
  divide: (node) => {
    const divisor = input(node, 1);
    if (isConstant(divisor, 1)) return input(node);
    const folded = fold(node, (a, b) => a / b);
    if (folded) return folded;
    const value = constantValue(divisor);
    return value !== null && isPowerOfTwo(value)
      ? multiply(input(node), constantLike(1 / value, divisor))
      : null;
  },
  // x^2 is not x * x: multiplying rounds once, and a power may be the neighbour of that.
  power: (node) => (isConstant(input(node, 1), 1) ? input(node) : null),
  sqrt: (node) => {
    const value = constantValue(input(node));
    return value === null ? null : folded(node, Math.sqrt(Math.fround(value)));
  },
  select: (node) => {
    if (input(node, 1) === input(node, 2)) return input(node, 1);
    const value = constantValue(input(node));
    if (value === null) return null;
    return value !== 0 ? input(node, 1) : input(node, 2);
  },

  reshape: (node) => {
    const x = input(node);
    if (sameShape(x.shape, node.shape)) return x;
    return x.is("reshape") ? reshape(input(x), node.shape) : ofShape(node, node.shape);
  },
  permute: (node) => {
    const x = input(node);
    const { order } = node.attributes;
    if (order.every((axis, position) => axis === position)) return x;
    if (!x.is("permute")) return ofShape(node, node.shape);
    const inner = x.attributes.order;
    return permute(
      input(x),
      order.map((axis) => inner[axis] as number),
    );
  },
  expand: (node) => {
    const x = input(node);
    if (sameShape(x.shape, node.shape)) return x;
    if (x.is("expand")) return makeNode("expand", [input(x)], { shape: node.shape });
    return ofShape(node, node.shape);
  },
  slice: (node) => {
    const { start, step, shape } = node.attributes;
    const x = input(node);
    const whole =
      sameShape(x.shape, shape) && start.every((s) => s === 0) && step.every((s) => s > 0);
    return whole ? x : ofShape(node, shape);
  },
  pad: (node) => (sameShape(input(node).shape, node.shape) ? input(node) : null),

  // A sum starts from 0, so that the sum of -0 alone is 0.
  sum: (node) => {
    const x = input(node);
    const { axes } = node.attributes;
    if (!axes.every((axis) => x.shape[axis] === 1)) return null;
    const alone = reshape(x, node.shape);
    return isFloating(x.dtype) ? add(alone, constantLike(0, alone)) : alone;
  },
  reduceMax: (node) => {
    const x = input(node);
    const { axes } = node.attributes;
    return axes.every((axis) => x.shape[axis] === 1) ? reshape(x, node.shape) : null;
  },
  exp: (node) => (isConstant(input(node), 0) ? constant(1, node.shape, node.dtype) : null),
};

/** Whether multiplying by 1 / value rounds, and overflows, as dividing by it does. */
const isPowerOfTwo = (value: number): boolean => {
  const exponent = Math.round(Math.log2(Math.abs(value)));
  return Math.abs(exponent) <= 126 && 2 ** exponent === Math.abs(value);
};

/** float32 arithmetic on two constants: float64 holds enough digits to be rounded once more. */
function fold(node: Node, operation: (a: number, b: number) => number): Node | null {
  const a = constantValue(input(node));
  const b = constantValue(input(node, 1));
  return a === null || b === null ? null : folded(node, operation(Math.fround(a), Math.fround(b)));
}

/** `value` in place of a float32 node. A denormal is left to the device, which may flush it to 0. */
function folded(node: Node, value: number): Node | null {
  const rounded = Math.fround(value);
  const isDenormal = rounded !== 0 && Math.abs(rounded) < 2 ** -126;
  if (node.dtype !== "float32" || isDenormal) return null;
  return constant(rounded, node.shape, node.dtype);
}

function rewrite(node: Node): Node {
  for (let current = node; ; ) {
    const rule = rules[current.primitive] as Rewrite<Primitive> | undefined;
    const next = rule?.(current) ?? null;
    if (next === null || next === current) return current;
    current = next;
  }
}

/** Equal keys compute equal values. Random draws are told apart by their number. */
function keyOf(node: Node, numberOf: (source: ScalarSource) => number): string | null {
  if (node.is("constant")) {
    const { value } = node.attributes;
    return `c${Object.is(value, -0) ? "-0" : value}${node.dtype}${node.shape}`;
  }
  if (node.is("iota")) return `i${node.shape}`;
  if (node.is("scalar")) return `s${numberOf(node.attributes.source)}${node.dtype}`;
  if (isLeaf(node.primitive) || node.is("scan")) return null;
  let key: string = node.primitive;
  for (const { id } of node.inputs) key += `,${id}`;
  if (isElementwise(node.primitive)) return key + node.dtype;
  if (node.is("reshape") || node.is("expand")) return `${key}>${node.shape}`;
  return key + JSON.stringify(node.attributes);
}

/** Products that are only read transposed, as gradients of weights are. */
function onlyTransposed(order: readonly Node[], roots: readonly Node[]): Set<Node> {
  const found = new Set<Node>(order.filter((node) => node.is("matmul")));
  for (const root of roots) found.delete(root);
  for (const node of order) {
    if (swapsLastAxes(node)) continue;
    for (const each of node.inputs) if (each.is("matmul")) found.delete(each);
  }
  return found;
}

function swapsLastAxes(node: Node): boolean {
  if (!node.is("permute")) return false;
  const { order } = node.attributes;
  const rank = order.length;
  return order.every(
    (axis, position) => axis === (position < rank - 2 ? position : 2 * rank - 3 - position),
  );
}

class Simplifier {
  readonly #transposed: ReadonlySet<Node>;
  readonly #replaced = new Map<Node, Node>();
  readonly #numbers = new Map<ScalarSource, number>();
  readonly #byKey = new Map<string, Node>();

  constructor(order: readonly Node[], roots: readonly Node[]) {
    this.#transposed = onlyTransposed(order, roots);
    for (const node of order) this.visit(node);
  }

  readonly #numberOf = (source: ScalarSource): number => {
    const number = this.#numbers.get(source) ?? this.#numbers.size;
    this.#numbers.set(source, number);
    return number;
  };

  /** What stands for `node` from now on. */
  find = (node: Node): Node => this.#replaced.get(node) ?? node;

  visit(node: Node): void {
    const inputs = node.inputs.map(this.find);
    const changed = inputs.some((each, index) => each !== node.inputs[index]);
    let rebuilt = node;
    const [product] = node.inputs;
    if (product && this.#transposed.has(product) && swapsLastAxes(node)) {
      // (A B)^T = B^T A^T, with the same products added in the same order.
      const [a, b] = product.inputs.map(this.find) as [Node, Node];
      const find = (each: Node): Node => this.#reuse(rewrite(transpose(each)));
      rebuilt = makeNode("matmul", [find(b), find(a)], {});
    } else if (node.is("scan")) {
      const attributes = { ...node.attributes, body: simplifyBody(node.attributes.body) };
      rebuilt = makeNode("scan", inputs, attributes);
    } else if (changed) {
      rebuilt = makeNode(node.primitive, inputs, node.attributes as Attributes[Primitive]);
    }
    this.#replaced.set(node, this.#reuse(rewrite(rebuilt)));
  }

  /** The node that computes the same as `node`, if there is one already. */
  #reuse(node: Node): Node {
    const key = keyOf(node, this.#numberOf);
    if (key === null) return node;
    const known = this.#byKey.get(key);
    if (!known) this.#byKey.set(key, node);
    return known ?? node;
  }
}

function simplifyBody(body: SubGraph): SubGraph {
  const simplifier = new Simplifier(topologicalOrder(body.outputs), body.outputs);
  return { inputs: body.inputs, outputs: body.outputs.map(simplifier.find) };
}

/** A simplified graph, and what stands in it for a node of the given one. */
export interface Simplification {
  readonly graph: Graph;
  readonly find: (node: Node) => Node;
}

export function simplification(graph: Graph): Simplification {
  const roots = rootsOf(graph);
  const simplifier = new Simplifier(topologicalOrder(roots), roots);
  const { find } = simplifier;
  const simplified = {
    inputs: graph.inputs,
    outputs: graph.outputs.map(find),
    updates: graph.updates.map(({ state, value }) => ({ state, value: find(value) })),
    checks: graph.checks.map(({ node, label }) => ({ node: find(node), label })),
  };
  return { graph: simplified, find };
}

export const simplify = (graph: Graph): Graph => simplification(graph).graph;
