import { describe, expect, it } from "vitest";
import { gradients } from "../../src/gradient/index.js";
import {
  add,
  binary,
  cast,
  constant,
  constantLike,
  multiply,
  reshape,
  sum,
  unary,
} from "../../src/graph/build.js";
import { makeNode, type Node, withoutTracking } from "../../src/graph/index.js";
import { evaluate, loop, value, variable, vector } from "./harness.js";

const total = (x: Node): Node =>
  sum(
    x,
    x.shape.map((_, axis) => axis),
  );

/** The gradients of sum(fn(inputs)). */
const slopes = (fn: (...inputs: Node[]) => Node, ...inputs: Node[]): number[][] =>
  evaluate(...gradients(total(fn(...inputs)), inputs));

describe("derivatives at kinks and poles, as in PyTorch", () => {
  it("relu: 0 at 0, and NaN passes", () => {
    expect(slopes((x) => unary("relu", x), variable(-1, -0, 0, 2, Number.NaN))).toEqual([
      [0, 0, 0, 1, 1],
    ]);
  });

  it("absolute: 0 at 0", () => {
    expect(slopes((x) => unary("absolute", x), variable(-2, 0, 3))).toEqual([[-1, 0, 1]]);
  });

  it("sqrt: infinite at 0", () => {
    expect(slopes((x) => unary("sqrt", x), variable(0, 4))).toEqual([[Infinity, 0.25]]);
  });

  it("maximum and minimum: ties share in halves", () => {
    const [a, b] = [variable(1, 2, 3), variable(2, 2, 2)];
    expect(slopes((x, y) => binary("maximum", x, y), a, b)).toEqual([
      [0, 0.5, 1],
      [1, 0.5, 0],
    ]);
    expect(slopes((x, y) => binary("minimum", x, y), a, b)).toEqual([
      [1, 0.5, 0],
      [0, 0.5, 1],
    ]);
  });

  it("reduceMax: evenly among ties", () => {
    const x = value("float64", [2, 3], [1, 5, 5, 7, 7, 7], true);
    expect(slopes((each) => makeNode("reduceMax", [each], { axes: [1] }), x)).toEqual([
      [0, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3],
    ]);
  });

  it("power: finite where the function is flat", () => {
    const power = (a: Node, b: Node) => binary("power", a, b);
    expect(slopes(power, variable(0, 0, 2, 0), variable(0, 2, 3, 1))).toEqual([
      [0, 0, 12, 1],
      [0, 0, 8 * Math.log(2), 0],
    ]);
  });

  it("power: a negative base has a slope where the exponent is not tracked", () => {
    expect(slopes((a) => binary("power", a, constantLike(2, a)), variable(-3))).toEqual([[-6]]);
  });
});

describe("the walk", () => {
  it("adds up all uses of a value", () => {
    expect(slopes((x) => add(multiply(x, x), add(x, x)), variable(1, 2))).toEqual([[4, 6]]);
  });

  it("gives the gradient of values in the middle as well as of leaves", () => {
    const x = variable(1, 2);
    const middle = multiply(x, x);
    const loss = total(multiply(middle, x));
    expect(evaluate(...gradients(loss, [middle, x]))).toEqual([
      [1, 2],
      [3, 12],
    ]);
  });

  it("gives zeros where nothing depends on the value", () => {
    const [x, y] = [variable(1), variable(1, 2)];
    expect(evaluate(...gradients(total(x), [y, x]))).toEqual([[0, 0], [1]]);
  });

  it("gives ones for the output itself, or the seed", () => {
    const x = variable(3);
    expect(evaluate(...gradients(x, [x]))).toEqual([[1]]);
    expect(evaluate(...gradients(x, [x], vector(5)))).toEqual([[5]]);
  });

  it("stops at detach and at integers", () => {
    const stopped = (x: Node) => multiply(x, makeNode("detach", [x], {}));
    expect(slopes(stopped, variable(3, 4))).toEqual([[3, 4]]);
    const counted = (x: Node) => multiply(x, cast(cast(x, "int32"), "float64"));
    expect(slopes(counted, variable(3.5, 4.5))).toEqual([[3, 4]]);
  });

  it("computes nothing for inputs that are not tracked", () => {
    const x = variable(2);
    const [gradient] = gradients(multiply(x, vector(7)), [x]);
    expect(gradient?.is("multiply")).toBe(true);
    expect(gradient?.inputs[1]?.is("value")).toBe(true);
  });

  it("keeps the dtype of each operand across casts", () => {
    const x = value("float32", [2], [1, 2], true);
    const [gradient] = gradients(total(cast(x, "float64")), [x]);
    expect(gradient?.dtype).toBe("float32");
  });

  it("differentiates graphs of any depth", () => {
    let y: Node = variable(1);
    const x = y;
    for (let i = 0; i < 20_000; i++) y = add(y, constantLike(1e-3, y));
    expect(evaluate(...gradients(y, [x]))).toEqual([[1]]);
  });

  it("differentiates a loop of length 0 as the identity on its carries", () => {
    const [x, k] = [variable(2, 3), variable(5, 7)];
    const [last] = loop({ carries: [x], constants: [k], length: 0 }, (c, factor) => [
      multiply(c, factor),
    ]) as [Node];
    expect(evaluate(...gradients(total(last), [x, k]))).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  it("draws the same random numbers again in the reverse loop", () => {
    const source = (number: number) => ({ read: () => number });
    const x = variable(1);
    const random = { shape: [1], seed: source(7), base: source(3), draw: 0 };
    const [, drawn] = loop({ carries: [x], length: 4 }, (c) => {
      const factor = cast(makeNode("random", [], random), "float64");
      return [multiply(c, factor), factor];
    }) as [Node, Node];
    const [last] = loop({ carries: [x], length: 4 }, (c) => [
      multiply(c, cast(makeNode("random", [], random), "float64")),
    ]) as [Node];
    const [factors, [slope]] = evaluate(drawn, ...gradients(last, [x])) as [number[], number[]];
    expect(new Set(factors).size).toBe(4);
    expect(slope).toBeCloseTo(
      factors.reduce((product, each) => product * each),
      15,
    );
  });

  it("keeps what a loop's body refused to track", () => {
    const x = variable(3);
    const [untracked] = loop({ carries: [x], length: 1 }, (c) => [
      multiply(
        c,
        withoutTracking(() => unary("exp", c)),
      ),
    ]) as [Node];
    expect(evaluate(...gradients(untracked, [x]))).toEqual([[Math.exp(3)]]);
    const [last] = loop({ carries: [x], length: 1 }, (c) => [
      multiply(c, makeNode("detach", [c], {})),
    ]) as [Node];
    expect(evaluate(...gradients(last, [x]))).toEqual([[3]]);
  });
});

describe("gradients that nobody will differentiate again", () => {
  it("are the same", () => {
    const [x, k] = [variable(2), variable(5)];
    const [last] = loop({ carries: [x], constants: [k], length: 3 }, (c, factor) => [
      multiply(c, factor),
    ]) as [Node];
    const found = withoutTracking(() => gradients(last, [x, k]));
    expect(found.some((gradient) => gradient.tracked)).toBe(false);
    expect(evaluate(...found)).toEqual([[125], [150]]);
  });
});

describe("errors", () => {
  const x = variable(1, 2);

  it("an output of several elements needs a seed", () => {
    expect(() => gradients(x, [x])).toThrow(
      "gradients: received an output of shape (2,), expected a single element; reduce it with " +
        ".sum() or .mean() first.",
    );
  });

  it("a seed fits its output", () => {
    expect(() => gradients(x, [x], vector(1))).toThrow(
      "gradients: received a seed of float64 (1,) for an output of float64 (2,)",
    );
    expect(() => gradients(x, [x], constant(1, [2], "float32"))).toThrow("a seed of float32 (2,)");
  });

  it("outputs and variables are floating, and variables are tracked", () => {
    const count = cast(x, "int32");
    expect(() => gradients(total(count), [x])).toThrow("an output of dtype int32");
    expect(() => gradients(total(x), [x, count])).toThrow("received an int32 tensor at position 1");
    expect(() => gradients(total(x), [vector(1)])).toThrow(
      "received an untracked tensor at position 0, expected a floating one that requires a gradient",
    );
  });

  const custom = (
    backward: (gradient: Node) => readonly (Node | null)[],
    ...inputs: readonly Node[]
  ): Node => makeNode("custom", [total(x), ...inputs], { name: "double", backward });

  it("a custom operation returns one gradient an argument", () => {
    expect(() =>
      gradients(
        custom((g) => [g, g], x),
        [x],
      ),
    ).toThrow(
      "double: backward returned 2 gradients, expected 1, one for each argument; return null for " +
        "an argument without one.",
    );
  });

  it("a custom operation returns gradients of the arguments' shape and dtype", () => {
    expect(() =>
      gradients(
        custom((g) => [reshape(g, [1])], x),
        [x],
      ),
    ).toThrow(
      "double: backward returned a gradient of shape (1,) for argument 0, expected the " +
        "argument's shape (2,); sum over the axes that forward broadcast.",
    );
    expect(() =>
      gradients(
        custom(() => [constant(0, [2], "float32")], x),
        [x],
      ),
    ).toThrow(
      'double: backward returned a gradient of dtype float32 for argument 0, expected float64; convert with .cast("float64").',
    );
    const labels = value("int32", [2], [0, 1]);
    expect(() =>
      gradients(
        custom((g) => [null, g], x, labels),
        [x],
      ),
    ).toThrow("double: backward returned a gradient for argument 1, which is int32, expected null");
  });

  it("a custom operation may leave arguments without a gradient", () => {
    expect(
      evaluate(
        ...gradients(
          custom(() => [null], x),
          [x],
        ),
      ),
    ).toEqual([[0, 0]]);
  });
});
