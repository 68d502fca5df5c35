import { describe, expect, test } from "vitest";
import { Linear } from "../../src/nn/index.js";
import { ExponentialMovingAverage, SGD } from "../../src/optim/index.js";
import { compile, noGradient, ones, Parameter, tensor } from "../../src/tensor/index.js";

const values = (state: { dataSync(): ArrayLike<number> }): number[] => Array.from(state.dataSync());

/** A weight that walks from 8 by -1 a step, and what its average is after each. */
function walk(options: { decay: number; warmUp?: boolean }, compiled: boolean): number[] {
  const w = new Parameter(tensor([8]));
  const optimizer = new SGD([w], { learningRate: 1 });
  const average = new ExponentialMovingAverage([w], options);
  const step = () => {
    const cost = w.sum();
    cost.backward();
    optimizer.step();
    average.update();
    return cost;
  };
  const run = compiled ? compile(step) : step;
  return Array.from({ length: 6 }, () => {
    run();
    return average.applied(() => values(w)[0] as number);
  });
}

describe.each([false, true])("an average in a step, compiled: %s", (compiled) => {
  test("is the plain mean at first, and then follows with its decay", () => {
    // 7; (7 + 6) / 2; (7 + 6 + 5) / 3; (7 + 6 + 5 + 4) / 4; from then on a quarter of what is new.
    const expected = [7, 6.5, 6, 5.5, 4.875, 4.15625];
    walk({ decay: 0.75 }, compiled).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] as number, 5);
    });
  });

  test("starts from the initial weights without warm-up", () => {
    const expected = [7.75, 7.3125, 6.734375];
    const found = walk({ decay: 0.75, warmUp: false }, compiled);
    expect(found.slice(0, 3)).toEqual(expected);
  });
});

function averaged() {
  const w = new Parameter(tensor([4, 6]), "w");
  const average = new ExponentialMovingAverage([w], { decay: 0.5, warmUp: false });
  w.assign(tensor([0, 2]));
  average.update();
  return { w, average };
}

test("reset begins anew with the weights of now", () => {
  const w = new Parameter(tensor([8]));
  const average = new ExponentialMovingAverage([w], { decay: 0.5, warmUp: true });
  for (const value of [1, 2, 3]) {
    w.assign(tensor([value]));
    average.update();
  }
  w.assign(tensor([40]));
  average.reset();
  expect(average.applied(() => values(w))).toEqual([40]);
  w.assign(tensor([30]));
  average.update();
  // As after the first update of all: nothing is left of what was before.
  expect(average.applied(() => values(w))).toEqual([30]);
});

describe("applied", () => {
  test("gives the averages for a while", () => {
    const { w, average } = averaged();
    expect(average.applied(() => values(w.mul(10)))).toEqual([20, 40]);
    expect(values(w)).toEqual([0, 2]);
  });

  test("what was written with them keeps them", () => {
    const { w, average } = averaged();
    const inside = average.applied(() => w.mul(1));
    w.assign(tensor([7, 7]));
    average.update();
    expect(values(inside)).toEqual([2, 4]);
    expect(values(w)).toEqual([7, 7]);
  });

  test("gives the weights back after an error, and refuses to wait", () => {
    const { w, average } = averaged();
    const failing = () => {
      throw new Error("inside");
    };
    expect(() => average.applied(failing)).toThrow("inside");
    expect(values(w)).toEqual([0, 2]);
    expect(() => average.applied(async () => w.sum().item())).toThrow(
      "ExponentialMovingAverage.applied: received a function that gives a Promise, expected one",
    );
    expect(values(w)).toEqual([0, 2]);
  });

  test("compiles, reads the averages of each run, and writes nothing", () => {
    const { w, average } = averaged();
    const both = compile((x) =>
      noGradient(() => [average.applied(() => w.mul(x)), w.mul(x)] as const),
    );
    const x = ones([2]);
    expect(both(x).map(values)).toEqual([
      [2, 4],
      [0, 2],
    ]);
    // Bytes that are looked at are copied before they are written to.
    const { storage } = w;
    expect(storage.held).toBe(true);
    average.update();
    expect(both(x).map(values)).toEqual([
      [1, 3],
      [0, 2],
    ]);
    expect(w.storage).toBe(storage);
    expect(both.programs).toBe(1);
  });

  test("a step may compare the weights with their average, as a teacher", () => {
    const { w, average } = averaged();
    const optimizer = new SGD([w], { learningRate: 0.25 });
    const step = compile(() => {
      const teacher = average.applied(() => w.mul(1)).detach();
      const cost = w.sub(teacher).square().sum();
      cost.backward();
      optimizer.step();
      return cost;
    });
    expect(step().itemSync()).toBe(8);
    expect(values(w)).toEqual([1, 3]);
    expect(average.applied(() => values(w))).toEqual([2, 4]);
  });
});

test("goes on from its state dict, and tells what does not fit", () => {
  const list = () => [new Parameter(tensor([1])), new Parameter(tensor([[2, 3]]))];
  const step = (parameters: readonly Parameter[], average: ExponentialMovingAverage) => {
    for (const each of parameters) each.assign(each.mul(0.5).add(1));
    average.update();
  };
  const through = list();
  const first = new ExponentialMovingAverage(through, { decay: 0.7 });
  for (let count = 0; count < 3; count++) step(through, first);
  const saved = first.stateDict();
  expect([...saved.keys()]).toEqual(["average.0", "average.1", "updates"]);
  expect(values(saved.get("updates") ?? ones([1]))).toEqual([3]);

  const after = through.map((each) => new Parameter(each));
  const second = new ExponentialMovingAverage(after, { decay: 0.7 });
  second.loadStateDict(saved);
  step(through, first);
  step(after, second);
  const read = (average: ExponentialMovingAverage) => [...average.stateDict().values()].map(values);
  expect(read(second)).toEqual(read(first));

  saved.delete("average.0");
  saved.set("average.1", ones([2]));
  expect(() => second.loadStateDict(saved)).toThrow(
    "ExponentialMovingAverage.loadStateDict: nothing was loaded; missing: average.0; of the " +
      "wrong kind: average.1 (received float32 (2,), expected float32 (1, 2)). Was it saved for the same model?",
  );
  expect(read(second)).toEqual(read(first));
});

const parameters = new Linear(1, 1).parameters();

test.each([
  [
    () => new ExponentialMovingAverage(parameters, { decay: 0.9 }).applied(3 as never),
    "ExponentialMovingAverage.applied: received 3 as the action, expected a Function.",
  ],
  [
    () => new ExponentialMovingAverage([], { decay: 0.9 }),
    "received an empty list, expected a list",
  ],
  [
    () => new ExponentialMovingAverage(parameters, {} as never),
    "received decay undefined, expected",
  ],
  [
    () => new ExponentialMovingAverage(parameters, { decay: 1 }),
    "ExponentialMovingAverage: received decay 1, expected 0 <= decay < 1.",
  ],
  [
    () => new ExponentialMovingAverage(parameters, { decay: 0.9, warmUp: 100 as never }),
    "received warmUp 100, expected true or false.",
  ],
  [
    () => new ExponentialMovingAverage(parameters, { beta: 0.9 } as never),
    'received an option named "beta", expected names among decay, warmUp.',
  ],
])("refuses what it cannot take, %#", (make, message) => {
  expect(make).toThrow(message);
});
