import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { halvingPruner, hyperbandPruner } from "../../src/tune/pruners/halving.js";
import { makePruner } from "../../src/tune/pruners/index.js";
import { medianPruner } from "../../src/tune/pruners/median.js";
import type { Curve } from "../../src/tune/pruners/pruner.js";

/** Values after epochs 1, 2, ... */
const curve = (number: number, ...values: number[]): Curve => ({
  number,
  reports: values.map((value, index) => ({ step: index + 1, value })),
});

describe("the median pruner", () => {
  const { decidesAt, reasonToPrune } = medianPruner({ startupTrials: 2 });
  const others = [curve(1, 5, 1), curve(2, 5, 2), curve(3, 5, 9), curve(4, 5, 10)];

  test("lets the first trials through", () => {
    expect([1, 2, 3].map((trial) => decidesAt(trial, 1))).toEqual([false, false, true]);
  });

  test("compares the best so far with the median after the same epoch", () => {
    // The median of 1, 2, 9 and 10 is 5.5.
    expect(reasonToPrune(curve(5, 7, 5.6), others)).toMatch(/epoch 2 than the median of 4/);
    expect(reasonToPrune(curve(5, 7, 5.5), others)).toBeUndefined();
    expect(reasonToPrune(curve(5, 5.5, 99), others)).toBeUndefined();
  });

  test("passes over trials that ended before, and prunes NaN", () => {
    expect(reasonToPrune(curve(5, 7, 9), [curve(1, 1)])).toBeUndefined();
    expect(reasonToPrune(curve(5, Number.NaN), others)).toMatch(/worse after epoch 1/);
  });
});

describe("successive halving", () => {
  const { decidesAt, reasonToPrune } = halvingPruner({ minimum: 2, factor: 3 });

  test("has rungs at minimum * factor^k", () => {
    const rungs = Array.from({ length: 60 }, (_, step) => step).filter((step) =>
      decidesAt(1, step),
    );
    expect(rungs).toEqual([2, 6, 18, 54]);
  });

  test("keeps a third, rounded up", () => {
    const rung = (...values: number[]) => values.map((value, index) => curve(index + 1, 0, value));
    expect(reasonToPrune(curve(1, 0, 5), [])).toBeUndefined();
    expect(reasonToPrune(curve(2, 0, 6), rung(5))).toMatch(/number 2 of 2 after epoch 2/);
    expect(reasonToPrune(curve(3, 0, 2), rung(1, 3))).toMatch(/number 2 of 3/);
    expect(reasonToPrune(curve(4, 0, 2), rung(1, 3, 4))).toBeUndefined();
    expect(reasonToPrune(curve(6, 0, 4), rung(1, 3, 4, 5, 6))).toMatch(/number 4 of 6.* 2 go on/);
    // Of equal ones the first goes on.
    expect(reasonToPrune(curve(2, 0, 5), rung(5))).toBeDefined();
  });

  test("of n trials with values in any order the best always goes on", () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(values, (all) => {
        const curves = all.map((value, index) => curve(index + 1, 0, value));
        const kept = curves.filter(
          (each, index) => reasonToPrune(each, curves.slice(0, index)) === undefined,
        );
        expect(kept.map(({ reports }) => reports[1]?.value)).toContain(Math.min(...all));
      }),
    );
  });
});

describe("Hyperband", () => {
  const { decidesAt, reasonToPrune } = hyperbandPruner({ minimum: 1, maximum: 9, factor: 3 });

  /** With R = 9 and factor 3: 9 trials from 1 epoch on, 5 from 3, 3 from 9 (Li et al. 2018, section 3). */
  test("goes through its brackets in turn", () => {
    const firstRungs = Array.from({ length: 18 }, (_, index) =>
      [1, 3, 9].find((step) => decidesAt(index + 1, step)),
    );
    const round = [...Array(9).fill(1), ...Array(5).fill(3), ...Array(3).fill(9)];
    expect(firstRungs).toEqual([...round, 1]);
  });

  test("compares within a bracket only", () => {
    const other = curve(1, 1, 1, 1);
    expect(reasonToPrune(curve(2, 2), [other])).toBeDefined();
    expect(reasonToPrune(curve(10, 2, 2, 2), [other])).toBeUndefined();
  });
});

test("every name but none makes a pruner", () => {
  const settings = { reportEvery: 2, epochs: 18 };
  expect(makePruner("none", settings)).toBeUndefined();
  const decides = ["median", "halving", "hyperband"].map((name) =>
    makePruner(name, settings)?.decidesAt(6, 2),
  );
  expect(decides).toEqual([true, true, true]);
});
