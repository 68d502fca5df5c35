import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Steering } from "../../src/ledger/events.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { findRun } from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { type Running, start } from "../command/process.js";
import { fixture } from "../command/run.js";
import { makeIdentity, temporaryFolder } from "../ledger/temporary.js";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function versant(...args: readonly string[]): Running {
  const running = start(folder, args, {
    VERSANT_LEDGER: join(folder, "ledger"),
    VERSANT_KEYS: join(folder, "keys"),
  });
  onTestFinished(() => {
    running.child.kill("SIGKILL");
  });
  return running;
}

/** A training that takes its time, with checkpoints all the time. */
const flags = ["--checkpoint-every", "0.02", "--log", "plain"];
const train = (epochs: number, ...more: readonly string[]): Running =>
  versant(
    ...["train", fixture("patient.ts"), "--batchSize", "5", "--epochs", String(epochs)],
    ...[...flags, ...more],
  );

function openLedger(): Ledger {
  const ledger = Ledger.open({ folder: join(folder, "ledger"), identity: makeIdentity("Grace") });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Waits until so many checkpoints were recorded, in all. */
async function checkpoints(ledger: Ledger, count: number): Promise<void> {
  while ((await ledger.events({ types: ["checkpoint"] })).length < count) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const weightsIn = (out: string): string => /SHA-256 (\w{64})/.exec(out)?.[1] ?? out;

describe("a run that was killed", () => {
  test("goes on to the same bits, however often, and its ledger is sound", async () => {
    const whole = weightsIn((await train(300, "--no-ledger").finished).out);
    const ledger = openLedger();
    let running = train(300);
    for (const count of [2, 4, 6]) {
      await checkpoints(ledger, count);
      running.child.kill("SIGKILL");
      await running.finished;
      running = versant("resume", "last", ...flags);
    }
    const { code, out, err } = await running.finished;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(weightsIn(out)).toBe(whole);
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    const run = await findRun(ledger, "last");
    expect(run).toMatchObject({
      state: "completed",
      epochs: 300,
      steps: 2100,
      weights: whole,
    });
    const resumed = await ledger.events({ run: run.id, types: ["run.resumed"] });
    expect(resumed).toHaveLength(3);
    expect(resumed.every(({ payload }) => payload.from.epoch > 1)).toBe(true);
    const epochs = await ledger.events({ run: run.id, types: ["epoch"] });
    expect(new Set(epochs.map(({ payload }) => payload.epoch)).size).toBe(300);
    // The losses of every batch stand in one row, and none of them is made up.
    const steps = await ledger.events({ run: run.id, types: ["steps"] });
    const last = steps.at(-1)?.payload;
    expect((last?.first ?? 0) + (last?.batches ?? 0)).toBe(2100);
    expect(steps.flatMap(({ payload }) => payload.mean).every((mean) => mean > 0)).toBe(true);
    // What has ended does not go on.
    const again = await versant("resume", run.id).finished;
    expect(again.code).toBe(1);
    expect(again.err).toContain("has ended (completed), expected one that was killed");
  });

  test("is not resumed from a checkpoint that was altered", async () => {
    const running = train(100_000);
    const ledger = openLedger();
    await checkpoints(ledger, 1);
    running.child.kill("SIGKILL");
    await running.finished;
    const checkpoint = (await ledger.events({ types: ["checkpoint"] })).at(-1);
    if (!checkpoint) throw new Error("expected a checkpoint");
    const path = ledger.objects.pathOf(checkpoint.payload.tensors);
    writeFileSync(path, "something else");
    const { code, err } = await versant("resume", "last").finished;
    expect(code).toBe(1);
    expect(err).toContain(`the object ${path} has the SHA-256`);
    expect(err).toContain("it was altered or damaged, and is not used");
  });
});

test("a run that was interrupted goes on from that very batch", async () => {
  const whole = weightsIn((await train(300, "--no-ledger").finished).out);
  const running = train(300);
  await running.printed(/end of epoch +20 /);
  running.child.kill("SIGINT");
  const { out } = await running.finished;
  expect(out).toMatch(/`versant resume patient-\w{6}` goes on from there/);
  const { code, out: rest } = await versant("resume", "last", ...flags).finished;
  expect(code).toBe(0);
  expect(weightsIn(rest)).toBe(whole);
});

/** Asks a running training for something, and waits until it has done so. */
async function steer(ledger: Ledger, run: string, asked: Steering) {
  const payload = { ...asked, why: "the test wants it" };
  const [request] = await ledger.append([{ type: "steer.requested", run, payload }]);
  for (;;) {
    const applied = await ledger.events({ run, types: ["steer.applied"] });
    const found = applied.find((event) => event.payload.request === request?.hash);
    if (found) return found.payload;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("a running training does what people ask for, and a rerun repeats it to the bit", async () => {
  const running = train(100_000);
  await running.printed(/end of epoch +5 /);
  const ledger = openLedger();
  const { id } = await findRun(ledger, "last");
  const rate = await steer(ledger, id, { action: "learningRate", value: 0.005 });
  expect(rate).toMatchObject({ action: "learningRate", value: 0.005, from: 0.01 });
  expect(rate.place.epoch).toBeGreaterThan(5);
  await steer(ledger, id, { action: "pause" });
  // What waited is written when it pauses; then nothing comes any more.
  const { place } = await steer(ledger, id, { action: "learningRate", value: 0.004 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await findRun(ledger, id)).steps).toBeLessThanOrEqual(place.step);

  // Somebody else cannot train it meanwhile.
  const other = await versant("resume", id).finished;
  expect(other.code).toBe(1);
  expect(other.err).toContain(`the run ${id} is being trained by another process`);

  await steer(ledger, id, { action: "resume" });
  await steer(ledger, id, { action: "stop" });
  const { code, out } = await running.finished;
  expect(code).toBe(0);
  expect(out).toMatch(/^stopped +Grace asked for it: the test wants it$/m);
  expect((await findRun(ledger, id)).state).toBe("stopped");

  const rerun = await versant("rerun", id, "--log", "plain").finished;
  expect(rerun.out).toContain(`repeats ${id}: the same weights, to the bit`);
  expect(rerun.code).toBe(0);
  expect(weightsIn(rerun.out)).toBe(weightsIn(out));
});

test("what was asked for before a kill is done after it", async () => {
  const running = train(300);
  await running.printed(/end of epoch +5 /);
  running.child.kill("SIGSTOP");
  const ledger = openLedger();
  const { id } = await findRun(ledger, "last");
  const payload = { action: "stop", why: "enough" } as const;
  await ledger.append([{ type: "steer.requested", run: id, payload }]);
  running.child.kill("SIGKILL");
  await running.finished;
  const { code } = await versant("resume", id, ...flags).finished;
  expect(code).toBe(0);
  expect(await findRun(ledger, id)).toMatchObject({ state: "stopped" });
});

test("a rate set in a pause outlives a kill, and a rerun knows of it", async () => {
  const running = train(200);
  await running.printed(/end of epoch +5 /);
  const ledger = openLedger();
  const { id } = await findRun(ledger, "last");
  await steer(ledger, id, { action: "pause" });
  const { place } = await steer(ledger, id, { action: "learningRate", value: 0.05 });
  // Whether or not a state of behind it was written.
  running.child.kill("SIGKILL");
  await running.finished;
  const { code, out } = await versant("resume", id, ...flags).finished;
  expect(code).toBe(0);
  const epochs = await ledger.events({ run: id, types: ["epoch"] });
  const rates = epochs.filter(({ payload }) => payload.epoch > place.epoch);
  expect(rates.every(({ payload }) => payload.learningRate === 0.05)).toBe(true);
  const rerun = await versant("rerun", id, "--log", "plain").finished;
  expect(rerun.out).toContain(`repeats ${id}: the same weights, to the bit`);
  expect(weightsIn(rerun.out)).toBe(weightsIn(out));
  const repeated = await findRun(ledger, "last");
  const applied = await ledger.events({ run: repeated.id, types: ["steer.applied"] });
  expect(applied.map(({ payload }) => payload)).toMatchObject([
    { action: "learningRate", value: 0.05, place },
  ]);
});
