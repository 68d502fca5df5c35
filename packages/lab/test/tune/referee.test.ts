import { expect, test } from "vitest";
import type { Pruner } from "../../src/tune/pruners/pruner.js";
import { Referee } from "../../src/tune/referee.js";

/** Says which trials it was shown. */
const tells: Pruner = {
  decidesAt: (_, step) => step === 2,
  reasonToPrune: ({ number }, others) =>
    `${number} against ${others.map((other) => `${other.number}:${other.reports.length}`)}`,
};

const settled = async <T>(promise: Promise<T>): Promise<T | "waits"> => {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, Promise.resolve("waits" as const)]);
};

test("waits until trials with lower numbers have come as far, or ended, and for no others", async () => {
  const referee = new Referee(tells, false);
  for (const trial of [1, 2, 3]) referee.begin(trial);
  expect(await referee.judge(2, { step: 1, value: 1 })).toBeUndefined();
  const verdict = referee.judge(2, { step: 2, value: 1 });
  expect(await settled(verdict)).toBe("waits");
  await referee.judge(1, { step: 1, value: 1 });
  expect(await settled(verdict)).toBe("waits");
  expect(await referee.judge(1, { step: 2, value: 1 })).toBe("1 against ");
  expect(await verdict).toBe("2 against 1:2");
  const last = referee.judge(3, { step: 2, value: 1 });
  expect(await settled(last)).toBe("3 against 1:2,2:2");
});

test("waits for nobody who has ended, and knows what trials of before had reported", async () => {
  const referee = new Referee(tells, false);
  referee.end(1, [{ step: 1, value: 5 }]);
  referee.begin(2);
  referee.begin(3);
  const verdict = referee.judge(3, { step: 2, value: 1 });
  expect(await settled(verdict)).toBe("waits");
  referee.end(2);
  expect(await verdict).toBe("3 against 1:1,2:0");
});

test("asynchronous: decides by what is there", async () => {
  const referee = new Referee(tells, true);
  referee.begin(1);
  referee.begin(2);
  expect(await referee.judge(2, { step: 2, value: 1 })).toBe("2 against 1:0");
});
