import { describe, expect, it } from "vitest";
import { compileGraph } from "../../src/compile/index.js";
import { findProducts } from "../../src/gradient/products.js";
import { add, broadcastTo, matmul, multiply, transpose, unary } from "../../src/graph/build.js";
import { inventoryOf, type Node } from "../../src/graph/index.js";
import type { Instruction } from "../../src/program/index.js";
import { captureFunction } from "../../src/tensor/captured.js";
import {
  gradients,
  noGradient,
  ones,
  Parameter,
  randn,
  scan,
  type Tensor,
} from "../../src/tensor/index.js";
import {
  argument,
  checkGradients,
  checkSecondGradients,
  type Differentiable,
  leaves,
  loop,
} from "./harness.js";

type Body = (state: Node, slice: Node, ...constants: Node[]) => Node;

const tanh = (x: Node): Node => unary("tanh", x);

/** The states of a loop over x that starts from h. */
const states =
  (body: Body): Differentiable =>
  (h, x, ...constants) => {
    const [, all] = loop(
      { carries: [h], sequences: [x], constants, length: x.shape[0] as number },
      (state, slice, ...inner) => {
        const next = body(state, slice, ...inner);
        return [next, next];
      },
    ) as [Node, Node];
    return all;
  };

const inputs = [argument([2, 3]), argument([4, 2, 3]), argument([3, 3])];

/** Bodies with a weight, and whether the weight enters through right operands alone. */
const bodies: [string, boolean, Body][] = [
  ["a weight", true, (h, x, w) => tanh(add(x, matmul(h, w)))],
  ["a transposed weight", true, (h, x, w) => tanh(add(x, matmul(h, transpose(w))))],
  ["a function of a weight", true, (h, x, w) => tanh(add(x, matmul(h, multiply(w, tanh(w)))))],
  ["a product of the weight alone", true, (h, x, w) => tanh(add(x, matmul(h, matmul(w, w))))],
  ["two products in a row", true, (h, x, w) => tanh(matmul(tanh(add(matmul(x, w), h)), w))],
  ["a weight on the left", false, (h, x, w) => tanh(add(x, transpose(matmul(w, transpose(h)))))],
  [
    "a weight in an operand that changes",
    false,
    (h, x, w) => tanh(matmul(h, add(w, matmul(transpose(x), x)))),
  ],
  [
    "a weight that is not only multiplied by",
    false,
    (h, x, w) => tanh(matmul(add(x, matmul(h, w)), tanh(matmul(w, matmul(transpose(h), x))))),
  ],
];

describe("products in a loop's body", () => {
  it.each(bodies)("%s: gradients, first and second", (_, __, body) => {
    checkGradients(states(body), inputs);
    checkSecondGradients(states(body), inputs);
  });

  it.each(bodies)("%s: enters through right operands alone: %s", (_, isExclusive, body) => {
    const [node] = states(body)(...leaves(inputs)).inputs as [Node<"scan">];
    expect(findProducts(node.attributes.body, 2).exclusive.has(2)).toBe(isExclusive);
  });

  it("may be batches of products", () => {
    const body: Body = (h, x, w) => tanh(add(x, matmul(h, w)));
    const batches = [argument([2, 2, 3]), argument([3, 2, 2, 3]), argument([2, 3, 3])];
    checkGradients(states(body), batches);
    checkSecondGradients(states(body), batches);
  });

  it("may share a right operand with a constant that is used otherwise", () => {
    const body: Body = (h, x, w, v) =>
      tanh(add(multiply(x, matmul(h, v)), matmul(x, multiply(w, v))));
    checkGradients(
      states((h, x, w, v) => body(h, x, add(w, v), v)),
      [...inputs, argument([3, 3])],
    );
    checkGradients(states(body), [...inputs, argument([3, 3])]);
  });

  it("may be the outputs, beside a carry that is a slice", () => {
    checkGradients((h, x, w) => {
      const [last, all] = loop(
        { carries: [h], sequences: [x], constants: [w], length: 4 },
        (state, slice, weight) => [slice, matmul(state, weight)],
      ) as [Node, Node];
      return add(all, broadcastTo(last, all.shape));
    }, inputs);
  });
});

describe("products in a scan of tensors", () => {
  /** The final state over a sequence of `length` steps, with h U in `multiply`. */
  const final = (length: number, u: Tensor, multiply = (h: Tensor) => h.matmul(u)): Tensor => {
    const { carries } = scan(
      ([h], [x]) => ({
        carries: [
          multiply(h as Tensor)
            .add(x as Tensor)
            .tanh(),
        ],
        outputs: [],
      }),
      { carries: [ones([2, 3])], sequences: [ones([length, 2, 3]).mul(0.25)] },
    );
    return carries[0] as Tensor;
  };
  const gradientOf = (loss: Tensor, u: Parameter): number[] => [
    ...(gradients(loss.square().sum(), [u])[0] as Tensor).dataSync(),
  ];

  it("are computed once forwards and once backwards, and the weight's after the loop", () => {
    const u = new Parameter(randn([3, 3]));
    const { graph } = captureFunction(() => gradients(final(4, u).sum(), [u]), [], false);
    const kindsOf = (list: readonly Instruction[]): string[] =>
      list.flatMap((each) => (each.kind === "repeat" ? [`(${kindsOf(each.body)})`] : [each.kind]));
    const kinds = kindsOf(compileGraph(graph, inventoryOf(graph)).compute);
    const products = (text: string): number => text.split("matmul").length - 1;
    expect(kinds.filter((kind) => kind.startsWith("(")).map(products)).toEqual([1, 1]);
    expect(kinds.slice(kinds.findLastIndex((kind) => kind.startsWith("(")))).toContain("matmul");
  });

  it("let no gradient through that noGradient stops", () => {
    const u = new Parameter(randn([3, 3]));
    const stopped = (h: Tensor): Tensor => h.matmul(u).add(noGradient(() => h.matmul(u)));
    let h: Tensor = ones([2, 3]);
    for (let t = 0; t < 3; t++) h = stopped(h).add(0.25).tanh();
    const expected = gradientOf(h, u);
    gradientOf(final(3, u, stopped), u).forEach((each, index) => {
      expect(each).toBeCloseTo(expected[index] as number, 5);
    });
  });

  it("have a gradient of 0 where no iteration runs", () => {
    const u = new Parameter(randn([3, 3]));
    expect(gradientOf(final(0, u), u)).toEqual(new Array(9).fill(0));
  });
});
