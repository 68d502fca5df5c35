import {
  add,
  binary,
  broadcastTo,
  cast,
  constant,
  fold,
  matmul,
  multiply,
  permute,
  reshape,
  scale,
  select,
  sum,
  unary,
} from "../../src/graph/build.js";
import { makeNode, type Node, type Primitive, type Windows } from "../../src/graph/index.js";
import { type Argument, argument, type Differentiable, integers, loop, value } from "./harness.js";

export interface Case {
  readonly fn: Differentiable;
  readonly inputs: readonly Argument[];
}

const of = (fn: Differentiable, ...inputs: Argument[]): Case => ({ fn, inputs });

const anywhere = argument([2, 3]);
const other = argument([2, 3]);
const positive = argument([2, 3], 0.3, 2);
const source = (number: number) => ({ read: () => number });
const less = (a: Node, b: Node): Node => binary("less", a, b);

const onOne = (primitive: Parameters<typeof unary>[0], input = anywhere): Case[] => [
  of((x) => unary(primitive, x), input),
];
const onTwo = (primitive: Parameters<typeof binary>[0], a = anywhere, b = other): Case[] => [
  of((x, y) => binary(primitive, x, y), a, b),
  of((x) => binary(primitive, x, x), a),
  of((x, y) => binary(primitive, x, broadcastTo(y, [2, 3])), a, {
    shape: [3],
    data: b.data.slice(0, 3),
  }),
  of(
    (x, y) => binary(primitive, broadcastTo(x, [2, 3]), y),
    { shape: [2, 1], data: a.data.slice(0, 2) },
    b,
  ),
];
/** A bool has no gradient, but decides which of two values passes. */
const decided = (condition: (a: Node, b: Node) => Node): Case[] => [
  of((a, b) => select(condition(a, b), multiply(a, b), unary("sin", b)), anywhere, other),
];
/** A leaf has no gradient, but is a factor of what has one. */
const factor = (leaf: () => Node): Case[] => [
  of((x) => multiply(x, broadcastTo(cast(leaf(), "float64"), [2, 3])), anywhere),
];

const slice = (x: Node, start: number[], step: number[], shape: number[]): Node =>
  makeNode("slice", [x], { start, step, shape });

const unfold = (x: Node, windows: Windows, size: number): Node =>
  makeNode("unfold", [x], { ...windows, size });

/** h := tanh(x U + h W + b), with h as the stacked output too. */
const recurrent =
  (reverse: boolean): Differentiable =>
  (h, x, u, w, b) => {
    const [last, all] = loop(
      { carries: [h], sequences: [x], constants: [u, w, b], length: 4, reverse },
      (state, input, inner, outer, bias) => {
        const mixed = add(matmul(input, inner), matmul(state, outer));
        const next = unary("tanh", add(mixed, broadcastTo(bias, [2, 3])));
        return [next, next];
      },
    ) as [Node, Node];
    return add(broadcastTo(scale(last, 0.5), [4, 2, 3]), all);
  };
const recurrentInputs = [[2, 3], [4, 2, 2], [2, 3], [3, 3], [3]].map((shape) => argument(shape));

const scans: Case[] = [
  { fn: recurrent(false), inputs: recurrentInputs },
  { fn: recurrent(true), inputs: recurrentInputs },
  // Several carries, one of them an integer and one that starts untracked; an unused output.
  of(
    (a, x, k) => {
      const [first, second, , used] = loop(
        {
          carries: [a, constant(1, [2], "float64"), constant(0, [], "int32")],
          sequences: [x],
          constants: [k],
          length: 3,
        },
        (p, q, count, each, factor) => {
          const step = broadcastTo(cast(add(count, constant(1, [], "int32")), "float64"), [2]);
          const next = add(multiply(p, factor), multiply(q, each));
          return [
            next,
            multiply(unary("sin", q), multiply(factor, step)),
            add(count, constant(1, [], "int32")),
            multiply(q, p),
            unary("exp", each),
          ];
        },
      ) as [Node, Node, Node, Node];
      return add(multiply(first, second), sum(used, [0]));
    },
    argument([2]),
    argument([3, 2]),
    argument([2]),
  ),
  // A loop in a loop: the inner one runs over a constant of the outer one.
  of(
    (c, x, k) => {
      const [last] = loop(
        { carries: [c], sequences: [x], constants: [k], length: 2 },
        (state, rows, factor) => {
          const [inner, all] = loop(
            { carries: [state], sequences: [rows], constants: [factor], length: 3, reverse: true },
            (s, row, f) => {
              const next = unary("sin", add(multiply(s, f), row));
              return [next, multiply(next, row)];
            },
          ) as [Node, Node];
          return [add(inner, sum(all, [0]))];
        },
      ) as [Node];
      return last;
    },
    argument([2]),
    argument([2, 3, 2]),
    argument([2]),
  ),
  // The carries are stacked outputs already, and the next carry is a plain input.
  of(
    (c, x) => {
      const [last, before] = loop({ carries: [c], sequences: [x], length: 3 }, (state, each) => [
        each,
        state,
      ]) as [Node, Node];
      return add(broadcastTo(unary("exp", last), [3, 2]), unary("sin", before));
    },
    argument([2]),
    argument([3, 2]),
  ),
];

/** Gradient checks for every primitive. */
export const cases: { readonly [P in Primitive]: readonly Case[] } = {
  input: [of((x) => x, anywhere)],
  value: factor(() => value("float64", [3], [1, 2, 3])),
  state: factor(() => {
    const storage = { storage: value("float64", [3], [3, 1, 2]) };
    const leaf = storage.storage;
    if (!leaf.is("value")) throw new Error("a value is a value");
    const cell = {
      name: "w",
      shape: [3],
      dtype: "float64",
      storage: leaf.attributes.storage,
    } as const;
    return makeNode("state", [], { cell });
  }),
  scalar: factor(() => makeNode("scalar", [], { source: source(2.5), dtype: "float64" })),
  constant: factor(() => constant(3, [3], "float64")),
  iota: factor(() => makeNode("iota", [], { length: 3 })),
  random: factor(() =>
    makeNode("random", [], { shape: [3], seed: source(42), base: source(0), draw: 1 }),
  ),

  negate: onOne("negate"),
  absolute: onOne("absolute"),
  sign: onOne("sign"),
  exp: onOne("exp"),
  log: onOne("log", positive),
  log1p: onOne("log1p", positive),
  sqrt: onOne("sqrt", positive),
  sin: onOne("sin"),
  cos: onOne("cos"),
  tanh: onOne("tanh"),
  sigmoid: onOne("sigmoid"),
  erf: onOne("erf"),
  floor: onOne("floor"),
  relu: onOne("relu"),
  not: decided((a, b) => unary("not", less(a, b))),
  cast: [of((x) => cast(cast(x, "float32"), "float64"), anywhere)],

  add: onTwo("add"),
  subtract: onTwo("subtract"),
  multiply: onTwo("multiply"),
  divide: onTwo("divide", anywhere, positive),
  power: onTwo("power", positive, argument([2, 3], 0.5, 3)),
  // The second case has ties everywhere: half and half is the whole.
  maximum: onTwo("maximum"),
  minimum: onTwo("minimum"),
  remainder: onTwo("remainder", argument([2, 3], 3, 9), positive).filter((_, index) => index !== 1),
  equal: decided((a, b) => binary("equal", a, b)),
  less: decided(less),
  lessEqual: decided((a, b) => binary("lessEqual", a, b)),
  and: decided((a, b) => binary("and", less(a, b), less(b, constant(0, [2, 3], "float64")))),
  or: decided((a, b) => binary("or", less(a, b), less(b, constant(0, [2, 3], "float64")))),
  select: decided(less),

  reshape: [of((x) => reshape(x, [3, 1, 2]), anywhere)],
  permute: [
    of((x) => permute(x, [1, 0]), anywhere),
    of((x) => permute(x, [2, 0, 3, 1]), argument([2, 3, 1, 2])),
  ],
  expand: [
    of((x) => makeNode("expand", [x], { shape: [2, 3, 4] }), argument([2, 1, 4])),
    of((x) => broadcastTo(x, [2, 3]), argument([])),
  ],
  slice: [
    of((x) => slice(x, [1, 0], [1, 2], [1, 2]), anywhere),
    of((x) => slice(x, [6, 3], [-3, -1], [3, 2]), argument([8, 4])),
    of((x) => slice(x, [1], [3], [3]), argument([9])),
    of((x) => slice(x, [4], [-7], [1]), argument([5])),
    of((x) => slice(x, [2], [1], [0]), argument([3])),
  ],
  unfold: [
    of((x) => unfold(x, { axis: 0, step: 1, dilation: 1 }, 3), argument([5, 2])),
    of((x) => unfold(x, { axis: 1, step: 2, dilation: 2 }, 2), argument([2, 7])),
    of((x) => unfold(x, { axis: 0, step: 2, dilation: 1 }, 2), argument([6])),
  ],
  fold: [
    of((x) => fold(x, { axis: 0, step: 1, dilation: 1 }, 5), argument([3, 2, 3])),
    of((x) => fold(x, { axis: 1, step: 2, dilation: 2 }, 8), argument([2, 3, 2])),
    of((x) => fold(x, { axis: 0, step: 2, dilation: 1 }, 7), argument([3, 2, 2])),
    of((x) => fold(x, { axis: 0, step: 1, dilation: 3 }, 8), argument([3, 2])),
  ],
  pad: [of((x) => makeNode("pad", [x], { before: [1, 0], after: [2, 1] }), anywhere)],
  concatenate: [
    of((a, b) => makeNode("concatenate", [a, b, a], { axis: 1 }), anywhere, argument([2, 1])),
  ],

  sum: [of((x) => sum(x, [0]), anywhere), of((x) => sum(x, [0, 2]), argument([2, 3, 2]))],
  reduceMax: [
    of((x) => makeNode("reduceMax", [x], { axes: [1] }), anywhere),
    of((x) => makeNode("reduceMax", [x], { axes: [0, 2] }), argument([2, 3, 2])),
  ],
  argmax: [
    of((x) => {
      const position = cast(makeNode("argmax", [x], { axes: [1] }), "float64");
      return multiply(sum(x, [1]), position);
    }, anywhere),
  ],

  matmul: [
    of(matmul, argument([2, 3]), argument([3, 4])),
    of(matmul, argument([2, 1, 3]), argument([2, 3, 2])),
    of((x) => matmul(x, x), argument([3, 3])),
  ],

  gather: [
    of((x) => makeNode("gather", [x, integers(2, 0, 2)], { axis: 1 }), argument([2, 3, 2])),
    of((x) => makeNode("gather", [x, value("int32", [2, 2], [1, 0, 1, 1])], { axis: 0 }), anywhere),
  ],
  scatterAdd: [
    of(
      (x) => makeNode("scatterAdd", [integers(2, 0, 2), x], { axis: 1, size: 4 }),
      argument([2, 3, 2]),
    ),
  ],
  gatherElements: [
    of(
      (x) => makeNode("gatherElements", [x, value("int32", [2, 2], [1, 0, 2, 2])], { axis: 1 }),
      anywhere,
    ),
  ],
  scatterElements: [
    of((x) => {
      const indices = value("int32", [2, 3], [1, 0, 1, 0, 0, 3]);
      return makeNode("scatterElements", [indices, x], { axis: 1, size: 4 });
    }, anywhere),
  ],

  // Nothing flows through a detach; where nothing should, differences agree.
  detach: [of((x) => multiply(x, unary("sign", makeNode("detach", [x], {}))), anywhere)],
  // a sin(a) b, written by hand.
  custom: [
    of(
      (a, b) => {
        const result = multiply(multiply(a, unary("sin", a)), b);
        return makeNode("custom", [result, a, b], {
          name: "wave",
          backward: (gradient, node) => {
            const [, x, y] = node.inputs as [Node, Node, Node];
            const slope = add(unary("sin", x), multiply(x, unary("cos", x)));
            return [
              multiply(gradient, multiply(slope, y)),
              multiply(gradient, multiply(x, unary("sin", x))),
            ];
          },
        });
      },
      anywhere,
      other,
    ),
  ],

  scan: scans,
  result: scans,
};
