import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meanSquaredError } from "../../src/loss/index.js";
import { Linear } from "../../src/nn/index.js";
import { Adam, GradientAccumulator, SGD } from "../../src/optim/index.js";
import {
  compile,
  NonFiniteError,
  ones,
  Parameter,
  slice,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";

const values = (state: { dataSync(): ArrayLike<number> }): number[] => Array.from(state.dataSync());

const samples = 12;
const x = tensor(
  Float32Array.from({ length: 2 * samples }, (_, i) => Math.sin(i)),
  { shape: [samples, 2] },
);
const y = tensor(
  Float32Array.from({ length: samples }, (_, i) => Math.cos(3 * i)),
  { shape: [samples, 1] },
);

function learner() {
  const model = new Linear(2, 1);
  model.weight.assign(tensor([[0.5, -1]]));
  model.bias?.assign(tensor([0.25]));
  const optimizer = new Adam(model.parameters(), { learningRate: 0.1 });
  const accumulator = new GradientAccumulator(model.parameters());
  const costOf = (input: Tensor, target: Tensor) => {
    const cost = meanSquaredError(model.forward(input), target);
    cost.backward();
    return cost;
  };
  const gather = (input: Tensor, target: Tensor) => {
    const cost = costOf(input, target);
    accumulator.add(input.shape[0]);
    return cost;
  };
  const update = (input: Tensor, target: Tensor) => {
    const cost = gather(input, target);
    accumulator.apply();
    optimizer.step();
    return cost;
  };
  return { model, optimizer, accumulator, costOf, gather, update };
}

/** The weights after three updates on all samples, given in parts of these sizes. */
function train(sizes: readonly number[], compiled: boolean): number[] {
  const { model, gather, update } = learner();
  const [collect, finish] = compiled ? [compile(gather), compile(update)] : [gather, update];
  for (let count = 0; count < 3; count++) {
    let start = 0;
    sizes.forEach((size, index) => {
      const rows = slice(start, start + size);
      const step = index === sizes.length - 1 ? finish : collect;
      step(x.at(rows), y.at(rows));
      start += size;
    });
  }
  return model.parameters().flatMap(values);
}

describe("GradientAccumulator", () => {
  const { model, optimizer, costOf } = learner();
  for (let count = 0; count < 3; count++) {
    costOf(x, y);
    optimizer.step();
  }
  const atOnce = model.parameters().flatMap(values);

  test("does with any parts what one large batch does, eager and compiled", () => {
    // Sizes that add up to all samples: the distances between cuts.
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: samples - 1 }), { maxLength: 4 });
    const sizesOf = (list: readonly number[]): number[] => {
      const ends = [...list].sort((a, b) => a - b).concat(samples);
      return ends.map((end, index) => end - (ends[index - 1] ?? 0));
    };
    fc.assert(
      fc.property(cuts, fc.boolean(), (list, compiled) => {
        train(sizesOf(list), compiled).forEach((value, index) => {
          expect(value).toBeCloseTo(atOnce[index] as number, 5);
        });
      }),
      { numRuns: 20 },
    );
  });

  test("counts parts by their weight", () => {
    const w = new Parameter(tensor([0]));
    const accumulator = new GradientAccumulator([w]);
    w.mul(4).sum().backward();
    accumulator.add(3);
    expect(w.grad).toBeNull();
    w.mul(8).sum().backward();
    accumulator.add();
    accumulator.apply();
    expect(values(w.grad ?? w)).toEqual([5]);
  });

  test("starts anew after apply and clear", () => {
    const w = new Parameter(tensor([0]));
    const accumulator = new GradientAccumulator([w]);
    const collect = (gradient: number) => {
      w.mul(gradient).sum().backward();
      accumulator.add(2);
    };
    collect(100);
    accumulator.apply();
    w.grad = null;
    collect(50);
    accumulator.clear();
    collect(1);
    collect(3);
    accumulator.apply();
    expect(values(w.grad ?? w)).toEqual([2]);
  });

  test("applies what was added for parameters that an update compiled earlier had none for", () => {
    const [a, b] = [1, 2].map((value) => new Parameter(tensor([value]))) as [Parameter, Parameter];
    const accumulator = new GradientAccumulator([a, b]);
    const optimizer = new SGD([a, b], { learningRate: 1 });
    const collect = (w: Parameter) => {
      w.mul(0.5).sum().backward();
      accumulator.add();
    };
    const update = compile(() => {
      accumulator.apply();
      optimizer.step();
      return ones([]);
    });
    collect(a);
    update();
    expect([...values(a), ...values(b)]).toEqual([0.5, 2]);
    collect(b);
    update();
    expect([...values(a), ...values(b)]).toEqual([0.5, 1.5]);
    collect(b);
    update();
    expect(values(b)).toEqual([1]);
    expect(update.programs).toBe(2);
  });

  test("leaves parameters alone that the loss does not depend on, or that are frozen", () => {
    const [used, unused, frozen] = [1, 2, 3].map((value) => new Parameter(tensor([value])));
    const list = [used, unused, frozen] as Parameter[];
    const accumulator = new GradientAccumulator(list);
    const [a, , c] = list as [Parameter, Parameter, Parameter];
    a.mul(c).sum().backward();
    c.requiresGrad = false;
    accumulator.add();
    accumulator.apply();
    expect(list.map(({ grad }) => grad !== null)).toEqual([true, false, true]);
    expect(values(c.grad ?? a)).toEqual([1]);
  });
});

describe("apply with nothing collected", () => {
  const message = "GradientAccumulator.apply: the mean of 0 gradients (call add() after each";

  test("fails at once", () => {
    const w = new Parameter(ones([1]));
    const accumulator = new GradientAccumulator([w]);
    expect(() => accumulator.apply()).toThrow(message);
    w.mul(2).sum().backward();
    accumulator.add();
    accumulator.apply();
    expect(() => accumulator.apply()).toThrow(message);
    expect(values(w.grad ?? w)).toEqual([2]);
  });

  test("fails the run of a compiled step, which changes nothing", () => {
    const { model, gather, accumulator, optimizer } = learner();
    const finish = compile(() => {
      accumulator.apply();
      optimizer.step();
      return ones([]);
    });
    gather(x, y);
    finish();
    const after = model.parameters().flatMap(values);
    expect(after.every(Number.isFinite)).toBe(true);
    expect(() => finish()).toThrow(NonFiniteError);
    expect(() => finish()).toThrow(message);
    expect(model.parameters().flatMap(values)).toEqual(after);
    gather(x, y);
    finish();
    expect(model.parameters().flatMap(values).every(Number.isFinite)).toBe(true);
    expect(finish.programs).toBe(1);
  });
});

test.each([
  [
    () => new GradientAccumulator([]),
    "GradientAccumulator: received an empty list, expected a list",
  ],
  [
    () => new GradientAccumulator([new Parameter(ones([1]))]).add(),
    "GradientAccumulator.add: none of the 1 parameters has a gradient; call loss.backward() first.",
  ],
  [
    () => new GradientAccumulator([new Parameter(ones([1]))]).add(0),
    "GradientAccumulator.add: received weight 0, expected a finite number above 0",
  ],
  [
    () => new GradientAccumulator([new Parameter(ones([1]))]).add("8" as never),
    'GradientAccumulator.add: received weight "8"',
  ],
])("refuses what it cannot take, %#", (use, message) => {
  expect(use).toThrow(message);
});
