import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DTypeError, ShapeError } from "../../src/index.js";
import { compile, gradients, ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";

const wrong = (value: unknown): never => value as never;

describe("scatterSum", () => {
  test("adds up the rows that have one index", () => {
    const rows = tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const sums = rows.scatterSum(tensor(Int32Array.of(2, 0, 2)), 4);
    expect(sums.shape).toEqual([4, 2]);
    expect([...sums.dataSync()]).toEqual([3, 4, 0, 0, 6, 8, 0, 0]);
    const columns = rows.scatterSum(tensor(Uint8Array.of(1, 1)), 2, -1);
    expect([...columns.dataSync()]).toEqual([0, 3, 0, 7, 0, 11]);
  });

  test("is the adjoint of take, whatever the shapes", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 });
    fc.assert(
      fc.property(sizes, sizes, sizes, fc.integer({ min: 1, max: 4 }), (outer, of, inner, size) => {
        const axis = outer.length;
        const count = of.reduce((product, each) => product * each, 1);
        const indices = tensor(
          Int32Array.from({ length: count }, (_, position) => (position * 7 + 3) % size),
          { shape: of },
        );
        const numbered = (shape: number[]): Tensor => {
          const length = shape.reduce((product, each) => product * each, 1);
          return tensor(
            Float32Array.from({ length }, (_, i) => ((i * 5) % 11) - 4),
            { shape },
          );
        };
        const x = numbered([...outer, size, ...inner]);
        const rows = numbered([...outer, ...of, ...inner]);
        // <take(x), rows> = <x, scatterSum(rows)>, exactly: all are small integers.
        const taken = x.take(indices, axis).mul(rows).sum().itemSync();
        const scattered = x
          .mul(rows.scatterSum(indices, size, axis))
          .sum()
          .itemSync();
        // Not `toBe`, for which -0 is not 0.
        expect(taken === scattered).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("the gradient of a row is that of the sum it went into", () => {
    const rows = tensor([1, 2, 3], { requiresGrad: true });
    const sums = rows.scatterSum(tensor(Int32Array.of(1, 0, 1)), 2);
    const [gradient] = gradients(sums.square().sum(), [rows]);
    expect([...(gradient as Tensor).dataSync()]).toEqual([8, 4, 8]);
  });

  test("nothing adds up to zeros", () => {
    const sums = compile((indices: Tensor) => zeros([0, 2]).scatterSum(indices, 3));
    expect([...sums(tensor(Int32Array.of())).dataSync()]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test.each<[string, () => Tensor, string, typeof ShapeError | typeof DTypeError]>([
    [
      "rows without an index",
      () => ones([3, 2]).scatterSum(tensor(Int32Array.of(0, 1)), 2),
      "scatterSum: received shape (3, 2) and indices (2,), expected one index for each row",
      ShapeError,
    ],
    [
      "an axis that is not there",
      () => ones([3]).scatterSum(tensor(Int32Array.of(0)), 2, 1),
      "scatterSum: received axis 1",
      ShapeError,
    ],
    [
      "a size that is none",
      () => ones([1]).scatterSum(tensor(Int32Array.of(0)), 1.5),
      "scatterSum: received shape (1.5,), expected integers of at least 0",
      ShapeError,
    ],
    [
      "indices that are none",
      () => ones([1]).scatterSum(ones([1]), 2),
      "scatterSum: received indices of dtype float32, expected int32",
      DTypeError,
    ],
    [
      "integers to add up",
      () => tensor(Int32Array.of(1)).scatterSum(tensor(Int32Array.of(0)), 2),
      "scatterSum: received int32, expected a floating dtype",
      DTypeError,
    ],
  ])("refuses %s", (_, act, message, type) => {
    expect(act).toThrow(type);
    expect(act).toThrow(message);
  });

  test("refuses a list as indices", () => {
    expect(() => ones([1]).scatterSum(wrong([0]), 2)).toThrow(
      "scatterSum: received a list of 1 as the indices, expected a Tensor; make one with",
    );
  });

  test("an index out of range is named, by the label if there is one", () => {
    const rows = ones([2, 3]);
    const indices = tensor(Int32Array.of(0, 5));
    expect(() => rows.scatterSum(indices, 4).dataSync()).toThrow(
      "scatterSum (4, 3): received index 5, expected 0 to 3",
    );
    expect(() => rows.scatterSum(indices, 4, 0, "bags").dataSync()).toThrow(
      "bags: received index 5",
    );
    expect(() => rows.take(indices).dataSync()).toThrow("take (2, 3): received index 5");
    expect(() => rows.take(indices, 0, "words").dataSync()).toThrow("words: received");
  });
});
