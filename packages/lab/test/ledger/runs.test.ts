import { describe, expect, test } from "vitest";
import { manyEvents, nameOf } from "../../../../scripts/verify/manyRuns.mjs";
import { readDiff } from "../../src/ledger/diff.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { RunLock } from "../../src/ledger/lock.js";
import {
  countRuns,
  findRun,
  listRuns,
  parseCondition,
  type RunsQuery,
} from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { endedDraft, startedDraft, temporaryLedger } from "./temporary.js";

const numbersOf = async (ledger: Ledger, query: RunsQuery = {}): Promise<number[]> =>
  (await listRuns(ledger, query)).map(({ number }) => number);

const where = (...texts: string[]) => ({ conditions: texts.map(parseCondition) });

describe("many runs", () => {
  // `npm run verify:ledger-scale` does the same with 10,000, and measures.
  test("are listed as their events say, by any condition and in any order", async () => {
    const ledger = temporaryLedger();
    const all = Array.from({ length: 40 }, (_, number) => manyEvents(number));
    await ledger.append(all.flat());
    const settings = all.map(([started, ...events]) => {
      if (started?.type !== "run.started") throw new Error("expected a beginning");
      const test = events.find((event) => event.type === "test");
      const value = (name: string) =>
        Number(started.payload.hyperparameters.find((each) => each.name === name)?.value);
      return {
        number: started.payload.seed + 1,
        experiment: started.payload.experiment,
        rate: value("learningRate"),
        width: value("width"),
        accuracy: test?.payload.scores?.accuracy ?? Number.NaN,
      };
    });
    const expected = (isKept: (run: (typeof settings)[number]) => boolean): number[] =>
      settings
        .filter(isKept)
        .map(({ number }) => number)
        .reverse();

    expect(await numbersOf(ledger, where("test.accuracy>=0.96", "width=64"))).toEqual(
      expected(({ accuracy, width }) => accuracy >= 0.96 && width === 64),
    );
    expect(await numbersOf(ledger, where("learningRate<0.001", "experiment!=digits"))).toEqual(
      expected(({ rate, experiment }) => rate < 0.001 && experiment !== "digits"),
    );
    expect(await countRuns(ledger, where("width!=64").conditions)).toBe(
      expected(({ width }) => width !== 64).length,
    );
    expect(await numbersOf(ledger, { sort: "test.accuracy", descending: true, limit: 3 })).toEqual(
      settings
        .sort((a, b) => b.accuracy - a.accuracy)
        .slice(0, 3)
        .map(({ number }) => number),
    );
    const { sections } = await readDiff(ledger, nameOf(1), nameOf(2));
    expect(sections["hyper-parameters"]?.map(({ name }) => name)).toContain("learningRate");
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
  });
});

describe("conditions", () => {
  test("tell runs that were killed from those that run", async () => {
    const ledger = temporaryLedger();
    await ledger.append(["a", "b", "c"].map((run) => startedDraft(run)));
    await ledger.append([endedDraft("a")]);
    const lock = RunLock.take(ledger.folder, "b");
    expect(await numbersOf(ledger, where("state=running"))).toEqual([2]);
    expect(await numbersOf(ledger, where("state=killed"))).toEqual([3]);
    expect(await numbersOf(ledger, where("state!=completed"))).toEqual([3, 2]);
    lock?.release();
    expect(await countRuns(ledger, where("state=killed").conditions)).toBe(2);
    expect((await findRun(ledger, "b")).state).toBe("killed");
  });

  test.each(["", "accuracy", "=1", "a ~ 2"])("%j is none", (text) => {
    expect(() => parseCondition(text)).toThrow(
      `runs: received the condition "${text}", expected a name, one of`,
    );
  });
});

describe("findRun", () => {
  test("takes a number, a name, its beginning and last", async () => {
    const ledger = temporaryLedger();
    await ledger.append(["digits-1", "digits-10", "houses"].map((run) => startedDraft(run)));
    for (const [word, id] of [
      ["#2", "digits-10"],
      ["digits-1", "digits-1"],
      ["h", "houses"],
      ["last", "houses"],
    ] as const) {
      expect((await findRun(ledger, word)).id).toBe(id);
    }
    await expect(findRun(ledger, "digits")).rejects.toThrow(
      '"digits" is the beginning of several runs (digits-1, digits-10); write more of the name.',
    );
    await ledger.append(Array.from({ length: 9 }, (_, i) => startedDraft(`my_run${9 - i}`)));
    await ledger.append([startedDraft("my_run")]);
    expect((await findRun(ledger, "my_run")).id).toBe("my_run");
    expect((await findRun(ledger, "my_run7")).id).toBe("my_run7");
    await expect(findRun(ledger, "%")).rejects.toThrow('there is no run "%"');
    await expect(findRun(ledger, "#70")).rejects.toThrow('there is no run "#70"');
  });
});
