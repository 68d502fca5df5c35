import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, sha256 } from "../../src/files/canonical.js";
import { currentAnchor } from "../../src/ledger/anchors.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import {
  endedDraft,
  epochDraft,
  makeIdentity,
  startedDraft,
  temporaryLedger,
} from "./temporary.js";

/** Two runs, nine events with the two that every ledger begins with. */
async function filled(): Promise<Ledger> {
  const ledger = temporaryLedger();
  await ledger.append([startedDraft("a"), epochDraft("a", 1, 0.5), epochDraft("a", 2, 0.7)]);
  await ledger.append([endedDraft("a")]);
  await ledger.append([startedDraft("b"), epochDraft("b", 1, 0.9), endedDraft("b")]);
  return ledger;
}

const exec = (ledger: Ledger, sql: string): void => ledger.database.connection.exec(sql);

describe("verifyLedger", () => {
  test("finds nothing where nothing was changed, and says how far the ledger goes", async () => {
    const ledger = await filled();
    const { events, keys, head, fault } = await verifyLedger(ledger);
    expect(fault).toBeUndefined();
    expect(events).toBe(9);
    expect(keys).toEqual([{ name: "Ada", key: ledger.identity.key, since: 0 }]);
    expect(head?.sequence).toBe(8);
  });

  test("names the event whose content, hash, signature or columns were changed", async () => {
    const changes = [
      ["update events set body = replace(body, '0.7', '0.8') where sequence = 4", 4, "altered"],
      [`update events set hash = '${sha256("")}' where sequence = 3`, 3, "altered"],
      ["update events set signature = signature || ' ' where sequence = 5", 5, "forged"],
      ["update events set run = 'b' where sequence = 3", 3, "its run stands outside"],
      ["update events set type = 'test' where sequence = 3", 3, "its type stands outside"],
      ["delete from events where sequence = 6", 6, "missing; the next one there is 7"],
    ] as const;
    for (const [sql, sequence, reason] of changes) {
      const ledger = await filled();
      exec(ledger, sql);
      const { fault } = await verifyLedger(ledger);
      expect(fault).toMatchObject({ sequence, reason: expect.stringContaining(reason) });
    }
  });

  test("finds an event that was replaced together with its hash", async () => {
    const ledger = await filled();
    const [, event] = await ledger.events({ types: ["epoch"] });
    if (!event) throw new Error("expected two epochs");
    const { hash: _hash, signature: _signature, ...content } = event;
    const body = canonicalJson({ ...content, payload: { ...content.payload, seconds: 9 } });
    const { connection } = ledger.database;
    connection
      .prepare("update events set body = ?, hash = ? where sequence = ?")
      .run(body, sha256(body), event.sequence);
    expect((await verifyLedger(ledger)).fault).toMatchObject({
      sequence: event.sequence,
      reason: expect.stringContaining("forged"),
    });
    // Whoever signs it with another key is not the one who was introduced.
    const signature = makeIdentity().sign(sha256(body));
    connection
      .prepare("update events set signature = ? where sequence = ?")
      .run(signature, event.sequence);
    expect((await verifyLedger(ledger)).fault?.sequence).toBe(event.sequence);
  });

  test("finds a ledger that was cut, where an anchor says how far it went", async () => {
    const ledger = await filled();
    const anchor = await currentAnchor(ledger);
    if (!anchor) throw new Error("expected an anchor");
    expect((await verifyLedger(ledger, [anchor])).fault).toBeUndefined();
    exec(ledger, "delete from events where sequence >= 6");
    exec(ledger, "delete from runs where id = 'b'");
    exec(ledger, "delete from run_values where run = 'b'");
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    expect((await verifyLedger(ledger, [anchor])).fault).toMatchObject({
      sequence: 6,
      reason: expect.stringContaining("missing, and all behind it"),
    });
    // What is added later has another hash.
    await ledger.append([startedDraft("c"), epochDraft("c", 1, 1), endedDraft("c")]);
    expect((await verifyLedger(ledger, [anchor])).fault).toMatchObject({
      sequence: 8,
      reason: expect.stringContaining("history was written anew"),
    });
  });

  test("finds tables that say what no event says", async () => {
    for (const sql of [
      "update runs set seed = 43 where id = 'b'",
      "update run_values set number = 1 where run = 'a' and name = 'validation.accuracy'",
      "delete from runs where id = 'a'",
    ]) {
      const ledger = await filled();
      exec(ledger, sql);
      const { fault } = await verifyLedger(ledger);
      expect(fault?.reason).toContain("what no event says");
    }
  });

  test("finds an object that was altered, and the event that speaks of it", async () => {
    const ledger = await filled();
    const hash = await ledger.objects.put("the changes");
    const code = { hash: "c0de", files: [], changes: hash, versant: "0.1.0" };
    await ledger.append([startedDraft("c", { code })]);
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    writeFileSync(ledger.objects.pathOf(hash), "other changes");
    expect((await verifyLedger(ledger)).fault).toMatchObject({
      sequence: 9,
      reason: expect.stringContaining(`expected ${hash}: it was altered`),
    });
  });

  test.each([
    ["epoch", { payload: {} }, /^its content is none of epoch: /],
    ["run.started", { payload: {} }, /^its content is none of run\.started: /],
    ["key.added", { payload: null }, /^its content cannot be read: /],
    ["epoch", { payload: {}, actor: null }, /^its content cannot be read: /],
  ])("names an event that says nothing of its type (%s, %j)", async (type, content, reason) => {
    const ledger = await filled();
    const head = await currentAnchor(ledger);
    if (!head) throw new Error("expected a head");
    const { name, key } = ledger.identity;
    const [run, sequence, previous] = ["b", head.sequence + 1, head.hash];
    const actor = { name, key };
    const body = canonicalJson({ sequence, previous, run, type, time: "", actor, ...content });
    const hash = sha256(body);
    const signature = ledger.identity.sign(hash);
    await ledger.database.query
      .insertInto("events")
      .values({ sequence, run, type, body, hash, signature })
      .execute();
    const { events, fault } = await verifyLedger(ledger);
    expect(events).toBe(9);
    expect(fault).toMatchObject({ sequence: 9, reason: expect.stringMatching(reason) });
  });

  test("finds any byte of any event that is another one", async () => {
    const ledger = await filled();
    const { connection } = ledger.database;
    const rows = connection.prepare("select * from events order by sequence").all() as never as {
      sequence: number;
      body: string;
      hash: string;
      signature: string;
    }[];
    const place = fc.tuple(
      fc.nat(rows.length - 1),
      fc.constantFrom("body" as const, "hash" as const, "signature" as const),
      fc.nat(),
      fc.integer({ min: 1, max: 127 }),
    );
    await fc.assert(
      fc.asyncProperty(place, async ([index, column, position, change]) => {
        const row = rows[index];
        if (!row) return;
        const bytes = Buffer.from(row[column]);
        const at = position % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ change;
        const update = connection.prepare(`update events set ${column} = ? where sequence = ?`);
        update.run(bytes.toString(), row.sequence);
        const { fault } = await verifyLedger(ledger);
        update.run(row[column], row.sequence);
        expect(fault?.sequence).toBe(row.sequence);
      }),
      { numRuns: 60 },
    );
  });
});
