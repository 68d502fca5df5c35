import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ArgumentError } from "../../src/array/index.js";
import {
  calculatorData,
  classDistribution,
  classWeights,
  DataLoader,
  generatedData,
  kFold,
  oversample,
  readIdx,
  StreamLoader,
  type StreamSource,
  Subset,
  split,
  TensorDataset,
  undersample,
  unseenPairs,
} from "../../src/data/index.js";
import { arange, ones, tensor } from "../../src/tensor/index.js";

const samples = new TensorDataset([ones([10, 2])]);

describe("data that no type checker has seen", () => {
  test.each([
    ["a tensor", ones([2]), /received a Tensor, expected a list of them/],
    ["nothing", undefined, /received no tensor/],
    ["lists of numbers", [[1, 2]], /received a list of 2 as tensor 0, expected a Tensor/],
  ])("TensorDataset refuses %s", (_, given, expected) => {
    expect(() => new TensorDataset(given as never)).toThrow(expected);
  });

  test.each([[[1, 2, 3]], [undefined], [ones([3])]])("DataLoader refuses %j", (dataset) => {
    expect(() => new DataLoader(dataset as never, { batchSize: 1 })).toThrow(
      /^DataLoader: received .*, expected a dataset such as new TensorDataset/,
    );
  });

  test("DataLoader tells misspelt options and a lastBatch that it does not know", () => {
    const options = { batchSize: 2, suffle: true };
    expect(() => new DataLoader(samples, options)).toThrow('an option named "suffle"');
    expect(() => new DataLoader(samples, { batchSize: 4, lastBatch: "Drop" as never })).toThrow(
      'received lastBatch "Drop", expected "keep" or "drop"',
    );
    expect(() => new DataLoader(samples, { batchSize: "4" as never })).toThrow('batchSize "4"');
    expect(() => new DataLoader(samples, { batchSize: 4, shuffle: "no" as never })).toThrow(
      'DataLoader: received shuffle "no", expected true or false.',
    );
  });

  test("DataLoader and TensorDataset want options that are some", () => {
    expect(() => new DataLoader(samples, undefined as never)).toThrow(
      "DataLoader: received undefined as the options, expected a plain object of batchSize",
    );
    expect(() => new TensorDataset([ones([2])], null as never)).toThrow("null as the options");
    expect(() => new TensorDataset([ones([2])], { transform: 5 as never })).toThrow(
      "TensorDataset: received 5 as the transform, expected a Function.",
    );
    expect(() => new Subset(5 as never, [0])).toThrow("Subset: received 5, expected a dataset");
  });

  test("readIdx wants bytes", () => {
    expect(() => readIdx("train-images" as never)).toThrow(
      'readIdx: received "train-images" as the bytes, expected a Uint8Array; the content of the ' +
        "file, not its path.",
    );
  });

  test("split refuses a number in place of a list, and misspelt options", () => {
    expect(() => split(samples, 0.5 as never)).toThrow("received 0.5 as parts, expected a list");
    expect(() => split(samples, [0.5, 0.5], { sed: 1 } as never)).toThrow('named "sed"');
  });

  test("Subset refuses a tensor of indices, which has no elements to look at", () => {
    expect(() => new Subset(samples, arange(3) as never)).toThrow(
      "Subset: received a Tensor as indices, expected a list of integers.",
    );
  });

  test("unseenPairs refuses a sample that was not drawn", () => {
    const drawn = calculatorData({ operation: "add", samples: 5 });
    expect(() => unseenPairs(drawn, [5])).toThrow(
      "received sample 5, expected integers from 0 to 4",
    );
  });
});

test("TensorDataset computes its columns once, not in every batch", () => {
  const column = tensor([1, 2]).mul(3);
  expect(inspect(column)).toContain("not computed yet");
  new TensorDataset([column]);
  expect(inspect(column)).not.toContain("not computed yet");
});

describe("labels", () => {
  const day = new Date(0);
  test.each([
    ["dates", [day, new Date(0)], /received a Date in groupBy for sample 0, expected a text or a/],
    ["lists", ["a", ["a"]], /received a list of 1 in groupBy for sample 1/],
    ["null", ["a", null], /received null in groupBy for sample 1/],
    ["gaps", [1, undefined], /received undefined in groupBy for sample 1/],
    ["NaN", Float32Array.of(1, Number.NaN), /received NaN in groupBy for sample 1/],
    ["true", [true, false], /received true in groupBy for sample 0.*map\(String\)/],
    [
      "both types",
      [1, "1"],
      /received "1" \(a string\) in groupBy for sample 1, expected a number/,
    ],
  ])("%s are no groups", (_, groupBy, message) => {
    const act = () => split(2, [0.5, 0.5], { groupBy: groupBy as never });
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(message);
    expect(() => kFold(2, 2, { stratifyBy: groupBy as never })).toThrow("in stratifyBy for sample");
  });

  test("large integers are groups", () => {
    const parts = split(4, [0.5, 0.5], { groupBy: [2n ** 60n, 1n, 2n ** 60n, 1n] });
    expect(parts.map((part) => [...part].sort())).toContainEqual([0, 2]);
  });

  test("of very many classes are counted", () => {
    const many = Int32Array.from({ length: 200_000 }, (_, label) => label);
    const dataset = new TensorDataset([tensor(many)]);
    expect(oversample(dataset, many).length).toBe(200_000);
    expect(undersample(dataset, many).length).toBe(200_000);
    expect(classWeights(many, { classes: 200_000 }).shape).toEqual([200_000]);
    expect(classWeights(many, { classes: Array.from(many, String) }).shape).toEqual([200_000]);
    expect(() => classWeights(many, { classes: 1e12 })).toThrow(
      "classWeights: received 1000000000000 classes, expected at most 16777216",
    );
    expect(() => classWeights([0, 2 ** 24])).toThrow("expected integers from 0 to 16777215.");
  });

  test("have classes that are a number or names", () => {
    expect(() => classDistribution({ train: [0, 1] }, { classes: "ab" as never })).toThrow(
      'classDistribution: received classes "ab", expected',
    );
  });
});

test.each<[string, () => unknown]>([
  ["DataLoader", () => new DataLoader(samples, { batchSize: 1, seed: -1 })],
  ["split", () => split(4, [2, 2], { seed: -1 })],
  ["kFold", () => kFold(4, 2, { seed: -1 })],
  ["oversample", () => oversample(samples, new Int32Array(10), { seed: -1 })],
  ["generatedData", () => generatedData("moons", { samples: 4, seed: -1 })],
  ["calculatorData", () => calculatorData({ operation: "add", samples: 4, seed: -1 })],
])("%s is named where a seed is none", (name, act) => {
  expect(act).toThrow(ArgumentError);
  expect(act).toThrow(`${name}: received seed -1, expected an integer from 0 to 2^53 - 1.`);
});

test("a dataset has no negative length", () => {
  const dataset = { length: -5, take: () => [] };
  expect(() => new DataLoader(dataset, { batchSize: 1 })).toThrow("expected a dataset such as");
});

describe("streams that are none", () => {
  const column = { name: "x", shape: [], dtype: "float32" } as const;
  const source = (chunk: unknown, columns: readonly unknown[] = [column]): StreamSource =>
    ({
      columns,
      async *read() {
        yield chunk;
      },
    }) as unknown as StreamSource;
  const read = async (from: StreamSource, options = { batchSize: 1 }): Promise<void> => {
    for await (const batch of new StreamLoader(from, options).batches(0)) batch.at(0);
  };

  test.each<[string, readonly unknown[], RegExp]>([
    ["null", [null], /^StreamLoader: received null as column 0 of the source, expected { name/],
    ["without a dtype", [{ name: "x", shape: [] }], /received a plain object as column 0/],
    ["of half floats", [{ ...column, dtype: "f16" }], /column "x": received dtype "f16"/],
  ])("a column %s", (_, columns, message) => {
    expect(() => new StreamLoader(source([], columns), { batchSize: 1 })).toThrow(message);
  });

  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /the source gave undefined as a chunk, expected a list of typed arrays/],
    [
      "a list of numbers",
      [[1, 2]],
      /the source gave a list of 2 for column "x".*Float32Array.from/,
    ],
    ["other arrays", [Int16Array.of(1)], /the source gave an Int16Array for column "x"/],
  ])("a chunk that is %s", async (_, chunk, message) => {
    await expect(read(source(chunk))).rejects.toThrow(ArgumentError);
    await expect(read(source(chunk))).rejects.toThrow(message);
  });

  test("a read that gives nothing to iterate over", async () => {
    await expect(read({ columns: [column], read: () => 5 as never })).rejects.toThrow(
      "StreamLoader: the read of the source gave 5, expected chunks",
    );
  });

  test("buffers that no memory holds", async () => {
    const full = source([Float32Array.of(1)]);
    await expect(read(full, { batchSize: 1e12 })).rejects.toThrow(
      'StreamLoader: there is no memory for 1000000000000 samples at once, 4 TB of column "x"',
    );
    const options = { batchSize: 1, shuffleBuffer: 1e12 };
    await expect(read(full, options)).rejects.toThrow("or shuffleBuffer");
    expect(() => new StreamLoader(full, { batchSize: 1, shuffleBuffer: -1 })).toThrow(
      "StreamLoader: received shuffleBuffer -1, expected an integer of at least 0.",
    );
  });
});
