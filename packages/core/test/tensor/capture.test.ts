import { describe, expect, test } from "vitest";
import {
  Buffer,
  compile,
  customOperation,
  full,
  gradients,
  manualSeed,
  noGradient,
  Parameter,
  rand,
  scan,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";

const list = (each: Tensor | null | undefined): number[] => [...(each as Tensor).dataSync()];
const elsewhere = "was read or used outside of the function that it belongs to";
const sequence = tensor([[1], [2], [3]]);

/** Calls `inside` in the body of a scan, which gives back what it returns of each slice. */
const loop = (inside: (slice: Tensor) => Tensor): Tensor =>
  scan((_, [slice]) => ({ carries: [], outputs: [inside(slice as Tensor)] }), {
    carries: [],
    sequences: [sequence],
  }).outputs[0] as Tensor;

describe("what a compiled function takes from outside", () => {
  test("values that were read before are constants", () => {
    const doubled = tensor([1, 2]).mul(2);
    expect(list(doubled)).toEqual([2, 4]);
    expect(list(compile(() => doubled.add(1))())).toEqual([3, 5]);
    const w = new Parameter(tensor([1, 2]));
    const tracked = w.mul(3);
    expect(list(tracked)).toEqual([3, 6]);
    expect(list(compile((x) => tracked.transpose(0, 0).mul(x))(tensor([2])))).toEqual([6, 12]);
  });

  test("values that were not read yet are computed once", () => {
    const images = tensor(new Uint8Array(6).fill(51), { shape: [3, 2] });
    const scaled = images.cast("float32").div(255);
    const pick = compile((indices) => scaled.transpose().take(indices, 1));
    expect(scaled.node.storage).toBeNull();
    expect(list(pick(tensor(Int32Array.of(2)))).map(Math.fround)).toEqual(
      [0.2, 0.2].map(Math.fround),
    );
    expect(scaled.node.storage).not.toBeNull();
  });

  test("gradients flow to parameters through values from outside", () => {
    const w = new Parameter(tensor([2]));
    const square = w.square();
    square.dataSync();
    const step = compile((x) => gradients(square.mul(x).sum(), [w])[0] as Tensor);
    expect(list(step(tensor([5])))).toEqual([20]);
  });

  test("what belongs to another function is refused", () => {
    const w = new Parameter(tensor([1, 2]));
    let argument: Tensor | null = null;
    let state: Tensor | null = null;
    compile((x) => {
      argument = x.add(1);
      state = w.mul(2);
      return x;
    })(tensor([5, 6]));
    const leaked = [argument, state] as unknown as Tensor[];
    for (const each of leaked) {
      expect(() => each.dataSync()).toThrow(elsewhere);
      expect(() => compile((x) => x.add(each))(tensor([5, 6]))).toThrow(elsewhere);
    }
  });

  test("an argument that is no tensor is refused", () => {
    const double = compile((x) => x.mul(2));
    for (let call = 0; call < 2; call++) {
      expect(() => double(5 as unknown as Tensor)).toThrow(
        "received 5 as argument 0, expected a Tensor",
      );
      double(tensor([1]));
    }
  });

  test("who calls it does not matter: not even noGradient", () => {
    const w = new Parameter(tensor([2]));
    const slope = compile((x) => {
      w.mul(x).sum().backward();
      return w.grad as Tensor;
    });
    expect(list(noGradient(() => slope(tensor([3]))))).toEqual([3]);
    expect(() => noGradient(() => w.sum().backward())).toThrow("under noGradient");
  });

  test("an output may be an argument, a state, a constant, or a view of another output", () => {
    const state = new Buffer(tensor([7, 8]));
    const fixed = tensor([5, 6]);
    const run = compile((x) => {
      const y = x.mul(2);
      const old = state.reshape([2]);
      state.assign(y);
      return [
        y,
        y,
        y.reshape([2, 1]),
        x,
        x.expand([2, 2]),
        state,
        old,
        fixed,
        zeros([2]),
        full([0], 1),
      ];
    });
    for (let call = 0; call < 2; call++) {
      const old = call === 0 ? [7, 8] : [2, 4];
      expect(run(tensor([1, 2])).map(list)).toEqual([
        ...[[2, 4], [2, 4], [2, 4], [1, 2], [1, 2, 1, 2], [2, 4], old, [5, 6], [0, 0], []],
      ]);
    }
  });
});

describe("the body of a scan", () => {
  test("may not read its slices, nor assign them to states", () => {
    expect(() => loop((x) => x.mul(x.add(1).itemSync()))).toThrow(elsewhere);
    const seen = new Buffer(zeros([1]));
    const assigning = () =>
      loop((x) => {
        seen.assign(seen.add(x));
        return x;
      });
    assigning();
    expect(() => seen.dataSync()).toThrow(elsewhere);
    expect(() => compile(assigning)()).toThrow(elsewhere);
    expect(list(seen)).toEqual([0]);
  });

  test("may contain values that were read", () => {
    const run = () =>
      loop((x) => {
        const factor = tensor([3]).mul(2);
        factor.dataSync();
        return x.mul(factor);
      });
    expect(list(run())).toEqual([6, 12, 18]);
  });

  test("is not confused with another one when its constants are read elsewhere", () => {
    const results = [5, 7].map((value) => {
      let factor = zeros([1]);
      const output = loop((x) => {
        factor = full([1], value);
        return x.mul(factor.add(1));
      });
      factor.dataSync();
      return list(output);
    });
    expect(results).toEqual([
      [6, 12, 18],
      [8, 16, 24],
    ]);
  });

  test("keeps what it computes of constants when somebody evaluates that elsewhere", () => {
    let inner = zeros([1]);
    const output = loop((x) => {
      inner = full([1], 2).add(1);
      return x.mul(inner);
    });
    expect(list(inner)).toEqual([3]);
    expect(list(output)).toEqual([3, 6, 9]);
  });

  test("closes over arguments, states and tracked tensors of the function around it", () => {
    const w = new Parameter(tensor([2]), "w");
    const step = compile(
      (x) => {
        const scaled = w.mul(x);
        const { carries } = scan(
          ([h], [slice]) => {
            const nested = scan(
              ([k], [inner]) => ({
                carries: [(k as Tensor).mul(w).add(inner as Tensor)],
                outputs: [],
              }),
              { carries: [slice as Tensor], sequences: [sequence] },
            );
            return {
              carries: [(h as Tensor).add(nested.carries[0] as Tensor).mul(scaled)],
              outputs: [],
            };
          },
          { carries: [x], sequences: [sequence] },
        );
        (carries[0] as Tensor).sum().backward();
        return carries[0] as Tensor;
      },
      { keepGradients: true },
    );
    const plain = (weight: Tensor, x: Tensor): Tensor => {
      let h = x;
      for (const slice of [1, 2, 3]) {
        let k: Tensor = tensor([slice]);
        for (const inner of [1, 2, 3]) k = k.mul(weight).add(inner);
        h = h.add(k).mul(weight.mul(x));
      }
      return h;
    };
    const x = tensor([0.5]);
    const expected = plain(w, x);
    expect(list(step(x))).toEqual(list(expected));
    expect(list(w.grad)).toEqual(list(gradients(expected.sum(), [w])[0]));
  });

  test("a parameter thawed before it is first read in the body is differentiated", () => {
    const w = new Parameter(tensor([2]));
    const step = compile(() => {
      w.requiresGrad = false;
      const frozen = w.mul(1);
      w.requiresGrad = true;
      const total = loop((x) => w.mul(x).mul(frozen)).sum();
      total.backward();
      return w.grad as Tensor;
    });
    expect(list(step())).toEqual([12]);
  });

  test("two carries may change places by way of a copy", () => {
    const run = () => {
      const { carries } = scan(
        ([a, b], [x]) => ({
          carries: [(b as Tensor).reshape([2, 2]), (a as Tensor).transpose().reshape([4])],
          outputs: [x as Tensor],
        }),
        {
          carries: [
            tensor([
              [1, 2],
              [3, 4],
            ]),
            tensor([5, 6, 7, 8]),
          ],
          sequences: [tensor([1, 1, 1])],
        },
      );
      return carries;
    };
    const expected = [
      [5, 7, 6, 8],
      [1, 2, 3, 4],
    ];
    expect(run().map(list)).toEqual(expected);
    expect(compile(run)().map(list)).toEqual(expected);
  });
});

describe("randomness", () => {
  test("the same inside loops, eager or compiled, and after a failure", () => {
    const noisy = (indices: Tensor): Tensor => {
      const first = rand([1]);
      return loop((x) => x.mul(rand([1])).add(first)).take(indices);
    };
    const [good, bad] = [tensor(Int32Array.of(0, 1, 2)), tensor(Int32Array.of(9))];
    manualSeed(3);
    const eager = [list(noisy(good)), list(noisy(good))];
    expect(new Set(eager.flat()).size).toBe(6);
    manualSeed(3);
    const compiled = compile(noisy);
    const first = list(compiled(good));
    expect(() => compiled(bad)).toThrow("received index 9");
    expect([first, list(compiled(good))]).toEqual(eager);
  });
});

test("a custom operation gives gradients to its arguments alone", () => {
  const [x, hidden] = [new Parameter(tensor([1])), new Parameter(tensor([2]))];
  const scaleBy = customOperation<readonly [Tensor]>({
    name: "scale",
    forward: (input) => input.mul(hidden),
    backward: (gradient) => [gradient.mul(hidden)],
  });
  scaleBy(x).sum().backward();
  expect(list(x.grad)).toEqual([2]);
  expect(hidden.grad).toBeNull();
  expect(() =>
    scaleBy(tensor([1]))
      .sum()
      .backward(),
  ).toThrow("depends on no parameter");
});
