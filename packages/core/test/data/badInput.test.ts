import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  calculatorData,
  DataLoader,
  readIdx,
  Subset,
  split,
  TensorDataset,
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
