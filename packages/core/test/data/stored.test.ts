import {
  ArgumentError,
  DataLoader,
  type Loader,
  StreamLoader,
  type StreamSource,
  Subset,
  storedSamples,
  type Tensor,
  TensorDataset,
  tensor,
  text,
  windows,
  zeros,
} from "@versant/core";
import { describe, expect, test } from "vitest";

const bytes = tensor(Uint8Array.of(0, 51, 102, 255), { shape: [2, 2] });
const labels = tensor(Int32Array.of(1, 0));
const transform = (image: Tensor, label: Tensor): [Tensor, Tensor] => [
  image.cast("float32").div(255),
  label,
];
const columns = [
  { name: "image", dtype: "uint8", shape: [2] },
  { name: "label", dtype: "int32", shape: [] },
];

describe("storedSamples", () => {
  test("of tensors are their columns, before the transform", () => {
    const dataset = new TensorDataset({ image: bytes, label: labels }, { transform });
    const stored = storedSamples(dataset);
    expect(stored.columns).toEqual(columns);
    const [x] = stored.transform(bytes, labels) as [Tensor, Tensor];
    expect(x.dataSync()).toEqual(dataset.take(tensor(Int32Array.of(0, 1)))[0].dataSync());
  });

  test("of a part, and of a loader, are those of the whole", () => {
    const dataset = new TensorDataset({ image: bytes, label: labels }, { transform });
    const part = new Subset(dataset, [1]);
    expect(storedSamples(part)).toBe(dataset.stored);
    expect(storedSamples(new DataLoader(part, { batchSize: 1 }))).toBe(dataset.stored);
  });

  test("of columns without names are numbered", () => {
    expect(
      storedSamples(new TensorDataset([bytes, labels])).columns.map(({ name }) => name),
    ).toEqual([...["input0", "input1"]]);
  });

  test("of a stream are the source's", () => {
    const source = { columns, async *read() {} } as unknown as StreamSource;
    const loader = new StreamLoader(source, {
      batchSize: 1,
      transform: (...[image, label]) => transform(image as Tensor, label as Tensor),
    });
    const stored = storedSamples(loader);
    expect(stored.columns).toEqual(columns);
    expect(stored.transform(bytes, labels)[0]?.dtype).toBe("float32");
  });

  test("of datasets that say nothing are their batches", () => {
    const texts = new text.SequenceDataset([[1, 2], [3]], labels);
    expect(storedSamples(texts).columns).toEqual([
      { name: "input0", dtype: "int32", shape: [2] },
      { name: "input1", dtype: "int32", shape: [] },
    ]);
    expect(storedSamples(new text.BucketLoader(texts, { batchSize: 1 })).columns).toHaveLength(2);
    const series = windows(zeros([20, 3]), { past: 4, horizon: 2 });
    const { columns: found, transform: make } = storedSamples(new Subset(series, [0, 3]));
    expect(found.map(({ shape }) => shape)).toEqual([
      [4, 3],
      [2, 3],
    ]);
    expect(make(bytes)).toEqual([bytes]);
  });

  test("refuses what tells nothing", () => {
    const silent: Loader = {
      samples: 1,
      length: 1,
      stepKey: {},
      read: () => [],
      gather: (read) => read,
    };
    expect(() => storedSamples(silent)).toThrow(ArgumentError);
    expect(() => storedSamples(silent)).toThrow("has neither stored nor dataset");
    expect(() => storedSamples([1] as never)).toThrow("received a list of 1, expected a dataset");
  });
});
