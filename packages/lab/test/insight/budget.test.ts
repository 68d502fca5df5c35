import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget } from "../../src/insight/budget.js";

/**
 * Epochs that were measured in a training whose epochs all take as long, and what that took.
 *
 * @param firstBatch what the first batch takes, from which the first measurement is foreseen
 */
function train(
  epochs: number,
  milliseconds: number,
  cost: (measured: number) => number,
  firstBatch = cost(0) / 1.5,
) {
  const budget = new Budget();
  const measured: number[] = [];
  let spent = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const isAllowed = budget.allows(epochs - epoch + 1, (epoch - 1) * milliseconds);
    if (epoch === 1) budget.expect(firstBatch);
    if (!isAllowed) continue;
    const took = cost(measured.length);
    budget.spend(took);
    spent += took;
    measured.push(epoch);
  }
  return { measured, spent };
}

test("measuring takes a hundredth of the time at most", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 1, max: 100_000, noNaN: true }),
      fc.double({ min: 1, max: 2000, noNaN: true }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (epochs, milliseconds, first, share) => {
        const cost = (measured: number) => (measured === 0 ? first : (share * first) / 8);
        const { measured, spent } = train(epochs, milliseconds, cost);
        expect(spent).toBeLessThanOrEqual(0.01 * epochs * milliseconds + 1e-6);
        expect(measured.length).toBeLessThanOrEqual(110);
      },
    ),
  );
});

test("what takes long to compile is measured in long trainings only", () => {
  expect(train(100, 1000, () => 900).measured).toEqual([]);
  expect(train(1000, 1000, () => 900).measured.length).toBeGreaterThan(0);
});

test("epochs of milliseconds are not measured, long ones each", () => {
  expect(train(500, 3, () => 20).measured).toEqual([]);
  expect(train(10, 60_000, () => 50).measured).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("of many epochs some are measured, from beginning to end", () => {
  const { measured } = train(1000, 1000, (before) => (before === 0 ? 60 : 5));
  expect(measured.length).toBeGreaterThan(80);
  expect(measured[0]).toBeLessThan(10);
  expect(measured.at(-1)).toBeGreaterThan(980);
});

test("what costs more than was supposed is done more seldom", () => {
  expect(train(100, 1000, () => 250, 40).measured).toHaveLength(3);
});
