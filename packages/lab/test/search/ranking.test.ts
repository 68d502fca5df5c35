import { expect, test } from "vitest";
import { paretoFront, rank } from "../../src/search/ranking.js";
import type { FinishedTrial } from "../../src/search/sampler.js";

const trial = (number: number, objectives: number[], more: Partial<FinishedTrial> = {}) => ({
  number,
  values: {},
  state: "completed" as const,
  objectives,
  ...more,
});

test("feasible before infeasible, pruned, failed and without a number", () => {
  const history: FinishedTrial[] = [
    trial(0, [Number.NaN]),
    trial(1, [], { state: "failed" }),
    trial(2, [9], { state: "pruned", intermediate: [{ step: 1, value: 0.5 }] }),
    trial(3, [9], { state: "pruned", intermediate: [{ step: 4, value: 0.9 }] }),
    trial(4, [], { state: "pruned", intermediate: [{ step: 4, value: 0.8 }] }),
    trial(5, [0.1], { constraints: [2, -1] }),
    trial(6, [0.2], { constraints: [0.5, 0.5] }),
    trial(7, [0.7], { constraints: [0] }),
    trial(8, [0.6]),
    trial(9, [Number.POSITIVE_INFINITY]),
    trial(10, [0.1], { constraints: [Number.NaN] }),
    trial(11, [], { state: "pruned" }),
  ];
  const numbers = rank(history).map(({ number }) => number);
  expect(numbers).toEqual([8, 7, 6, 5, 10, 4, 3, 2, 11, 0, 1, 9]);
  expect(rank([...history].reverse()).map(({ number }) => number)).toEqual(numbers);
  expect(paretoFront(history).map(({ number }) => number)).toEqual([8]);
});

test("several objectives: front by front, in a front by hypervolume", () => {
  const history = [
    trial(0, [0, 3]),
    trial(1, [3, 3]),
    trial(2, [1, 1]),
    trial(3, [3, 0]),
    trial(4, [0, 0], { constraints: [1] }),
    trial(5, [2, 2]),
  ];
  expect(rank(history).map(({ number }) => number)).toEqual([2, 0, 3, 5, 1, 4]);
  expect(paretoFront(history).map(({ number }) => number)).toEqual([0, 2, 3]);
  expect(paretoFront([])).toEqual([]);
});

test("several objectives: what comes after the first trials keeps its number's order in its front", () => {
  const history = [
    [0, 3.5],
    [1, 1],
    [3, 0],
    [0.5, 2.9],
    [4, 4],
  ].map((point, number) => trial(number, point));
  expect(rank(history, 1).map(({ number }) => number)).toEqual([1, 0, 2, 3, 4]);
  expect(rank(history, 2).map(({ number }) => number)).toEqual([1, 2, 0, 3, 4]);
});
