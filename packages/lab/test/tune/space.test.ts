import { expect, test } from "vitest";
import { choice, flag, int, real } from "../../src/experiment/declarations.js";
import { experiment } from "../../src/experiment/experiment.js";
import { flagsOf } from "../../src/tune/flags.js";
import { recordedSpace, recordSpace, searchSpaceOf } from "../../src/tune/space.js";

const declared = experiment({
  name: "declared",
  hyperparameters: {
    learningRate: real(0.1, { min: 1e-4, max: 1, scale: "log" }),
    width: int(16, { min: 1, max: 64 }),
    optimizer: choice("sgd", { options: ["sgd", "adam"] }),
    momentum: real(0.9, { min: 0, max: 1, when: { optimizer: "sgd" } }),
    bias: flag(true),
    samples: int(100, { min: 10, max: 1000, searched: false }),
    epochs: int(10, { min: 1, max: 100 }),
  },
  setup: () => {
    throw new Error("nothing is trained here");
  },
});

const names = (options: Partial<Parameters<typeof searchSpaceOf>[1]>) =>
  searchSpaceOf(declared, { fixed: {}, ranges: {}, ...options }).dimensions.map(({ name }) => name);

test("by default everything of the experiment's own is searched that is not given, but epochs", () => {
  expect(names({})).toEqual(["learningRate", "width", "optimizer", "momentum", "bias"]);
  expect(names({ fixed: { width: 8, optimizer: "adam" } })).toEqual(["learningRate", "bias"]);
  expect(names({ only: ["epochs", "batchSize"] })).toEqual(["epochs", "batchSize"]);
});

test("what is declared as not searched, epochs and batchSize are searched where they are named", () => {
  expect(names({ only: ["samples"] })).toEqual(["samples"]);
  expect(
    names({ ranges: { samples: "10..50", batchSize: "8..64" }, fixed: { bias: true } }),
  ).toEqual([...["learningRate", "width", "optimizer", "momentum", "samples", "batchSize"]]);
  expect(() => int(1, { min: 1, max: 2, searched: "no" as never })).toThrow(
    'int: received searched: "no", expected true or false.',
  );
});

test("a space is the same again from what is recorded of it", () => {
  const ranges = { width: "8..16", optimizer: "adam,sgd", learningRate: "1e-3..0.1" };
  const space = searchSpaceOf(declared, { fixed: { bias: false }, ranges });
  const record = { space: recordSpace(space), fixed: space.fixed };
  // Of the record this alone is needed.
  const again = recordedSpace(declared, record as Parameters<typeof recordedSpace>[1]);
  expect(recordSpace(again)).toEqual(recordSpace(space));
  expect(again.fromUnit([0, 0, 0, 0])).toEqual(space.fromUnit([0, 0, 0, 0]));
  expect(again.complete({})).toEqual(space.complete({}));
});

test("values are printed as a shell takes them", () => {
  const values = { rate: 1e-7, bias: false, deep: true, word: "a b's", path: "data/x.csv" };
  expect(flagsOf(values)).toBe(`--rate 1e-7 --no-bias --deep --word 'a b'\\''s' --path data/x.csv`);
});
