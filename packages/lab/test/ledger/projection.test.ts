import { describe, expect, test } from "vitest";
import type { Draft, Payloads } from "../../src/ledger/events.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { findRun } from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { endedDraft, epochDraft, startedDraft, temporaryLedger } from "./temporary.js";

const resumed = (
  epoch: number,
  batch: number,
  more: Partial<Payloads["run.resumed"]> = {},
): Draft => ({
  type: "run.resumed",
  run: "a",
  payload: {
    checkpoint: null,
    from: { epoch, batch, step: 10 * (epoch - 1) + batch },
    environment: startedDraft("a").payload.environment,
    ...more,
  },
});

const tagged = (added: readonly string[], removed: readonly string[] = []): Draft => ({
  type: "tagged",
  run: "a",
  payload: { added, removed },
});

const look: Draft = {
  type: "test",
  run: "a",
  payload: { data: "7e57", purpose: "after training", scores: { loss: 0.5 } },
};

async function threeEpochs(): Promise<Ledger> {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("a"), ...[1, 2, 3].map((n) => epochDraft("a", n, n / 10))]);
  await ledger.append([look, endedDraft("a")]);
  return ledger;
}

describe("a run that goes on", () => {
  test("is listed with the code and the data that it goes on with", async () => {
    const ledger = await threeEpochs();
    const { code, data } = startedDraft("a").payload;
    expect(await findRun(ledger, "a")).toMatchObject({ code: "c0de", data: "da7a" });
    const more = {
      code: { ...code, hash: "c0de2", commit: "f00d" },
      data: { ...data, hash: "da7a2" },
    };
    await ledger.append([resumed(3, 0, more), resumed(3, 1)]);
    expect(await findRun(ledger, "a")).toMatchObject({
      ...{ code: "c0de2", commit_hash: "f00d", data: "da7a2" },
    });
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
  });

  test("has no scores of the epochs that it takes back, until there are new ones", async () => {
    const ledger = await threeEpochs();
    expect(await findRun(ledger, "a")).toMatchObject({ epochs: 3, weights: "3e19", seconds: 1 });
    await ledger.append([resumed(2, 5)]);
    const back = await findRun(ledger, "a");
    expect(back).toMatchObject({
      ...{ state: "killed", epochs: 1, steps: 15, ended: null, weights: null, seconds: null },
      // Somebody has seen it.
      scores: { "test.loss": 0.5 },
    });
    expect(Object.keys(back.scores)).toEqual(["test.loss"]);
    await ledger.append([epochDraft("a", 2, 0.9)]);
    expect(await findRun(ledger, "a")).toMatchObject({
      epochs: 2,
      scores: { "validation.accuracy": 0.9, "train.loss": 0.5 },
    });
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
  });

  test("keeps the scores of the last epoch when it takes none back", async () => {
    const ledger = await threeEpochs();
    await ledger.append([resumed(4, 0)]);
    const { epochs, scores } = await findRun(ledger, "a");
    expect(epochs).toBe(3);
    expect(scores["validation.accuracy"]).toBe(0.3);
  });
});

test("tags are added and removed, each once, in order", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("a"), tagged(["b", "a"]), tagged(["c", "a"], ["b"])]);
  expect((await findRun(ledger, "a")).tags).toBe(" a c ");
  await ledger.append([tagged([], ["a", "c", "d"])]);
  expect((await findRun(ledger, "a")).tags).toBe("");
});

test("approvals are counted", async () => {
  const ledger = await threeEpochs();
  const approval: Draft = {
    type: "approval",
    run: "a",
    payload: { statement: "good", weights: "3e19", data: "da7a", code: "c0de", evaluation: "e7a1" },
  };
  await ledger.append([approval, approval]);
  expect((await findRun(ledger, "a")).approvals).toBe(2);
});

test("what is not finite stands as a word", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("a"), epochDraft("a", 1, Number.NaN)]);
  expect((await findRun(ledger, "a")).scores["validation.accuracy"]).toBe("NaN");
  expect((await verifyLedger(ledger)).fault).toBeUndefined();
});
