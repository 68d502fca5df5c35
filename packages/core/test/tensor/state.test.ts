import { describe, expect, test } from "vitest";
import { defaultDevice, devices, useDevice } from "../../src/device/index.js";
import { Linear } from "../../src/nn/index.js";
import {
  Buffer,
  compile,
  evaluate,
  explain,
  full,
  gradients,
  Parameter,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";

const list = (each: Tensor | null | undefined): number[] => [...(each as Tensor).dataSync()];
const outOfRange = tensor(Int32Array.of(0, 7));

describe("states in compiled functions", () => {
  test("an argument that is itself a state keeps the value of the call", () => {
    const w = new Parameter(tensor([1]));
    const total = new Buffer(tensor([0]));
    const step = compile((x) => {
      w.assign(w.mul(10));
      total.assign(total.add(x));
      return [];
    });
    step(w);
    step(w);
    expect([list(w), list(total)]).toEqual([[100], [11]]);
  });

  test("states that begin with the same number share no bytes, with it or with each other", () => {
    const start = full([3], -0);
    const [a, b] = [new Buffer(start), new Buffer(start)];
    const before = a.mul(1);
    compile(() => {
      a.assign(a.add(1));
      return [];
    })();
    expect([list(a), list(b), list(start), list(before)]).toEqual([
      [1, 1, 1],
      [-0, -0, -0],
      [-0, -0, -0],
      [-0, -0, -0],
    ]);
  });

  test("what a state was given stays as it is, and so does what was made from the state", () => {
    const given = tensor([1, 2]);
    const [first, second] = [new Parameter(zeros([2])), new Parameter(zeros([2]))];
    first.assign(given);
    second.assign(given);
    const step = compile(() => {
      first.assign(first.mul(10));
      return [];
    });
    step();
    const seen = first.mul(1);
    step();
    expect([given, first, second, seen].map(list)).toEqual([
      [1, 2],
      [100, 200],
      [1, 2],
      [10, 20],
    ]);
  });

  test("initial weights belong to their layer: tensors made from them keep what they saw", () => {
    const layer = new Linear(2, 1, { bias: false });
    const start = list(layer.weight);
    const before = layer.weight.mul(1);
    const handle = layer.weight.detach();
    const step = compile(() => {
      layer.weight.assign(layer.weight.mul(2));
      return [];
    });
    step();
    step();
    expect([list(before), list(handle)]).toEqual([start, start]);
    expect(list(layer.weight)).toEqual(start.map((each) => 4 * each));
  });

  test("compiling takes time once, and running none of it", () => {
    const step = compile((x: Tensor) => x.mul(2));
    expect(step.compileMilliseconds).toBe(0);
    step(tensor([1]));
    const once = step.compileMilliseconds;
    expect(once).toBeGreaterThan(0);
    step(tensor([2]));
    expect(step.compileMilliseconds).toBe(once);
  });

  test("results keep their values, however short they are and whatever runs later", () => {
    for (const length of [1, 16, 17]) {
      const next = compile((x: Tensor) => [x.add(1), x.greater(0)]);
      const x = tensor(new Float32Array(length));
      const [first, isPositive] = next(x);
      next(x.sub(5));
      expect(list(next(first as Tensor)[0])).toEqual(new Array(length).fill(2));
      expect(list(first)).toEqual(new Array(length).fill(1));
      expect(list(isPositive)).toEqual(new Array(length).fill(0));
    }
  });

  test("a view that has to be copied sees the content from before the run", () => {
    const a = new Buffer(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    const copied = new Buffer(zeros([4]));
    const added = new Buffer(zeros([4]));
    compile(() => {
      const turned = a.transpose().reshape([4]);
      a.assign(a.add(100));
      copied.assign(turned);
      added.assign(added.add(turned));
      return [];
    })();
    expect(list(a)).toEqual([101, 102, 103, 104]);
    expect(list(copied)).toEqual([1, 3, 2, 4]);
    expect(list(added)).toEqual([1, 3, 2, 4]);
  });

  test("several functions share a state that is also read and changed eagerly", () => {
    const w = new Parameter(tensor([1]));
    const double = compile(() => {
      w.assign(w.mul(2));
      return w.mul(1);
    });
    const increase = compile((x) => {
      w.assign(w.add(x));
      return w;
    });
    const one = tensor([1]);
    expect(list(double())).toEqual([2]);
    const kept = w.detach();
    expect(list(increase(one))).toEqual([3]);
    w.assign(w.mul(10));
    expect(list(double())).toEqual([60]);
    expect(list(increase(one))).toEqual([61]);
    expect([list(kept), list(w)]).toEqual([[2], [61]]);
  });

  test("a state outlives changes of the device", async () => {
    const before = defaultDevice().name;
    const names = (await devices()).filter(({ device }) => device).map(({ name }) => name);
    const w = new Parameter(tensor([0]));
    const offset = tensor([0.5]).mul(1);
    const step = compile((x) => {
      w.assign(w.add(x));
      return w.add(offset);
    });
    try {
      let steps = 0;
      for (const name of [...names, ...names.toReversed(), ...names]) {
        await useDevice(name);
        expect(list(step(tensor([1])))).toEqual([++steps + 0.5]);
        expect(list(step(tensor([1])))).toEqual([++steps + 0.5]);
      }
      expect(list(w)).toEqual([steps]);
    } finally {
      await useDevice(before);
    }
  });

  test("freezing inside the function is part of it", () => {
    const judge = new Parameter(tensor([2]), "judge");
    const maker = new Parameter(tensor([3]), "maker");
    const step = compile((x) => {
      judge.requiresGrad = false;
      judge.mul(maker).mul(x).sum().backward();
      judge.requiresGrad = true;
      judge.mul(x).mul(x).sum().backward();
      return [maker.grad as Tensor, judge.grad as Tensor];
    });
    const x = tensor([5]);
    for (let call = 0; call < 3; call++) expect(step(x).map(list)).toEqual([[10], [25]]);
    expect(step.programs).toBe(1);
    judge.requiresGrad = false;
    step(x);
    expect(step.programs).toBe(2);
  });

  test("explaining another function in the middle loses nothing", () => {
    const w = new Parameter(tensor([1]));
    const step = compile((x) => {
      explain((y: Tensor) => y.mul(2), x);
      w.assign(w.add(x));
      return x;
    });
    step(tensor([3]));
    step(tensor([3]));
    expect(list(w)).toEqual([7]);
  });

  test("an exception while capturing leaves nothing behind", () => {
    const w = new Parameter(tensor([1]));
    const step = compile(() => {
      w.assign(w.add(1));
      throw new Error("the user's own");
    });
    expect(() => step()).toThrow("the user's own");
    expect(list(w.mul(3))).toEqual([3]);
  });

  test("a run that fails in the middle changes neither states nor later runs", () => {
    const w = new Parameter(tensor([1, 2]));
    const step = compile((indices) => {
      w.assign(w.mul(2));
      return w.take(indices);
    });
    expect(list(step(tensor(Int32Array.of(1, 0))))).toEqual([4, 2]);
    expect(() => step(outOfRange)).toThrow("received index 7, expected 0 to 1");
    expect(list(w)).toEqual([2, 4]);
    expect(list(step(tensor(Int32Array.of(1, 0))))).toEqual([8, 4]);
  });
});

describe("failures outside of compile", () => {
  test("a value that cannot be computed leaves the state as it was", () => {
    const w = new Parameter(tensor([1, 2]));
    const other = new Parameter(tensor([5]));
    w.assign(w.take(outOfRange));
    expect(() => w.dataSync()).toThrow("received index 7");
    expect(list(w)).toEqual([1, 2]);
    other.assign(other.add(1));
    w.assign(w.take(outOfRange));
    expect(() => evaluate([other, w])).toThrow("received index 7");
    expect([list(other), list(w)]).toEqual([[5], [1, 2]]);
  });

  test("a backward that fails leaves the gradients as they were", () => {
    const w = new Parameter(tensor([1, 2]));
    w.sum().backward();
    expect(() => w.take(outOfRange).sum().backward()).toThrow("received index 7");
    expect(list(w.grad)).toEqual([1, 1]);
    w.sum().backward();
    expect(list(w.grad)).toEqual([2, 2]);
  });
});

describe("gradients of states", () => {
  test("what backward stores does not keep the graph", () => {
    const w = new Parameter(tensor([2]));
    w.square().sum().backward();
    expect(w.grad?.requiresGrad).toBe(false);
    expect(w.grad?.node.inputs).toEqual([]);
  });

  test("a loss written before an assignment is differentiated where it was written", () => {
    const w = new Parameter(tensor([3]));
    const loss = w.square().sum();
    w.assign(w.mul(10));
    expect(gradients(loss, [w]).map(list)).toEqual([[6]]);
    const both = loss.add(w.square().sum());
    expect(gradients(both, [w]).map(list)).toEqual([[66]]);
    both.backward();
    expect(list(w.grad)).toEqual([66]);
  });

  test("several backward calls in one compiled function accumulate", () => {
    const w = new Parameter(tensor([2]));
    const step = compile(
      (x) => {
        w.mul(x).sum().backward();
        w.square().mul(x).sum().backward();
        return w.grad as Tensor;
      },
      { keepGradients: true },
    );
    expect(list(step(tensor([3])))).toEqual([15]);
    expect(list(w.grad)).toEqual([15]);
    // Kept gradients count as used: the next backward replaces them.
    w.mul(5).sum().backward();
    expect(list(w.grad)).toEqual([5]);
  });
});

test("a value from a run that failed is taken back, once the run has been told to have failed", () => {
  const rows = tensor([1, 2, 3]);
  const taken = rows.take(tensor(Int32Array.of(0, 7)));
  const mean = new Buffer(tensor(5));
  const other = new Buffer(tensor(6));
  mean.assign(taken.mean());
  other.assign(rows.sum());
  expect(() => taken.dataSync()).toThrow("take (2,): received index 7, expected 0 to 2");
  expect(mean.itemSync()).toBe(5);
  expect(other.itemSync()).toBe(6);
});
