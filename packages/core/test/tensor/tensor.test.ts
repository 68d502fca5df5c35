import { describe, expect, test } from "vitest";
import {
  compile,
  customOperation,
  full,
  gradients,
  manualSeed,
  noGradient,
  Parameter,
  RunTimeScalar,
  rand,
  scan,
  slice,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";

describe("tensors", () => {
  test("operations broadcast as in NumPy", () => {
    const a = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const b = tensor([10, 20, 30]);
    expect([...a.add(b).dataSync()]).toEqual([11, 22, 33, 14, 25, 36]);
    expect([...a.mul(2).sub(1).dataSync()]).toEqual([1, 3, 5, 7, 9, 11]);
    expect([...a.transpose().sum(0).dataSync()]).toEqual([6, 15]);
    expect([...a.at(slice(undefined, undefined, -1), 1).dataSync()]).toEqual([5, 2]);
    expect(() => a.add(tensor([1, 2]))).toThrow("do not broadcast");
  });

  test("print as in NumPy", () => {
    expect(
      tensor([
        [1, 2.5],
        [-3, 4],
      ]).toString(),
    ).toBe("[[ 1.0  2.5]\n [-3.0  4.0]]");
    expect(tensor([1, 2]).toString()).toBe("[1. 2.]");
    expect(tensor([true, false]).toString()).toBe("[ true false]");
  });

  test("backward stores gradients, and accumulates until they are spent", () => {
    const w = new Parameter(tensor([1, 2, 3]));
    w.mul(w).sum().backward();
    expect([...(w.grad?.dataSync() ?? [])]).toEqual([2, 4, 6]);
    w.mul(w).sum().backward();
    expect([...(w.grad?.dataSync() ?? [])]).toEqual([4, 8, 12]);
  });

  test("second derivatives", () => {
    const x = tensor([1, 2, 3], { requiresGrad: true });
    const [first] = gradients(x.mul(x).mul(x).sum(), [x]);
    const [second] = gradients((first as typeof x).sum(), [x]);
    expect([...(second as typeof x).dataSync()]).toEqual([6, 12, 18]);
  });

  test("a compiled step updates parameters in place, and old handles keep old values", () => {
    const w = new Parameter(tensor([4]), "w");
    const rate = new RunTimeScalar(0.25);
    const step = compile((x) => {
      const cost = w.mul(x).square().sum();
      const [gradient] = gradients(cost, [w]);
      w.assign(w.sub((gradient as typeof x).mul(rate.tensor())));
      return cost;
    });
    const old = w.mul(1);
    expect(step(tensor([1])).itemSync()).toBe(16);
    expect(w.dataSync()[0]).toBe(2);
    expect(old.dataSync()[0]).toBe(4);
    rate.value = 0.5;
    step(tensor([1]));
    expect(w.dataSync()[0]).toBe(0);
    expect(step.programs).toBe(1);
  });

  test("draws are the same, compiled or not", () => {
    manualSeed(7);
    const eager = [rand([5]).dataSync(), rand([5]).dataSync(), rand([5]).dataSync()];
    manualSeed(7);
    const draw = compile(() => [rand([5]), rand([5])]);
    const [first, second] = draw();
    expect([first?.dataSync(), second?.dataSync(), draw()[0]?.dataSync()]).toEqual(eager);
  });

  test("a custom operation uses its own backward", () => {
    const double = customOperation<readonly [ReturnType<typeof zeros>]>({
      name: "double",
      forward: (x) => x.mul(2),
      backward: (gradient) => [gradient.mul(100)],
    });
    const x = new Parameter(tensor([1]));
    double(x).sum().backward();
    expect(x.grad?.itemSync()).toBe(100);
  });

  test("scan carries, stacks, and lifts what the body takes from outside", () => {
    const w = new Parameter(tensor([2]));
    const { carries, outputs } = scan(
      ([h], [x]) => {
        const next = (h as typeof w).mul(w).add(x as typeof w);
        return { carries: [next], outputs: [next.mul(10)] };
      },
      { carries: [zeros([1])], sequences: [tensor([[1], [2], [3]])] },
    );
    expect([...(carries[0]?.dataSync() ?? [])]).toEqual([11]);
    expect([...(outputs[0]?.dataSync() ?? [])]).toEqual([10, 40, 110]);
    carries[0]?.sum().backward();
    // h3 = w^2 x1 + w x2 + x3
    expect(w.grad?.itemSync()).toBe(6);
  });
});

describe("integers and bools", () => {
  test("the smallest is found without overflow", () => {
    const bytes = tensor(Uint8Array.of(7, 0, 255, 0));
    expect([bytes.min().itemSync(), bytes.argmin().itemSync()]).toEqual([0, 1]);
    const words = tensor(Int32Array.of(0, -(2 ** 31), 2 ** 31 - 1));
    expect([words.min().itemSync(), words.argmin().itemSync()]).toEqual([-(2 ** 31), 1]);
    expect(tensor([true, false]).min().itemSync()).toBe(0);
    expect(tensor([1, Number.NaN, -1]).min().itemSync()).toBeNaN();
  });

  test("anything but 0 is true", () => {
    const data = [
      tensor([0, 2, -1], { dtype: "bool" }),
      tensor(Uint8Array.of(0, 2, 255), { dtype: "bool" }),
    ];
    for (const each of data) {
      expect([...each.cast("int32").dataSync()]).toEqual([0, 1, 1]);
      expect([...each.not().dataSync()]).toEqual([1, 0, 0]);
    }
  });

  test("a tensor cannot be filled with what its dtype does not have", () => {
    expect(() => full([2], 300, "uint8")).toThrow(
      "received the number 300 for a tensor of dtype uint8",
    );
    expect(() => full([2], 0.5, "int32")).toThrow("expected an integer from -2147483648");
    expect(() => full([2], 2, "bool")).toThrow("expected an integer from 0 to 1");
    expect(full([1], Number.NaN).itemSync()).toBeNaN();
  });

  test("squares are for floating dtypes, as all powers are", () => {
    expect([...tensor([-3, 0.5]).pow(2).dataSync()]).toEqual([9, 0.25]);
    expect(() => tensor(Int32Array.of(3)).pow(2)).toThrow("expected a floating dtype");
  });
});

describe("scan and gradients", () => {
  test("a custom operation inside a loop gets the values of its iteration", () => {
    const a = new Parameter(tensor([2]));
    const product = customOperation<readonly [Tensor, Tensor]>({
      name: "product",
      forward: (x, y) => x.mul(y),
      backward: (gradient, { inputs: [x, y] }) => [gradient.mul(y), gradient.mul(x)],
    });
    const run = (multiply: (x: Tensor, y: Tensor) => Tensor): number => {
      const { carries } = scan(
        ([h], [x]) => ({ carries: [multiply(h as Tensor, a).add(x as Tensor)], outputs: [] }),
        { carries: [zeros([1])], sequences: [tensor([[1], [2], [3], [4]])] },
      );
      const [gradient] = gradients((carries[0] as Tensor).sum(), [a]);
      return (gradient as Tensor).itemSync();
    };
    expect(run(product)).toBe(run((x, y) => x.mul(y)));
    // h4 = a^3 + 2 a^2 + 3 a + 4
    expect(run(product)).toBe(3 * 4 + 4 * 2 + 3);
  });

  test("noGradient inside a loop's body stops gradients", () => {
    const a = new Parameter(tensor([2]));
    const { outputs } = scan(
      (_, [x]) => ({ carries: [], outputs: [a.mul(x as Tensor).mul(noGradient(() => a.mul(1)))] }),
      { carries: [], sequences: [tensor([[1], [4]])] },
    );
    const [gradient] = gradients((outputs[0] as Tensor).sum(), [a]);
    expect((gradient as Tensor).itemSync()).toBe(10);
  });
});
