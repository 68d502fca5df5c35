import fc from "fast-check";
import { expect, test } from "vitest";
import type { TrialRecord } from "../../src/ledger/searchEvents.js";
import { Knowledge } from "../../src/tune/knowledge.js";

const trial = (number: number): TrialRecord => ({
  ...{ number, values: { rate: number }, state: "completed", run: null },
  ...{ objectives: [number], constraints: [], reports: [], epochs: 1, seconds: 1 },
});
const numbersOf = (trials: readonly { readonly number: number }[]) =>
  trials.map(({ number }) => number);

test("what a trial is proposed from does not depend on which others have ended", () => {
  const order = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 0 });
  fc.assert(
    fc.property(order, fc.integer({ min: 1, max: 4 }), (ended, jobs) => {
      const knowledge = new Knowledge({ jobs, async: false }, []);
      for (let number = 1; number <= 9; number++) knowledge.propose(number, { rate: number });
      for (const number of ended) knowledge.finish(trial(number));
      const needed = Array.from({ length: 9 - jobs }, (_, index) => index + 1);
      const isEnough = needed.every((number) => ended.includes(number));
      expect(knowledge.isEnoughFor(9)).toBe(isEnough);
      if (!isEnough) return;
      expect(numbersOf(knowledge.resultsFor(9))).toEqual(needed);
      const between = Array.from({ length: jobs - 1 }, (_, index) => ({ rate: 10 - jobs + index }));
      expect(knowledge.pendingFor(9)).toEqual(between);
    }),
    { numRuns: 50 },
  );
});

test("an asynchronous search takes what is there, and knows what runs", () => {
  const knowledge = new Knowledge({ jobs: 2, async: true }, [trial(1)]);
  knowledge.propose(2, { rate: 2 });
  knowledge.propose(3, { rate: 3 });
  knowledge.finish(trial(3));
  expect(knowledge.isEnoughFor(4)).toBe(true);
  expect(numbersOf(knowledge.resultsFor(4))).toEqual([1, 3]);
  expect(knowledge.pendingFor(4)).toEqual([{ rate: 2 }]);
});
