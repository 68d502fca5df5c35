import { describe, expect, test } from "vitest";
import { clipGradientNorm, clipGradientValue, SGD } from "../../src/optim/index.js";
import { compile, full, Parameter, RunTimeScalar, tensor } from "../../src/tensor/index.js";

const values = (state: { dataSync(): ArrayLike<number> }): number[] => Array.from(state.dataSync());

/** Two parameters whose gradients after a backward are (3, 0) and ((-4)). */
function withGradients(): [Parameter, Parameter] {
  const a = new Parameter(tensor([1, 1]), "a");
  const b = new Parameter(tensor([[1]]), "b");
  a.mul(tensor([3, 0]))
    .sum()
    .sub(b.mul(4).sum())
    .backward();
  return [a, b];
}

const gradients = (parameters: readonly Parameter[]): number[] =>
  parameters.flatMap(({ grad }) => (grad ? values(grad) : []));

function expectNear(received: readonly number[], expected: readonly number[]): void {
  expect(received.length).toBe(expected.length);
  received.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] as number, 5);
  });
}

describe("clipGradientNorm", () => {
  test("scales all gradients by one factor, and returns the norm before", () => {
    const parameters = withGradients();
    expect(clipGradientNorm(parameters, 1).itemSync()).toBeCloseTo(5, 5);
    expectNear(gradients(parameters), [0.6, 0, -0.8]);
  });

  test("leaves gradients of a smaller norm as they are", () => {
    const parameters = withGradients();
    clipGradientNorm(parameters, 5.1);
    expect(gradients(parameters)).toEqual([3, 0, -4]);
  });

  test("limits the largest element with norm Infinity", () => {
    const parameters = withGradients();
    const norm = { norm: Number.POSITIVE_INFINITY };
    expect(clipGradientNorm(parameters, 2, norm).itemSync()).toBe(4);
    expectNear(gradients(parameters), [1.5, 0, -2]);
  });

  test.each([1e-10, 1, 1e20, 1e30])("keeps the direction at scale %d", (scale) => {
    const w = new Parameter(tensor([0, 0]));
    w.grad = tensor([3 * scale, 4 * scale]);
    const norm = clipGradientNorm([w], 1e-3 * Math.min(scale, 1)).itemSync();
    expect(norm / (5 * scale)).toBeCloseTo(1, 5);
    const [x, y] = gradients([w]) as [number, number];
    expect(y / x).toBeCloseTo(4 / 3, 5);
    expect(x).toBeGreaterThan(0);
  });

  test("gradients of nothing but zeros stay zeros", () => {
    const w = new Parameter(tensor([1, 2]));
    w.mul(0).sum().backward();
    expect(clipGradientNorm([w], 1).itemSync()).toBe(0);
    expect(gradients([w])).toEqual([0, 0]);
  });

  test("passes over parameters that are frozen or have no gradient", () => {
    const [a, b] = withGradients();
    const unused = new Parameter(tensor([1]));
    b.requiresGrad = false;
    expect(clipGradientNorm([a, b, unused], 1.5).itemSync()).toBeCloseTo(3, 5);
    expectNear(gradients([a, b]), [1.5, 0, -4]);
    expect(unused.grad).toBeNull();
  });

  test("the gradients that a step takes are those clipped, and are replaced afterwards", () => {
    const w = new Parameter(tensor([1, 1]));
    const optimizer = new SGD([w], { learningRate: 1 });
    for (const expected of [
      [0.4, 0.2],
      [-0.2, -0.6],
    ]) {
      w.mul(tensor([3, 4]))
        .sum()
        .backward();
      clipGradientNorm([w], 1);
      optimizer.step();
      expectNear(values(w), expected);
    }
  });

  test("compiles into the step, and another maximum compiles nothing anew", () => {
    const w = new Parameter(tensor([0, 0]));
    const optimizer = new SGD([w], { learningRate: 1 });
    const maximum = new RunTimeScalar(1);
    const step = compile(() => {
      w.mul(tensor([3, 4]))
        .sum()
        .backward();
      const norm = clipGradientNorm([w], maximum);
      optimizer.step();
      return norm;
    });
    expect(step().itemSync()).toBeCloseTo(5, 5);
    expectNear(values(w), [-0.6, -0.8]);
    maximum.value = 10;
    step();
    expectNear(values(w), [-3.6, -4.8]);
    expect(step.programs).toBe(1);
  });
});

describe("clipGradientValue", () => {
  test("limits every element on both sides", () => {
    const parameters = withGradients();
    clipGradientValue(parameters, 2);
    expect(gradients(parameters)).toEqual([2, 0, -2]);
  });

  test("compiles into the step, and another limit compiles nothing anew", () => {
    const w = new Parameter(tensor([0, 0]));
    const optimizer = new SGD([w], { learningRate: 1 });
    const limit = new RunTimeScalar(2);
    const step = compile(() => {
      const cost = w.mul(tensor([1, -4])).sum();
      cost.backward();
      clipGradientValue([w], limit);
      optimizer.step();
      return cost;
    });
    step();
    expect(values(w)).toEqual([-1, 2]);
    limit.value = 0.5;
    step();
    expect(values(w)).toEqual([-1.5, 2.5]);
    expect(step.programs).toBe(1);
  });
});

test.each([0, -1, Number.NaN])("a run-time limit never becomes %s", (wrong) => {
  const clips = [clipGradientNorm, clipGradientValue] as const;
  for (const clip of clips) {
    const limit = new RunTimeScalar(1);
    clip([withGradient()], limit);
    expect(() => {
      limit.value = wrong;
    }).toThrow(/^RunTimeScalar: received (0|-1|NaN)/);
    expect(limit.value).toBe(1);
    limit.value = 0.5;
    expect(limit.value).toBe(0.5);
  }
});

const withGradient = (): Parameter => {
  const w = new Parameter(full([2], 1));
  w.sum().backward();
  return w;
};

test.each([
  [() => clipGradientNorm([], 1), "clipGradientNorm: received an empty list, expected a list"],
  [() => clipGradientValue([tensor([1])] as never, 1), "clipGradientValue: received a Tensor as"],
  [
    () => clipGradientNorm([new Parameter(full([2], 1))], 1),
    "clipGradientNorm: none of the 1 parameters has a gradient; call it between loss.backward()",
  ],
  [() => clipGradientNorm([withGradient()], 0), "received maximum 0, expected a number above 0"],
  [() => clipGradientNorm([withGradient()], "1" as never), 'received maximum "1", expected a'],
  [() => clipGradientValue([withGradient()], Number.NaN), "received limit NaN, expected a number"],
  [
    () => clipGradientValue([withGradient()], new RunTimeScalar(-1)),
    "received limit -1, expected a number above 0, or a RunTimeScalar that holds one.",
  ],
  [
    () => clipGradientNorm([withGradient()], 1, { norm: 1 }),
    "clipGradientNorm: received norm 1, expected 2 or Infinity.",
  ],
  [
    () => clipGradientNorm([withGradient()], 1, { p: 2 } as never),
    'clipGradientNorm: received an option named "p", expected names among norm.',
  ],
])("refuses what it cannot take, %#", (clip, message) => {
  expect(clip).toThrow(message);
});
