import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import { loadIdentity } from "../../src/ledger/identity.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { runProgram } from "./processes.js";
import {
  epochDraft,
  makeIdentity,
  startedDraft,
  temporaryFolder,
  temporaryLedger,
} from "./temporary.js";

const pragma = ({ database: { connection } }: Ledger, name: string): unknown =>
  Object.values(connection.prepare(`pragma ${name}`).get() ?? {})[0];

describe("append", () => {
  test("reaches the disk, also when several are under way at once", async () => {
    const ledger = temporaryLedger();
    await Promise.all(Array.from({ length: 20 }, (_, n) => ledger.append([startedDraft(`${n}`)])));
    expect(pragma(ledger, "synchronous")).toBe(2);
    expect(pragma(ledger, "journal_mode")).toBe("wal");
    const { events, fault } = await verifyLedger(ledger);
    expect({ events, fault }).toEqual({ events: 22, fault: undefined });
  });

  test("records all of it or nothing", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    // A run cannot begin twice.
    await expect(ledger.append([startedDraft("b"), startedDraft("a")])).rejects.toThrow(
      /ledger\.sqlite cannot be used: UNIQUE constraint failed/,
    );
    expect(await ledger.events({ run: "b" })).toEqual([]);
  });

  test.each([1e16, 0.5, Number.NaN])(
    "refuses %d as a step: no list could be read any more",
    async (step) => {
      const ledger = temporaryLedger();
      await ledger.append([startedDraft("a")]);
      const { payload } = epochDraft("a", 1, 0.5) as Extract<Draft, { type: "epoch" }>;
      const draft: Draft = { type: "epoch", run: "a", payload: { ...payload, step } };
      await expect(ledger.append([draft])).rejects.toThrow(/as step, expected a whole number/);
      expect(await ledger.events({ types: ["epoch"] })).toEqual([]);
    },
  );

  test("does not report as recorded what a trigger kept out", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    ledger.database.connection.exec(
      `create trigger forget before insert on events when new.type = 'epoch'
        begin select raise(ignore); end`,
    );
    await expect(ledger.append([epochDraft("a", 1, 0.5)])).rejects.toThrow(
      /ledger\.sqlite did not take in event 3 \(epoch\), expected it to: a trigger may keep it out/,
    );
    expect((await verifyLedger(ledger)).fault?.reason).toContain(
      "other tables, indices or triggers",
    );
  });

  test("is refused to a file with a trigger, which may be read", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    ledger.database.connection.exec(
      `create trigger forget after insert on events
        begin delete from events where sequence = new.sequence; end`,
    );
    const { folder, identity } = ledger;
    expect(() => Ledger.open({ folder, identity })).toThrow(
      /it has the trigger forget, which may keep events out; restore it from a copy; `versant ledger/,
    );
    const read = Ledger.open({ folder, mode: "read" });
    expect((await verifyLedger(read)).fault?.reason).toContain("tables, indices or triggers");
    await read.close();
  });

  test("introduces a name again that a key has not signed under", async () => {
    const folder = temporaryFolder();
    const keys = join(folder, "keys");
    for (const name of ["Ada", "Grace", "Ada"]) {
      vi.stubEnv("VERSANT_NAME", name);
      const identity = loadIdentity(keys);
      vi.unstubAllEnvs();
      const ledger = temporaryLedger(folder, identity);
      await ledger.append([{ type: "tagged", run: "a", payload: { added: ["x"], removed: [] } }]);
    }
    const ledger = temporaryLedger(folder);
    const { keys: found, fault, warnings } = await verifyLedger(ledger);
    expect(fault).toBeUndefined();
    expect(found.map(({ name, since }) => [name, since])).toEqual([
      ["Ada", 0],
      ["Grace", 3],
    ]);
    expect(warnings).toEqual([]);
  });

  test("keeps one chain of what ten processes append at once", async () => {
    const folder = temporaryFolder();
    const program = `
      const ledger = Ledger.open({ folder: words[0], identity: loadIdentity(words[1]) });
      const payload = { added: [words[2]], removed: [] };
      for (let n = 0; n < 20; n++) await ledger.append([{ type: "tagged", run: "a", payload }]);
      await ledger.close();`;
    const keys = join(folder, "keys");
    const finished = await Promise.all(
      Array.from({ length: 10 }, (_, n) => runProgram(program, folder, keys, `t${n}`).finished),
    );
    expect(finished).toEqual(Array(10).fill({ code: 0, out: "", err: "" }));
    const ledger = temporaryLedger(folder);
    const { events, keys: found, fault } = await verifyLedger(ledger);
    expect(fault).toBeUndefined();
    expect(found).toHaveLength(1);
    expect(events).toBe(202);
  });
});

describe("events", () => {
  test("have numbers where there were numbers, and text where there was text", async () => {
    const ledger = temporaryLedger();
    const words: readonly Draft[] = [
      {
        type: "steps",
        run: "a",
        payload: {
          ...{ first: 0, stride: 1, batches: 3, learningRate: Number.NaN },
          mean: [1, Number.NaN, Number.POSITIVE_INFINITY],
        },
      },
      {
        type: "test",
        run: "a",
        payload: { data: "NaN", purpose: "Infinity", scores: { loss: Number.NEGATIVE_INFINITY } },
      },
      {
        type: "decision",
        run: "a",
        payload: { title: "NaN", why: "NaN", from: "NaN", alternatives: ["NaN"], evidence: [] },
      },
    ];
    await ledger.append([startedDraft("a"), epochDraft("a", 1, Number.NaN), ...words]);
    const [, epoch, ...others] = await ledger.events({ run: "a" });
    expect(epoch?.payload).toEqual((epochDraft("a", 1, Number.NaN) as Draft).payload);
    expect(others.map(({ payload }) => payload)).toEqual(words.map(({ payload }) => payload));
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
  });
});

describe("Ledger.open", () => {
  test("makes nothing where it shall not", () => {
    const folder = join(temporaryFolder(), "none");
    const identity = makeIdentity();
    for (const options of [{ create: false }, { mode: "read" as const }]) {
      expect(() => Ledger.open({ folder, identity, ...options })).toThrow(
        /there is no such file; train something first/,
      );
    }
    expect(Ledger.exists(folder)).toBe(false);
  });

  test("refuses options and modes that it does not know", () => {
    expect(() => Ledger.open({ folder: "x", path: "y" } as object)).toThrow(/"path"/);
    expect(() => Ledger.open({ mode: "append" } as object)).toThrow(
      'Ledger.open: received "append" as mode, expected "read" or "write".',
    );
  });
});
