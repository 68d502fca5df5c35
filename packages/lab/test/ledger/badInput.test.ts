import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import { RunLock } from "../../src/ledger/lock.js";
import { listRuns } from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { run } from "../command/run.js";
import { commandLedger, twoRuns } from "../command/runs/filled.js";
import {
  epochDraft,
  makeIdentity,
  startedDraft,
  temporaryFolder,
  temporaryLedger,
} from "./temporary.js";

const identity = makeIdentity();

/** What opening a file as a ledger says, in both modes. */
function refusals(content: Uint8Array | string | ((path: string) => void)): string[] {
  return (["read", "write"] as const).map((mode) => {
    const folder = temporaryFolder();
    const path = join(folder, "ledger.sqlite");
    if (typeof content === "function") content(path);
    else writeFileSync(path, content);
    const before = readFileSync(path);
    try {
      Ledger.open({ folder, mode, identity });
      return "opened";
    } catch (error) {
      // Nothing is overwritten.
      expect(readFileSync(path).equals(before)).toBe(true);
      return (error as Error).message;
    }
  });
}

function sqlite(path: string, ...statements: string[]): void {
  const database = new DatabaseSync(path);
  for (const statement of statements) database.exec(statement);
  database.close();
}

describe("Ledger.open refuses", () => {
  test("a file that is no database", () => {
    for (const message of refusals("a diary of mine, which is longer than a header".repeat(50))) {
      expect(message).toMatch(
        /^the ledger .*ledger\.sqlite cannot be used: .*not a database; .*damaged/,
      );
    }
  });

  test("a database of something else", () => {
    for (const message of refusals((path) => sqlite(path, "create table songs (name text)"))) {
      expect(message).toMatch(
        /cannot be used: it is a database of something else; set VERSANT_LEDGER/,
      );
    }
  });

  test("a format of later times, whatever its journal is", () => {
    const later = ["application_id = 0x56525354", "user_version = 2", "journal_mode = delete"];
    const create = ["create table events (more text)", ...later.map((text) => `pragma ${text}`)];
    for (const message of refusals((path) => sqlite(path, ...create))) {
      expect(message).toMatch(
        /cannot be used: it has format 2, and this version of Versant reads 1\.$/,
      );
    }
  });
});

test("a file that was cut short is named as damaged", async () => {
  const ledger = temporaryLedger();
  const events = Array.from({ length: 200 }, (_, index) => epochDraft("a", index + 1, 0.5));
  await ledger.append([startedDraft("a"), ...events]);
  await ledger.close();
  const folder = temporaryFolder();
  const bytes = readFileSync(ledger.path);
  writeFileSync(join(folder, "ledger.sqlite"), bytes.subarray(0, bytes.length / 2));
  commandLedger();
  vi.stubEnv("VERSANT_LEDGER", folder);
  for (const command of [["runs"], ["ledger", "verify"]]) {
    const { code, err } = await run(...command);
    expect(code).toBe(1);
    expect(err).toMatch(/malformed; the file is damaged; restore it from a copy, and keep it/);
  }
});

describe("a full disk", () => {
  test("loses nothing that was recorded, and goes on when there is room", async () => {
    const ledger = temporaryLedger();
    await ledger.append([startedDraft("a")]);
    const { connection } = ledger.database;
    connection.exec("pragma max_page_count = 20");
    const events = Array.from({ length: 300 }, (_, index) => epochDraft("a", index + 1, 0.5));
    await expect(ledger.append(events)).rejects.toThrow(
      /ledger\.sqlite cannot be used: .*full; make room on the disk; what was recorded before is safe/,
    );
    expect(await ledger.events({ run: "a" })).toHaveLength(1);
    connection.exec("pragma max_page_count = 100000");
    await ledger.append(events);
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    expect(await ledger.events({ run: "a" })).toHaveLength(301);
  });
});

describe("a folder that may only be read", () => {
  /** Root may write anywhere: such tests run as nobody. */
  function asNobody(): void {
    if (process.geteuid?.() !== 0 || !process.seteuid) return;
    process.seteuid(65534);
    onTestFinished(() => process.seteuid?.(0));
  }

  test("is read all the same, and tells who would write", async () => {
    const ledger = await twoRuns();
    await ledger.append([startedDraft("c")]);
    RunLock.take(ledger.folder, "c")?.release();
    await ledger.close();
    // The connection may live on in this process; a folder that was copied has no files beside.
    const folder = temporaryFolder();
    writeFileSync(join(folder, "ledger.sqlite"), readFileSync(ledger.path));
    cpSync(join(ledger.folder, "objects"), join(folder, "objects"), { recursive: true });
    chmodSync(join(folder, "ledger.sqlite"), 0o444);
    for (const each of [join(folder, "objects"), folder]) {
      chmodSync(each, 0o555);
      onTestFinished(() => chmodSync(each, 0o755));
    }
    vi.stubEnv("VERSANT_LEDGER", folder);
    const keys = temporaryFolder();
    chmodSync(keys, 0o777);
    vi.stubEnv("VERSANT_KEYS", join(keys, "own"));
    asNobody();
    const { code, out, err } = await run("runs");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^c +killed/m);
    expect((await run("ledger", "verify")).code).toBe(0);
    const refused = await run("tag", "a", "+x");
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(
      /cannot be used: .*; the folder must be writable; set VERSANT_LEDGER/,
    );
    const read = Ledger.open({ folder, mode: "read" });
    onTestFinished(() => read.close());
    expect(await listRuns(read)).toHaveLength(3);
    await expect(read.objects.put("more")).rejects.toThrow(/EACCES.*the folder must be writable/);
  });
});
