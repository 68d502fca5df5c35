import { describe, expect, test } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import { readRun } from "../../src/ledger/record.js";
import { seriesOf } from "../../src/ledger/series.js";
import { epochDraft, startedDraft, temporaryLedger } from "./temporary.js";

const look = (run: string, data: string): Draft => ({
  type: "test",
  run,
  payload: { data, purpose: "after training", scores: { loss: 0.5 } },
});

const steps = (run: string, first: number, mean: readonly number[], stride = 1): Draft => ({
  type: "steps",
  run,
  payload: { first, stride, batches: mean.length * stride, mean, learningRate: 0.1 },
});

const resumed = (run: string, step: number): Draft => ({
  type: "run.resumed",
  run,
  payload: {
    checkpoint: null,
    from: { epoch: Math.floor(step / 10) + 1, batch: step % 10, step },
    environment: startedDraft(run).payload.environment,
  },
});

describe("readRun", () => {
  test("counts the looks at the same test data, by all runs", async () => {
    const ledger = temporaryLedger();
    await ledger.append(["a", "b", "c"].map((run) => startedDraft(run)));
    await ledger.append([look("a", "one"), look("a", "one"), look("b", "one"), look("c", "two")]);
    expect((await readRun(ledger, "a")).looks).toEqual({ data: "one", count: 3, runs: 2 });
    expect((await readRun(ledger, "c")).looks).toEqual({ data: "two", count: 1, runs: 1 });
    await ledger.append([look("c", "unknown")]);
    expect((await readRun(ledger, "c")).looks).toEqual({ data: undefined, count: 0, runs: 0 });
  });

  test("leaves out epochs that a return to a checkpoint took back", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a"), ...[1, 2, 3].map((n) => epochDraft("a", n, n / 10))]);
    await ledger.append([resumed("a", 10), epochDraft("a", 2, 0.9)]);
    const { epochs } = await readRun(ledger, "a");
    expect(epochs.map(({ payload }) => [payload.epoch, payload.validation?.accuracy])).toEqual([
      [1, 0.1],
      [2, 0.9],
    ]);
  });

  test("refuses a run that is not there", async () => {
    await expect(readRun(temporaryLedger(), "a")).rejects.toThrow(/there is no run "a"; expected/);
  });
});

describe("seriesOf", () => {
  test("counts updates, whatever a point stands for", async () => {
    const ledger = temporaryLedger();
    const last: Draft = {
      type: "steps",
      run: "a",
      payload: {
        ...{ first: 2, stride: 4, batches: 6, mean: [3, Number.NaN], learningRate: 0.01 },
        ...{ lowest: [1, 2], highest: [5, 6] },
      },
    };
    await ledger.append([startedDraft("a"), steps("a", 0, [7, 8]), last, look("a", "one")]);
    const series = seriesOf(await ledger.events({ run: "a" }));
    const points = (name: string) => series.get(name)?.map(({ step, value }) => [step, value]);
    expect(points("step.loss")).toEqual([
      [1, 7],
      [2, 8],
      [6, 3],
      [8, Number.NaN],
    ]);
    expect(points("step.lowest")).toEqual([
      [6, 1],
      [8, 2],
    ]);
    expect(points("learningRate")).toEqual([
      [2, 0.1],
      [8, 0.01],
    ]);
    expect(points("test.loss")).toEqual([[8, 0.5]]);
  });

  test("lets what came after a return stand in the place of what came before", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a"), steps("a", 0, [1, 2, 3, 4]), epochDraft("a", 1, 0.5)]);
    await ledger.append([resumed("a", 2), steps("a", 2, [9])]);
    const series = seriesOf(await ledger.events({ run: "a" }));
    expect(series.get("step.loss")?.map(({ value }) => value)).toEqual([1, 2, 9]);
    expect(series.has("train.loss")).toBe(false);
  });
});
