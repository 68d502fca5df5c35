import { copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import { makeIdentity, startedDraft, temporaryFolder } from "../ledger/temporary.js";
import { listen } from "./listen.js";
import { opened, type Page } from "./studio.js";

/** A ledger that nobody has open, so that its file is all of it. */
async function written(folder: string, ...runs: readonly string[]): Promise<string> {
  const ledger = Ledger.open({ folder, identity: makeIdentity() });
  await ledger.append(runs.map((run) => startedDraft(run)));
  const { path } = ledger;
  await ledger.close();
  return path;
}

const runsOf = async ({ get }: Page) => {
  const { status, body } = await get("/api/runs");
  return status === 200
    ? (body as { rows: { id: string }[] }).rows.map(({ id }) => id)
    : [status, (body as { error: string }).error];
};

test("a ledger that vanishes is missed in words, and shown again when it is back", async () => {
  const folder = temporaryFolder();
  const path = await written(folder, "a");
  const page = await opened({ ledger: folder });
  const listening = await listen(page);
  await listening.next("heartbeat");
  expect(await runsOf(page)).toEqual(["a"]);
  renameSync(path, `${path}.away`);
  expect(await runsOf(page)).toEqual([
    503,
    expect.stringMatching(/no such file.* goes on as soon/),
  ]);
  expect((await listening.next("ledger")).data.problem).toMatch(/no such file/);
  // What does not need it answers all the same.
  expect((await page.get("/api/session")).status).toBe(200);
  expect(await page.post("/api/runs/a/tag", { added: ["x"] })).toMatchObject({ status: 503 });
  renameSync(`${path}.away`, path);
  expect(await runsOf(page)).toEqual(["a"]);
  expect((await listening.next("ledger")).data.problem).toBeNull();
});

test("another ledger in its place is another one", async () => {
  const parent = temporaryFolder();
  const [folder, other] = [join(parent, "ledger"), join(parent, "other")];
  await written(folder, "a");
  await written(other, "b", "c");
  const page = await opened({ ledger: folder });
  const listening = await listen(page);
  await listening.next("heartbeat");
  expect(await runsOf(page)).toEqual(["a"]);
  renameSync(folder, join(parent, "before"));
  renameSync(other, folder);
  await listening.next("reset");
  expect(await runsOf(page)).toEqual(["c", "b"]);
});

test.each([
  ["cut off", true, (path: string) => truncateSync(path, 0)],
  ["overwritten", true, (path: string) => writeFileSync(path, "x".repeat(5000))],
  // What was read before is still known.
  ["cut in the middle", false, (path: string) => truncateSync(path, 5000)],
])("a ledger that is %s is damaged, and well when it is restored", async (_, isOpen, damage) => {
  const folder = temporaryFolder();
  const path = await written(folder, "a");
  copyFileSync(path, `${path}.copy`);
  const page = await opened({ ledger: folder });
  if (isOpen) expect(await runsOf(page)).toEqual(["a"]);
  damage(path);
  expect(await runsOf(page)).toEqual([503, expect.stringMatching(/the ledger .* cannot be used/)]);
  copyFileSync(`${path}.copy`, path);
  expect(await runsOf(page)).toEqual(["a"]);
});

test("a studio may be there before its ledger", async () => {
  const folder = join(temporaryFolder(), "ledger");
  const page = await opened({ ledger: folder });
  const listening = await listen(page);
  expect((await listening.next("ledger")).data.problem).toMatch(/no such file/);
  expect(await runsOf(page)).toEqual([503, expect.any(String)]);
  mkdirSync(folder);
  await written(folder, "a");
  expect((await listening.next("ledger")).data.problem).toBeNull();
  expect(await runsOf(page)).toEqual(["a"]);
});
