import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collect } from "../../src/ledger/collect.js";
import type { Draft } from "../../src/ledger/events.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { endedDraft, startedDraft, temporaryLedger } from "./temporary.js";

const now = { minimumAge: -1000 };

async function checkpoint(
  ledger: Ledger,
  run: string,
  step: number,
  score?: number,
): Promise<string[]> {
  const tensors = await ledger.objects.put(`tensors of ${run} at ${step}`);
  const loop = await ledger.objects.put(`loop of ${run} at ${step}`);
  const payload = { tensors, loop, bytes: 10, place: { epoch: 0, batch: step, step } };
  const best = score === undefined ? {} : { best: { monitor: "validation.loss", score } };
  await ledger.append([{ type: "checkpoint", run, payload: { ...payload, ...best } }]);
  return [tensors, loop];
}

const approval = (run: string): Draft => ({
  type: "approval",
  run,
  payload: { statement: "good", weights: "3e19", data: "da7a", code: "c0de", evaluation: "e7a1" },
});

describe("collect", () => {
  test("leaves the last and the best checkpoint of an ended run, and says what went", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    const first = await checkpoint(ledger, "a", 1, 0.5);
    const best = await checkpoint(ledger, "a", 2, 0.3);
    const third = await checkpoint(ledger, "a", 3);
    const last = await checkpoint(ledger, "a", 4);
    await ledger.append([endedDraft("a")]);

    const planned = await collect(ledger, { ...now, dryRun: true });
    expect(planned.objects).toEqual([...first, ...third].sort());
    expect(await ledger.objects.has(first[0] ?? "")).toBe(true);
    expect(await ledger.events({ types: ["collected"] })).toEqual([]);

    expect(await collect(ledger, now)).toEqual(planned);
    for (const hash of [...first, ...third]) expect(await ledger.objects.has(hash)).toBe(false);
    for (const hash of [...best, ...last]) expect(await ledger.objects.has(hash)).toBe(true);
    const [event] = await ledger.events({ types: ["collected"] });
    expect(event?.payload).toEqual({ objects: planned.objects, bytes: planned.bytes });
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    expect((await collect(ledger, now)).objects).toEqual([]);
  });

  test("leaves runs that go on, and those that somebody approved", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a"), startedDraft("b")]);
    for (const step of [1, 2, 3]) await checkpoint(ledger, "a", step);
    for (const step of [1, 2, 3]) await checkpoint(ledger, "b", step);
    await ledger.append([endedDraft("b"), approval("b")]);
    expect((await collect(ledger, now)).objects).toEqual([]);
  });

  test("leaves an object that another run speaks of, and one that was put again", async () => {
    const ledger = temporaryLedger();
    const hash = await ledger.objects.put("tensors of a at 1");
    const code = { hash: "c0de", files: [{ path: "x", object: hash }], versant: "0.1.0" };
    await ledger.append([startedDraft("a"), startedDraft("b", { code })]);
    for (const step of [1, 2]) await checkpoint(ledger, "a", step);
    await ledger.append([endedDraft("a")]);
    expect((await collect(ledger, now)).objects).not.toContain(hash);
    expect(await ledger.objects.has(hash)).toBe(true);
  });

  test("leaves what is young, and takes drafts of writers that were killed", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    const orphan = await ledger.objects.put("nobody speaks of it");
    const draft = join(ledger.folder, "objects", "draft-1-abc");
    writeFileSync(draft, "half");
    expect(await collect(ledger)).toMatchObject({ objects: [], drafts: 0, young: 1 });
    expect(await collect(ledger, now)).toMatchObject({ objects: [orphan], drafts: 1, young: 0 });
    expect(existsSync(draft)).toBe(false);
  });
});
