import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunLock } from "../../src/ledger/lock.js";
import { runProgram } from "./processes.js";
import { temporaryFolder } from "./temporary.js";

const holder = `
  const lock = RunLock.take(words[0], "a");
  console.log(lock ? "taken" : "refused");
  setInterval(() => lock, 1000);`;

test("one process has it, until it ends, however it ends", async () => {
  const folder = temporaryFolder();
  const first = runProgram(holder, folder);
  await first.printed(/taken/);
  expect(RunLock.isTaken(folder, "a")).toBe(true);
  expect(RunLock.isTaken(folder, "b")).toBe(false);
  expect(RunLock.take(folder, "a")).toBeUndefined();
  first.child.kill("SIGKILL");
  await first.finished;
  expect(RunLock.isTaken(folder, "a")).toBe(false);
  const lock = RunLock.take(folder, "a");
  await runProgram(holder, folder).printed(/refused/);
  lock?.release();
  expect(RunLock.isTaken(folder, "a")).toBe(false);
});

test("where it cannot be kept, the file is named", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "locks"), "");
  expect(() => RunLock.take(folder, "a")).toThrow(/^the ledger .*locks.*a cannot be used: EEXIST/);
});

test("it is taken while others look, who make nothing", async () => {
  const folder = temporaryFolder();
  expect(RunLock.isTaken(folder, "a")).toBe(false);
  expect(existsSync(join(folder, "locks"))).toBe(false);
  RunLock.take(folder, "a")?.release();
  const looker = runProgram(
    `console.log("looking");
    for (const end = Date.now() + 800; Date.now() < end; ) RunLock.isTaken(words[0], "a");`,
    folder,
  );
  await looker.printed(/looking/);
  for (let time = 0; time < 100; time++) {
    const lock = RunLock.take(folder, "a");
    expect(lock).toBeDefined();
    lock?.release();
  }
  expect((await looker.finished).err).toBe("");
});
