import { rmSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { canonicalJson, sha256 } from "../../src/files/canonical.js";
import { currentAnchor } from "../../src/ledger/anchors.js";
import type { Draft, EventType } from "../../src/ledger/events.js";
import type { Identity } from "../../src/ledger/identity.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { type Anchor, verifyLedger } from "../../src/ledger/verify.js";
import { runProgram } from "./processes.js";
import { endedDraft, makeIdentity, startedDraft, temporaryLedger } from "./temporary.js";

async function headOf(ledger: Ledger): Promise<Anchor> {
  const anchor = await currentAnchor(ledger);
  if (!anchor) throw new Error("expected an event");
  return anchor;
}

/** Appends what `Ledger.append` would not, in good form: signed by whoever, as whoever. */
async function appendAs(
  ledger: Ledger,
  signer: Identity,
  name: string,
  type: EventType,
  payload: unknown,
): Promise<void> {
  const { sequence, hash: previous } = await headOf(ledger);
  const actor = { name, key: signer.key };
  const time = new Date().toISOString();
  const content = { sequence: sequence + 1, previous, run: null, type, time, actor, payload };
  const body = canonicalJson(content);
  const hash = sha256(body);
  const row = { sequence: sequence + 1, run: null, type, body, hash };
  await ledger.ask((query) =>
    query
      .insertInto("events")
      .values({ ...row, signature: signer.sign(hash) })
      .execute(),
  );
}

/** The same ledger, written to by somebody else. */
function openedBy(identity: Identity, { folder }: Ledger): Ledger {
  const ledger = Ledger.open({ folder, identity });
  onTestFinished(() => ledger.close());
  return ledger;
}

describe("who signs", () => {
  const ada = makeIdentity("Ada");
  const mallory = makeIdentity("Ada");
  const nothing = { added: [], removed: [] };

  async function begun(): Promise<Ledger> {
    const ledger = temporaryLedger(undefined, ada);
    await ledger.append([startedDraft("a")]);
    return ledger;
  }

  test("has to do it under the name that the key was introduced by", async () => {
    const ledger = await begun();
    await appendAs(ledger, ada, "Grace", "tagged", nothing);
    expect((await verifyLedger(ledger)).fault).toEqual({
      sequence: 3,
      reason: `it is forged: the key ${ada.key} signs as Grace, and was introduced as Ada`,
    });
  });

  test("introduces nobody but himself", async () => {
    const ledger = await begun();
    const { name, publicKey } = mallory;
    await appendAs(ledger, ada, "Ada", "key.added", { name, publicKey });
    expect((await verifyLedger(ledger)).fault).toEqual({
      sequence: 3,
      reason: `it is forged: it introduces the key ${mallory.key}, and is signed by ${ada.key}`,
    });
  });

  test("may share a name with somebody, which is told", async () => {
    const ledger = await begun();
    await openedBy(mallory, ledger).append([startedDraft("b")]);
    const { fault, warnings } = await verifyLedger(ledger);
    expect(fault).toBeUndefined();
    expect(warnings).toEqual([
      `2 keys sign as Ada: ${ada.key} since event 0, ${mallory.key} since event 3; ask Ada whether ` +
        "they are all known",
    ]);
  });

  test("cannot give the ledger another name", async () => {
    const ledger = await begun();
    await appendAs(ledger, ada, "Ada", "ledger.created", { format: 1, ledger: "another" });
    expect((await verifyLedger(ledger)).fault).toEqual({
      sequence: 3,
      reason: "it gives the ledger a second name",
    });
  });
});

describe("anchors", () => {
  test("have to hold, all of them, also two of one event", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    const anchor = await headOf(ledger);
    const other = { ...anchor, hash: sha256("another history") };
    for (const anchors of [
      [anchor, other],
      [other, anchor],
    ]) {
      expect((await verifyLedger(ledger, anchors)).fault).toMatchObject({
        sequence: 2,
        reason: expect.stringContaining("history was written anew"),
      });
    }
  });

  test("of another ledger are told as such", async () => {
    const [ledger, other] = [temporaryLedger(), temporaryLedger()];
    for (const each of [ledger, other]) await each.append([startedDraft("a")]);
    const [own, foreign] = [await headOf(ledger), await headOf(other)];
    const { events, fault } = await verifyLedger(ledger, [foreign, own]);
    expect(events).toBe(3);
    expect(fault?.sequence).toBeUndefined();
    expect(fault?.reason).toMatch(
      `the anchor of event 2 at ${foreign.time} is one of the ledger ${foreign.ledger}, and this is ` +
        `${own.ledger}: give only anchors of this one`,
    );
  });
});

describe("what is said to be collected", () => {
  const collected = (...objects: string[]): Draft => ({
    type: "collected",
    run: null,
    payload: { objects, bytes: 0 },
  });

  test("is missed all the same when it is weights or code", async () => {
    const ledger = temporaryLedger();
    const [weights, file] = [await ledger.objects.put("weights"), await ledger.objects.put("code")];
    const code = { hash: "c0de", files: [{ path: "x.ts", object: file }], versant: "0.1.0" };
    const ended = endedDraft("a") as Extract<Draft, { type: "run.ended" }>;
    await ledger.append([
      startedDraft("a", { code }),
      { ...ended, payload: { ...ended.payload, object: weights } },
    ]);
    const mallory = openedBy(makeIdentity("Mallory"), ledger);
    await mallory.append([collected(weights, file)]);
    // It is there: nothing is lost yet.
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    for (const [hash, sequence] of [
      [weights, 3],
      [file, 2],
    ] as const) {
      rmSync(ledger.objects.pathOf(hash));
      const { fault } = await verifyLedger(ledger);
      expect(fault?.sequence).toBe(sequence);
      expect(fault?.reason).toContain("It was collected by Mallory, by event 5, though it is no");
    }
  });

  test("may be gone when it is a checkpoint's, but not when the weights are the same", async () => {
    const ledger = temporaryLedger();
    const hashes = await Promise.all(["tensors", "loop"].map((text) => ledger.objects.put(text)));
    const [tensors = "", loop = ""] = hashes;
    const place = { epoch: 1, batch: 0, step: 0 };
    await ledger.append([
      startedDraft("a"),
      { type: "checkpoint", run: "a", payload: { tensors, loop, bytes: 10, place } },
      collected(tensors, loop),
    ]);
    for (const hash of hashes) rmSync(ledger.objects.pathOf(hash));
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    const ended = endedDraft("a") as Extract<Draft, { type: "run.ended" }>;
    await ledger.append([{ ...ended, payload: { ...ended.payload, object: tensors } }]);
    expect((await verifyLedger(ledger)).fault).toMatchObject({ sequence: 5 });
  });
});

test("a ledger that is written to meanwhile is as sound as one that is not", async () => {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("a")]);
  // As a training does: keeps a checkpoint, and then deletes the one before.
  const writer = runProgram(
    `const ledger = Ledger.open({ folder: words[0], identity: loadIdentity(words[1]) });
    let before = [];
    for (let step = 0; ; step++) {
      const [tensors, loop] = [
        await ledger.objects.put("tensors " + step), await ledger.objects.put("loop " + step)
      ];
      const payload = { tensors, loop, bytes: 10, place: { epoch: 1, batch: step, step } };
      const epoch = { epoch: step, step, seconds: 1, learningRate: 0.1, train: { loss: step } };
      await ledger.append([
        { type: "epoch", run: "a", payload: epoch },
        { type: "checkpoint", run: "a", payload },
        { type: "collected", run: "a", payload: { objects: before, bytes: 0 } },
      ]);
      for (const hash of before) await ledger.objects.delete(hash);
      before = [tensors, loop];
      if (step === 10) console.log("writing");
    }`,
    ...[ledger.folder, `${ledger.folder}/keys`],
  );
  await writer.printed(/writing/);
  const heads = new Set<number>();
  for (let look = 0; look < 15; look++) {
    const { events, fault } = await verifyLedger(ledger);
    expect(fault).toBeUndefined();
    heads.add(events);
  }
  // It was written to.
  expect(heads.size).toBeGreaterThan(1);
});
