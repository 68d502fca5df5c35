import { bestSoFar, frontOf } from "versant/figures";
import type { SearchRecord, TrialRecord } from "versant/studio-api";
import { expect, test } from "vitest";
import { axesOf, itemsOf, objectiveName } from "../../src/pages/search/trials.js";
import { en } from "../../src/words/en/en.js";
import { searchOf } from "../browser/searches.js";

const trial = (number: number, objectives: readonly number[], rest = {}): TrialRecord => ({
  ...{ number, objectives, state: "completed", run: null, values: {}, constraints: [] },
  ...{ reports: [], epochs: 1, seconds: 1 },
  ...rest,
});

const record = (direction: "min" | "max", constraints: SearchRecord["constraints"] = []) => ({
  ...searchOf("one-end", 1).record,
  objectives: [{ name: "score", direction }],
  constraints,
});

test("the best so far goes down by steps, and to the last trial", () => {
  const trials = [trial(1, [3]), trial(2, [5]), trial(3, [1]), trial(4, [2])];
  expect(bestSoFar({ trials, record: record("min") })).toEqual([
    ...[
      [1, 3],
      [3, 3],
      [3, 1],
      [4, 1],
    ],
  ]);
  expect(bestSoFar({ trials, record: record("max") })).toEqual([
    ...[
      [1, 3],
      [2, 3],
      [2, 5],
      [4, 5],
    ],
  ]);
});

test("only complete trials that keep to the constraints are the best", () => {
  const trials = [
    trial(1, [1], { state: "pruned" }),
    trial(2, [], { state: "failed" }),
    trial(3, [2], { constraints: [11] }),
    trial(4, [9], { constraints: [10] }),
    trial(5, ["NaN" as unknown as number], { constraints: [1] }),
  ];
  const rules = record("min", [{ name: "parameters", operator: "<=", limit: 10 }]);
  expect(bestSoFar({ trials, record: rules })).toEqual([
    ...[
      [4, 9],
      [5, 9],
    ],
  ]);
  expect(bestSoFar({ trials: [], record: rules })).toEqual([]);
});

test("the front is drawn in the order of its first objective", () => {
  expect(frontOf([trial(1, [3, 1]), trial(2, [1, 4])], 0, 1)).toEqual([
    ...[
      [1, 4],
      [3, 1],
    ],
  ]);
});

test("axes have the ranges that are searched, and trials their objectives by place", () => {
  const detail = searchOf("many-ends", 60);
  const { space, objectives } = axesOf(detail, en.searches, false);
  expect(space.map(({ name, kind }) => [name, kind])).toEqual([
    ["optimizer", "words"],
    ["learningRate", "log"],
    ["momentum", "linear"],
    ["hidden", "log"],
    ["bias", "words"],
  ]);
  expect(space[1]).toMatchObject({ min: 1e-5, max: 0.1 });
  expect(objectives.map(({ title }) => title)).toEqual(["validation.loss", "parameters"]);
  const items = itemsOf(detail, en.searches);
  expect(items[4]).toMatchObject({ mark: "cross", state: "failed" });
  expect(items[0]?.values[objectiveName(1)]).toBe(detail.trials[0]?.objectives[1]);
  expect(items.filter(({ isBest }) => isBest).length).toBe(detail.search.best.length);
});
