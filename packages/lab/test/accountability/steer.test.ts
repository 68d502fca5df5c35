import { expect, onTestFinished, test } from "vitest";
import { steer, steeringAnswer } from "../../src/accountability/steer.js";
import type { Steering } from "../../src/ledger/events.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { RunLock } from "../../src/ledger/lock.js";
import { endedDraft, startedDraft, temporaryLedger } from "../ledger/temporary.js";

/** A run with a process, which is this one. */
async function trained(ledger: Ledger, run = "line-1"): Promise<string> {
  const lock = RunLock.take(ledger.folder, run);
  onTestFinished(() => lock?.release());
  await ledger.append([startedDraft(run)]);
  return run;
}

const pause = { action: "pause" } as const;

test("a request is recorded with its reason, and its answer found", async () => {
  const ledger = temporaryLedger();
  const run = await trained(ledger);
  const steering = { action: "learningRate", value: 1e-3 } as const;
  const request = await steer(ledger, { run: "last", steering, why: " it swings " });
  expect(request.payload).toEqual({ ...steering, why: "it swings" });
  expect(await steeringAnswer(ledger, request, 0)).toBeUndefined();

  const waiting = steeringAnswer(ledger, request, 10);
  const place = { epoch: 1, batch: 3, step: 3 };
  await ledger.append([
    { type: "steer.applied", run, payload: { ...pause, request: "another", place } },
    { type: "steer.applied", run, payload: { ...steering, request: request.hash, place } },
  ]);
  expect((await waiting)?.payload).toMatchObject({ request: request.hash, place: { step: 3 } });
});

test("a run that ends first is told", async () => {
  const ledger = temporaryLedger();
  const run = await trained(ledger);
  const request = await steer(ledger, { run, steering: pause, why: "lunch" });
  await ledger.append([endedDraft(run)]);
  expect((await steeringAnswer(ledger, request, 10))?.type).toBe("run.ended");
});

test("a run that nobody trains is not steered", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("gone-1"), startedDraft("over-1"), endedDraft("over-1")]);
  await expect(steer(ledger, { run: "gone-1", steering: pause, why: "?" })).rejects.toThrow(
    "steer: gone-1 is not trained by any process now: the one that did is gone; `versant resume",
  );
  await expect(steer(ledger, { run: "over-1", steering: pause, why: "?" })).rejects.toThrow(
    /^steer: over-1 has ended \(completed, .*expected a run that is being trained/,
  );
  expect(await ledger.events({ types: ["steer.requested"] })).toEqual([]);
});

test("what cannot be asked is refused, and nothing is recorded", async () => {
  const ledger = temporaryLedger();
  const run = await trained(ledger);
  const asked = (steering: unknown, why = "because") =>
    steer(ledger, { run, steering: steering as Steering, why });
  await expect(asked(pause, "  ")).rejects.toThrow('steer: received "  " as why, expected a text');
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "1", undefined]) {
    await expect(asked({ action: "learningRate", value })).rejects.toThrow(
      /steer: received .* as the learning rate, expected a finite number above 0/,
    );
  }
  await expect(asked({ action: "faster" })).rejects.toThrow(
    'steer: received the action "faster", expected one of pause, resume, stop, learningRate',
  );
  expect(await ledger.events({ types: ["steer.requested"] })).toEqual([]);
});
