import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ExecutionError } from "../../src/array/index.js";
import { meanSquaredError } from "../../src/loss/index.js";
import { Linear } from "../../src/nn/index.js";
import { LBFGS, type LBFGSOptions } from "../../src/optim/index.js";
import { type Probe, searchStrongWolfe } from "../../src/optim/lbfgs/lineSearch.js";
import { InverseHessian } from "../../src/optim/lbfgs/memory.js";
import { compile, Parameter, type Tensor, tensor } from "../../src/tensor/index.js";

const values = (state: { dataSync(): ArrayLike<number> }): number[] => Array.from(state.dataSync());

const withBackward = (cost: Tensor): Tensor => {
  cost.backward();
  return cost;
};

/** 100 (y - x^2)^2 + (1 - x)^2: a bent valley, which gradient descent takes thousands of steps along. */
const rosenbrock = (w: Parameter): Tensor => {
  const [x, y] = [w.at(0), w.at(1)];
  return y.sub(x.square()).square().mul(100).add(x.neg().add(1).square());
};

describe("LBFGS", () => {
  test("finds the end of Rosenbrock's valley in a few steps", () => {
    const w = new Parameter(tensor([-1.2, 1]));
    const optimizer = new LBFGS([w]);
    let evaluations = 0;
    const closure = () => {
      evaluations++;
      return withBackward(rosenbrock(w));
    };
    expect(optimizer.step(closure).itemSync()).toBeCloseTo(24.2, 3);
    optimizer.step(closure);
    optimizer.step(closure);
    for (const value of values(w)) expect(value).toBeCloseTo(1, 3);
    expect(evaluations).toBeLessThan(120);
  });

  test("fits a line exactly, with a compiled closure", () => {
    const model = new Linear(2, 1);
    const x = tensor([
      [1, 2],
      [-1, 0.5],
      [3, -1],
      [0, 0.25],
    ]);
    const y = x.matmul(tensor([[2], [-3]])).add(0.5);
    const closure = compile(() => withBackward(meanSquaredError(model.forward(x), y)), {
      keepGradients: true,
    });
    const optimizer = new LBFGS(model.parameters());
    optimizer.step(closure);
    optimizer.step(closure);
    const expected = [2, -3, 0.5];
    model
      .parameters()
      .flatMap(values)
      .forEach((value, index) => {
        expect(value).toBeCloseTo(expected[index] as number, 3);
      });
    expect(closure.programs).toBe(1);
  });

  test("ends at once where the gradient vanishes, and leaves what is frozen or unused", () => {
    const [a, frozen, unused] = [[1], [2], [3]].map((each) => new Parameter(tensor(each)));
    const list = [a, frozen, unused] as [Parameter, Parameter, Parameter];
    list[1].requiresGrad = false;
    let evaluations = 0;
    const closure = () => {
      evaluations++;
      return withBackward(list[0].sub(5).mul(list[1]).square().sum());
    };
    const optimizer = new LBFGS(list);
    optimizer.step(closure);
    expect(list.map((each) => values(each)[0])).toEqual([5, 2, 3]);
    evaluations = 0;
    optimizer.step(closure);
    expect(evaluations).toBe(1);
  });

  test.each(["strongWolfe", "none"] as const)(
    "starts anew when parameters are frozen or thawed between steps, line search %s",
    (lineSearch) => {
      const list = [[1, 1], [3], [5]].map((each) => new Parameter(tensor(each)));
      const [a, b, c] = list as [Parameter, Parameter, Parameter];
      const closure = () =>
        withBackward(
          a.sub(2).square().sum().add(b.square().mul(4).sum()).add(c.sub(a).square().sum()),
        );
      const optimizer = new LBFGS(list, { lineSearch, iterations: 8 });
      optimizer.step(closure);
      a.requiresGrad = false;
      a.assign(tensor([0, 1]));
      optimizer.step(closure);
      // Where c is between the elements of a.
      expect(values(c)[0]).toBeCloseTo(0.5, 3);
      // As many elements as before, but others.
      c.requiresGrad = false;
      b.assign(tensor([2]));
      optimizer.step(closure);
      a.requiresGrad = true;
      c.requiresGrad = true;
      for (let count = 0; count < 3; count++) optimizer.step(closure);
      [2, 2, 0, 2].forEach((expected, index) => {
        expect(list.flatMap(values)[index]).toBeCloseTo(expected, 3);
      });
    },
  );

  test("the next backward does not add to its gradients", () => {
    const w = new Parameter(tensor([1]));
    new LBFGS([w], { iterations: 1 }).step(() => withBackward(w.square().sum()));
    w.mul(7).sum().backward();
    expect(values(w.grad ?? w)).toEqual([7]);
  });

  test("goes back to the last weights when the loss is not finite", () => {
    const w = new Parameter(tensor([1]));
    const optimizer = new LBFGS([w], { lineSearch: "none", learningRate: 100 });
    const step = () => optimizer.step(() => withBackward(w.log().sum()));
    expect(step).toThrow(ExecutionError);
    expect(step).toThrow("LBFGS.step: the loss is not finite. The weights are those from before;");
    expect(values(w)).toEqual([1]);
  });

  test("a line search goes round places where the loss is not finite", () => {
    const w = new Parameter(tensor([3]));
    const optimizer = new LBFGS([w], { learningRate: 100 });
    // w - ln w is not finite from 0 down, and smallest at 1.
    for (let count = 0; count < 3; count++) {
      optimizer.step(() => withBackward(w.sub(w.log()).sum()));
    }
    expect(values(w)[0]).toBeCloseTo(1, 3);
  });

  test.each<[LBFGSOptions, string]>([
    [
      { learningRate: -1 },
      "LBFGS: received learningRate -1, expected a finite number of at least 0.",
    ],
    [{ iterations: 0 }, "LBFGS: received iterations 0, expected an integer of at least 1."],
    [{ history: 1.5 }, "LBFGS: received history 1.5, expected an integer of at least 1."],
    [{ lineSearch: null as never }, 'received lineSearch null, expected "strongWolfe" or "none".'],
    [{ maxIter: 3 } as never, 'LBFGS: received an option named "maxIter", expected names among'],
  ])("refuses %j", (options, message) => {
    expect(() => new LBFGS([new Parameter(tensor([1]))], options)).toThrow(message);
  });

  test.each<[unknown, string]>([
    [undefined, "LBFGS.step: received undefined as the closure, expected a Function"],
    [() => 3, "LBFGS.step: received 3 as the result of the closure, expected a Tensor"],
    [
      () => tensor([3, 4]),
      "LBFGS.step: the result of the closure has shape (2,), expected a single",
    ],
    [
      () => tensor(3),
      "LBFGS.step: none of the 1 trained parameters has a gradient; the closure has to call",
    ],
  ])("refuses the closure %s", (closure, message) => {
    const optimizer = new LBFGS([new Parameter(tensor([1]))]);
    expect(() => optimizer.step(closure as () => Tensor)).toThrow(message);
  });
});

describe("the line search", () => {
  /** A function of the step alone, as a line. */
  const lineOf = (f: (t: number) => number, slope: (t: number) => number) => {
    const probe = (step: number) => ({ step, loss: f(step), slope: slope(step) }) as Probe;
    return { probe, start: probe(0) };
  };

  test("meets both strong Wolfe conditions on functions that fall at first and rise at last", () => {
    const coefficient = fc.double({ min: -5, max: 5, noNaN: true });
    const descent = fc.double({ min: -8, max: -0.125, noNaN: true });
    const first = fc.double({ min: 0.01, max: 20, noNaN: true });
    fc.assert(
      fc.property(descent, coefficient, coefficient, first, (b, c, d, length) => {
        const f = (t: number) => b * t + c * t ** 2 + d * t ** 3 + t ** 4;
        const slope = (t: number) => b + 2 * c * t + 3 * d * t ** 2 + 4 * t ** 3;
        const { probe, start } = lineOf(f, slope);
        const found = searchStrongWolfe(start, length, 1e-12, probe);
        expect(found.step).toBeGreaterThan(0);
        expect(found.loss).toBeLessThanOrEqual(1e-4 * found.step * b);
        expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * Math.abs(b));
      }),
    );
  });

  test("reaches a minimum far beyond its first step", () => {
    const { probe, start } = lineOf(
      (t) => (t - 1e4) ** 2,
      (t) => 2 * (t - 1e4),
    );
    const found = searchStrongWolfe(start, 1, 1e-9, probe);
    expect(Math.abs(found.slope)).toBeLessThanOrEqual(0.9 * 2e4);
  });

  test("stays where it is if nothing is lower", () => {
    // The slope promises what the loss does not keep, as rounding has it near a minimum.
    const { probe, start } = lineOf(
      (t) => t,
      () => -1,
    );
    expect(searchStrongWolfe(start, 1, 1e-9, probe)).toBe(start);
  });
});

test("the inverse Hessian maps the last response to its step, and is that of a parabola in time", () => {
  const hessian = new InverseHessian(3);
  expect(hessian.isEmpty).toBe(true);
  const curvatures = [1, 10, 0.5];
  const unit = (index: number, scale: number) =>
    Float64Array.from(curvatures, (_, i) => (i === index ? scale : 0));
  curvatures.forEach((curvature, index) => {
    hessian.add(unit(index, 2), unit(index, 2 * curvature));
    const back = hessian.times(unit(index, 2 * curvature));
    unit(index, 2).forEach((value, i) => {
      expect(back[i]).toBeCloseTo(value, 12);
    });
  });
  hessian.times(Float64Array.of(1, 10, 0.5)).forEach((value) => {
    expect(value).toBeCloseTo(1, 12);
  });
  // A step along which the gradient falls is none of a minimum.
  hessian.add(unit(0, 1), unit(0, -1));
  expect(hessian.times(unit(0, 1))[0]).toBeCloseTo(1, 12);
});
