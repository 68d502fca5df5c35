import { isFloating, type Shape, sameShape } from "../array/index.js";
import {
  add,
  binary,
  cast,
  constantLike,
  divide,
  fold,
  matmul,
  multiply,
  permute,
  reshape,
  restoreAxes,
  scale,
  select,
  subtract,
  sum,
  sumTo,
  transpose,
  unary,
  zerosLike,
} from "../graph/build.js";
import { makeNode, type Node, type Primitive } from "../graph/index.js";
import { customGradients } from "./custom.js";
import { sliceGradient } from "./slice.js";

/** Loops are left out: a scan has several results, so `scanGradients` takes all their gradients. */
type Ruled = Exclude<Primitive, "scan" | "result">;

/**
 * The chain rule of one primitive: from the gradient of a node's value to the gradient of each
 * input, `null` where there is none or where the input is not tracked. Rules emit primitives, so
 * that what they give can be differentiated again.
 *
 * In the comments g is the gradient, y the node's value and a, b, x its inputs. Where a function
 * has a kink, the conventions are PyTorch's.
 */
type GradientRule<P extends Ruled> = (
  gradient: Node,
  node: Node<P>,
  inputs: readonly Node[],
) => readonly (Node | null)[];

const none = (): readonly null[] => [];

const ifTracked = (input: Node, gradient: () => Node): Node | null =>
  input.tracked && isFloating(input.dtype) ? gradient() : null;

const ofOne =
  <P extends Ruled>(derivative: (gradient: Node, x: Node, y: Node<P>) => Node): GradientRule<P> =>
  (gradient, y, inputs) => {
    const [x] = inputs as [Node];
    return [ifTracked(x, () => derivative(gradient, x, y))];
  };

type PartialDerivative = (gradient: Node, a: Node, b: Node, y: Node) => Node;

const ofTwo =
  (left: PartialDerivative, right: PartialDerivative) =>
  (gradient: Node, node: Node, inputs: readonly Node[]): (Node | null)[] => {
    const [a, b] = inputs as [Node, Node];
    return [
      ifTracked(a, () => left(gradient, a, b, node)),
      ifTracked(b, () => right(gradient, a, b, node)),
    ];
  };

const negate = (x: Node): Node => unary("negate", x);

/** 1 - x. */
const oneMinus = (x: Node): Node => subtract(constantLike(1, x), x);

/** g where `wins` does not lose against `other`: all of it, or half if they are equal. */
function shareOfWinner(gradient: Node, wins: Node, other: Node, loses: Node): Node {
  const half = select(binary("equal", wins, other), scale(gradient, 0.5), gradient);
  return select(loses, zerosLike(gradient), half);
}

/** The block of `shape` at `start`. */
const cut = (x: Node, start: readonly number[], shape: Shape): Node =>
  makeNode("slice", [x], { start, step: shape.map(() => 1), shape });

const less = (a: Node, b: Node): Node => binary("less", a, b);

const rules: { readonly [P in Ruled]: GradientRule<P> } = {
  input: none,
  value: none,
  state: none,
  scalar: none,
  constant: none,
  iota: none,
  random: none,

  negate: ofOne((g) => negate(g)),
  absolute: ofOne((g, x) => multiply(g, unary("sign", x))),
  sign: none,
  exp: ofOne((g, _, y) => multiply(g, y)),
  log: ofOne((g, x) => divide(g, x)),
  log1p: ofOne((g, x) => divide(g, add(x, constantLike(1, x)))),
  sqrt: ofOne((g, _, y) => divide(g, scale(y, 2))),
  sin: ofOne((g, x) => multiply(g, unary("cos", x))),
  cos: ofOne((g, x) => negate(multiply(g, unary("sin", x)))),
  tanh: ofOne((g, _, y) => multiply(g, oneMinus(multiply(y, y)))),
  sigmoid: ofOne((g, _, y) => multiply(g, multiply(y, oneMinus(y)))),
  // erf'(x) = 2 / sqrt(pi) * exp(-x^2)
  erf: ofOne((g, x) =>
    multiply(g, scale(unary("exp", negate(multiply(x, x))), 2 / Math.sqrt(Math.PI))),
  ),
  floor: none,
  // NaN is not <= 0, so that it passes.
  relu: ofOne((g, _, y) => select(binary("lessEqual", y, zerosLike(y)), zerosLike(g), g)),
  not: none,
  cast: ofOne((g, x) => cast(g, x.dtype)),

  add: ofTwo(
    (g) => g,
    (g) => g,
  ),
  subtract: ofTwo(
    (g) => g,
    (g) => negate(g),
  ),
  multiply: ofTwo(
    (g, _, b) => multiply(g, b),
    (g, a) => multiply(g, a),
  ),
  // d(a/b)/db = -(a/b)/b
  divide: ofTwo(
    (g, _, b) => divide(g, b),
    (g, _, b, y) => negate(multiply(g, divide(y, b))),
  ),
  power: ofTwo(
    // b a^(b-1), which is 0 for b = 0 even where a^(b-1) is infinite.
    (g, a, b) => {
      const slope = multiply(b, binary("power", a, subtract(b, constantLike(1, b))));
      return select(binary("equal", b, zerosLike(b)), zerosLike(g), multiply(g, slope));
    },
    // a^b log(a), which is 0 for a = 0 as long as a^b is finite.
    (g, a, b, y) => {
      const zero = zerosLike(a);
      const flat = binary("and", binary("equal", a, zero), binary("lessEqual", zero, b));
      return select(flat, zero, multiply(g, multiply(y, unary("log", a))));
    },
  ),
  maximum: ofTwo(
    (g, a, b) => shareOfWinner(g, a, b, less(a, b)),
    (g, a, b) => shareOfWinner(g, b, a, less(b, a)),
  ),
  minimum: ofTwo(
    (g, a, b) => shareOfWinner(g, a, b, less(b, a)),
    (g, a, b) => shareOfWinner(g, b, a, less(a, b)),
  ),
  // y = a - floor(a/b) b
  remainder: ofTwo(
    (g) => g,
    (g, a, b) => negate(multiply(g, unary("floor", divide(a, b)))),
  ),
  equal: none,
  less: none,
  lessEqual: none,
  and: none,
  or: none,

  select: (g, _, inputs) => {
    const [condition, a, b] = inputs as [Node, Node, Node];
    return [
      null,
      ifTracked(a, () => select(condition, g, zerosLike(g))),
      ifTracked(b, () => select(condition, zerosLike(g), g)),
    ];
  },

  reshape: ofOne((g, x) => reshape(g, x.shape)),
  permute: ofOne((g, _, { attributes: { order } }) =>
    permute(
      g,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ),
  expand: ofOne((g, x) => sumTo(g, x.shape)),
  slice: ofOne((g, x, y) => sliceGradient(g, y, x.shape)),
  unfold: ofOne((g, x, { attributes }) => fold(g, attributes, x.shape[attributes.axis] as number)),
  fold: ofOne((g, x, { attributes: { axis, step, dilation } }) => {
    const size = x.shape.at(-1) as number;
    const windows = makeNode("unfold", [g], { axis, step, dilation, size });
    const start = x.shape.map(() => 0);
    // Behind the last window that was folded there may be room for more.
    return sameShape(windows.shape, x.shape) ? windows : cut(windows, start, x.shape);
  }),
  pad: ofOne((g, x, { attributes: { before } }) => cut(g, before, x.shape)),
  concatenate: (g, { attributes: { axis } }, inputs) => {
    let end = 0;
    return inputs.map((part) => {
      const first = end;
      end += part.shape[axis] as number;
      const start = part.shape.map((_, each) => (each === axis ? first : 0));
      return ifTracked(part, () => cut(g, start, part.shape));
    });
  },

  sum: ofOne((g, x, { attributes: { axes } }) => restoreAxes(g, axes, x.shape)),
  // Evenly among those that equal the largest.
  reduceMax: ofOne((g, x, y) => {
    const { axes } = y.attributes;
    const largest = cast(binary("equal", x, restoreAxes(y, axes, x.shape)), x.dtype);
    return multiply(largest, restoreAxes(divide(g, sum(largest, axes)), axes, x.shape));
  }),
  argmax: none,

  matmul: ofTwo(
    (g, _, b) => matmul(g, transpose(b)),
    (g, a) => matmul(transpose(a), g),
  ),

  // An index out of range is the mistake of who gave it, whichever of the two meets it first.
  gather: (g, { attributes: { axis, label = "gradient of take" } }, inputs) => {
    const [x, indices] = inputs as [Node, Node];
    const size = x.shape[axis] as number;
    return [ifTracked(x, () => makeNode("scatterAdd", [indices, g], { axis, size, label }))];
  },
  scatterAdd: (g, { attributes: { axis } }, inputs) => {
    const [indices, updates] = inputs as [Node, Node];
    return [null, ifTracked(updates, () => makeNode("gather", [g, indices], { axis }))];
  },
  gatherElements: (g, { attributes: { axis, label = "gradient of takeAlong" } }, inputs) => {
    const [x, indices] = inputs as [Node, Node];
    const size = x.shape[axis] as number;
    return [ifTracked(x, () => makeNode("scatterElements", [indices, g], { axis, size, label }))];
  },
  scatterElements: (g, { attributes: { axis } }, inputs) => {
    const [indices, updates] = inputs as [Node, Node];
    return [null, ifTracked(updates, () => makeNode("gatherElements", [g, indices], { axis }))];
  },

  detach: none,
  custom: customGradients,
};

export const hasRule = (node: Node): node is Node<Ruled> => node.primitive in rules;

/** The gradient of each input of `node`; missing or `null` where there is none. */
export const differentiate = <P extends Ruled>(
  node: Node<P>,
  gradient: Node,
): readonly (Node | null)[] => rules[node.primitive](gradient, node, node.inputs);
