import type { Scores } from "@versant/core";
import { describe, expect, test, vi } from "vitest";
import { manyEvents, nameOf } from "../../../../scripts/verify/manyRuns.mjs";
import { readDiff } from "../../src/ledger/diff.js";
import type { Draft } from "../../src/ledger/events.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { RunLock } from "../../src/ledger/lock.js";
import {
  countRuns,
  findRun,
  listRuns,
  pageOfRuns,
  parseCondition,
  type RunsQuery,
} from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { endedDraft, epochDraft, startedDraft, temporaryLedger } from "./temporary.js";

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

describe("listRuns", () => {
  async function fourRuns(): Promise<Ledger> {
    const ledger = temporaryLedger();
    const widths = [8, 32, 16, undefined];
    for (const [index, width] of widths.entries()) {
      const declaration = {
        kind: "int",
        default: 8,
        min: 1,
        max: 64,
        scale: "linear",
        about: "",
      } as const;
      const record = { name: "width", source: "flag", declaration } as const;
      const hyperparameters = width === undefined ? [] : [{ ...record, value: width }];
      await ledger.append([startedDraft(`run-${index}`, { hyperparameters, seed: 4 - index })]);
    }
    await ledger.append([epochDraft("run-0", 1, 0.5), epochDraft("run-2", 1, 0.25)]);
    return ledger;
  }

  test("have the last scores of epochs that were recorded together, each as its name was last given", async () => {
    const ledger = temporaryLedger();
    const epoch = (number: number, validation?: Scores): Draft => {
      const draft = epochDraft("a", number, number / 10);
      if (draft.type !== "epoch") throw new Error("expected an epoch");
      const { validation: _own, ...payload } = draft.payload;
      return { ...draft, payload: { ...payload, ...(validation && { validation }) } };
    };
    await ledger.append([startedDraft("a"), startedDraft("b")]);
    await ledger.append([epoch(1, { loss: 5 }), epoch(2, { loss: 4, accuracy: 0.5 }), epoch(3)]);
    await ledger.append([epochDraft("b", 1, 0.1), epochDraft("b", 2, 0.2), epoch(4)]);
    const [b, a] = await listRuns(ledger);
    expect(a).toMatchObject({ id: "a", epochs: 4 });
    expect(a?.scores).toMatchObject({ "validation.loss": 4, "validation.accuracy": 0.5 });
    expect(b).toMatchObject({ id: "b", epochs: 2 });
    const apart = temporaryLedger();
    await apart.append([startedDraft("b")]);
    for (const draft of [epochDraft("b", 1, 0.1), epochDraft("b", 2, 0.2)]) {
      await apart.append([draft]);
    }
    expect((await listRuns(apart))[0]?.scores).toEqual(b?.scores);
  });

  test("sorts by columns, hyper-parameters and scores; runs without one come last", async () => {
    const ledger = await fourRuns();
    expect(await numbersOf(ledger)).toEqual([4, 3, 2, 1]);
    expect(await numbersOf(ledger, { descending: false })).toEqual([1, 2, 3, 4]);
    expect(await numbersOf(ledger, { sort: "seed" })).toEqual([4, 3, 2, 1]);
    expect(await numbersOf(ledger, { sort: "width" })).toEqual([1, 3, 2, 4]);
    expect(await numbersOf(ledger, { sort: "width", descending: true })).toEqual([2, 3, 1, 4]);
    expect(await numbersOf(ledger, { sort: "validation.accuracy" })).toEqual([3, 1, 2, 4]);
  });

  test("gives a part of the list", async () => {
    const ledger = await fourRuns();
    expect(await numbersOf(ledger, { limit: 2 })).toEqual([4, 3]);
    expect(await numbersOf(ledger, { limit: 2, offset: 1 })).toEqual([3, 2]);
    expect(await numbersOf(ledger, { offset: 3 })).toEqual([1]);
    expect(await numbersOf(ledger, { ...where("width<32"), limit: 1 })).toEqual([3]);
    expect(await countRuns(ledger, where("width<32").conditions)).toBe(2);
  });

  test("says how many the whole list has, and asks for its names once", async () => {
    const ledger = await fourRuns();
    const ask = vi.spyOn(ledger, "ask");
    const part = { ...where("width<32"), search: "run-", sort: "width", limit: 1 };
    const { runs, total } = await pageOfRuns(ledger, part);
    expect([runs.map(({ number }) => number), total]).toEqual([[1], 2]);
    // Names, the list, and the number of all that it has.
    expect(ask).toHaveBeenCalledTimes(3);
    expect((await pageOfRuns(ledger, { offset: 9, limit: 2 })).total).toBe(4);
    expect((await pageOfRuns(ledger, {})).total).toBe(4);
    await expect(pageOfRuns(ledger, { sort: "wdth" })).rejects.toThrow('the nearest is "width"');
  });

  test("refuses options that it does not know", async () => {
    await expect(listRuns(temporaryLedger(), { where: "a=1" } as object)).rejects.toThrow(
      /an option named "where"/,
    );
  });

  test("names the file that cannot answer, as countRuns and findRun do", async () => {
    const ledger = temporaryLedger();
    ledger.database.connection.exec("drop table runs");
    const refusal = /^the ledger .*ledger\.sqlite cannot be used: no such table: runs/;
    await expect(listRuns(ledger)).rejects.toThrow(refusal);
    await expect(countRuns(ledger)).rejects.toThrow(refusal);
    await expect(findRun(ledger, "last")).rejects.toThrow(refusal);
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
