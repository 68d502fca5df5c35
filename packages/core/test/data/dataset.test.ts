import { describe, expect, it } from "vitest";
import { ArgumentError, ShapeError } from "../../src/array/index.js";
import { Subset, TensorDataset } from "../../src/data/index.js";
import { compile, tensor, zeros } from "../../src/tensor/index.js";

const indices = (...values: number[]) => tensor(Int32Array.from(values));
const inputs = tensor([
  [0, 1],
  [10, 11],
  [20, 21],
  [30, 31],
]);
const labels = tensor(Uint8Array.of(5, 6, 7, 8));

describe("TensorDataset", () => {
  it("takes the same samples of every tensor, as they are stored", async () => {
    const dataset = new TensorDataset([inputs, labels]);
    const [x, y] = dataset.take(indices(2, 0));
    expect(dataset.length).toBe(4);
    expect([...(await x.data())]).toEqual([20, 21, 0, 1]);
    expect(y.dtype).toBe("uint8");
    expect([...(await y.data())]).toEqual([7, 5]);
  });

  it("takes tensors by name, in order", async () => {
    const [x, y] = new TensorDataset({ inputs, labels }).take(indices(3));
    expect(x?.shape).toEqual([1, 2]);
    expect([...((await y?.data()) ?? [])]).toEqual([8]);
  });

  it("transforms what was gathered, inside a compiled function too", async () => {
    const dataset = new TensorDataset([labels], {
      transform: (label) => [label.cast("float32").divide(10)],
    });
    const step = compile((batch: ReturnType<typeof tensor>) => dataset.take(batch)[0]);
    expect([...(await step(indices(1, 3)).data())].map((value) => value.toFixed(2))).toEqual([
      "0.60",
      "0.80",
    ]);
  });

  it("names the tensors whose lengths differ", () => {
    const make = () => new TensorDataset({ images: inputs, labels: zeros([3]) });
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(/images \(4, 2\), labels \(3,\), expected the same number of samples/);
  });

  it("refuses a scalar, no tensor, and no sample", () => {
    expect(() => new TensorDataset([tensor(1)])).toThrow(/a scalar has no axis/);
    expect(() => new TensorDataset([])).toThrow(/received no tensor/);
    expect(() => new TensorDataset([zeros([0, 2])])).toThrow(ArgumentError);
    expect(() => new TensorDataset([zeros([0, 2])])).toThrow(/the data set is empty/);
  });
});

describe("Subset", () => {
  const dataset = new TensorDataset([inputs, labels]);

  it("views samples by index, and subsets of subsets", async () => {
    const subset = new Subset(dataset, [3, 1, 0]);
    const inner = new Subset(subset, [2, 0]);
    expect(subset.length).toBe(3);
    expect([...(await subset.take(indices(0, 1))[1].data())]).toEqual([8, 6]);
    expect([...(await inner.take(indices(0, 1))[1].data())]).toEqual([5, 8]);
  });

  it.each([[4], [-1], [0.5]])("refuses index %d", (index) => {
    expect(() => new Subset(dataset, [0, index])).toThrow(ArgumentError);
    expect(() => new Subset(dataset, [0, index])).toThrow(/expected integers from 0 to 3/);
  });

  it("refuses to be empty", () => {
    expect(() => new Subset(dataset, [])).toThrow(/received no index/);
  });
});
