import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { explained, UnusableFile } from "../../src/files/explain.js";
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
    expect.stringMatching(/there is no such file; train something first/),
  ]);
  expect((await listening.next("ledger")).data.problem).toEqual({
    error: expect.stringMatching(/no such file/),
    reason: { code: "ledger.missing", values: { path, reason: "there is no such file" } },
  });
  // Whoever comes now is told, too, and the others not again.
  const late = await listen(page);
  expect((await late.next("ledger")).data.problem?.error).toMatch(/no such file/);
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
  expect((await listening.next("ledger")).data.problem?.error).toMatch(/no such file/);
  expect(await runsOf(page)).toEqual([503, expect.any(String)]);
  mkdirSync(folder);
  await written(folder, "a");
  expect((await listening.next("ledger")).data.problem).toBeNull();
  expect(await runsOf(page)).toEqual(["a"]);
});

test("a folder that is deleted and made again is a new ledger", async () => {
  const folder = join(temporaryFolder(), "ledger");
  await written(folder, "a");
  const page = await opened({ ledger: folder });
  const listening = await listen(page, "?run=a");
  await listening.next("heartbeat");
  rmSync(folder, { recursive: true });
  expect((await listening.next("ledger")).data.problem?.reason?.code).toBe("ledger.missing");
  await written(folder, "b");
  await listening.next("reset");
  expect(await runsOf(page)).toEqual(["b"]);
  expect(await page.get("/api/runs/a")).toMatchObject({
    status: 404,
    body: { reason: { code: "run.unknown", values: { word: "a" } } },
  });
});

test("a part that is damaged makes nobody ask for everything again and again", async () => {
  const folder = temporaryFolder();
  await written(folder, "a", "b");
  const page = await opened({ ledger: folder });
  const listening = await listen(page);
  await listening.next("heartbeat");
  const { events } = Ledger.prototype;
  const reading = vi.spyOn(Ledger.prototype, "events").mockImplementation(async function (
    this: Ledger,
    query,
  ) {
    if (query?.run !== "b") return events.call(this, query) as never;
    throw explained(this.path, new UnusableFile("database disk image is malformed"));
  });
  for (let tries = 0; tries < 3; tries++) {
    expect((await page.get("/api/runs/b")).status).toBe(503);
    // Every look opens the file anew now.
    const last = listening.messages.length;
    await expect.poll(() => listening.messages.length, { timeout: 6000 }).toBeGreaterThan(last);
  }
  reading.mockRestore();
  expect(listening.messages.map(({ name }) => name)).not.toContain("reset");
  expect((await page.get("/api/runs/b")).status).toBe(200);
});

describe("what cannot be appended is refused in words, and reading goes on", () => {
  const tag = (page: Page) => page.post("/api/runs/a/tag", { added: ["x"] });

  /** A ledger, and keys of our own. */
  async function readable(key?: string): Promise<{ folder: string; keys: string; page: Page }> {
    const [folder, keys] = [temporaryFolder(), temporaryFolder()];
    await written(folder, "a");
    if (key !== undefined) writeFileSync(join(keys, "ed25519.pem"), key, { mode: 0o600 });
    vi.stubEnv("VERSANT_KEYS", keys);
    return { folder, keys, page: await opened({ ledger: folder }) };
  }

  test("in a folder that may only be read: the page shows, and offers nothing to sign", async () => {
    const { folder, keys, page } = await readable();
    expect((await page.get("/api/session")).body).toMatchObject({
      user: { name: expect.any(String) },
    });
    for (const [path, rights] of [
      [keys, 0o777],
      [join(folder, "ledger.sqlite"), 0o444],
      [folder, 0o555],
    ] as const) {
      chmodSync(path, rights);
    }
    onTestFinished(() => chmodSync(folder, 0o755));
    if (process.geteuid?.() === 0) {
      vi.stubEnv("VERSANT_KEYS", join(keys, "own"));
      process.seteuid?.(65534);
      onTestFinished(() => process.seteuid?.(0));
    }
    expect((await page.get("/api/session")).body).toMatchObject({ user: null });
    expect(await tag(page)).toMatchObject({
      status: 503,
      body: { error: expect.stringMatching(/the folder must be writable/) },
    });
    expect(await runsOf(page)).toEqual(["a"]);
  });

  test("on a full disk: what was recorded before is safe, and goes on when there is room", async () => {
    const { page } = await readable();
    const { open } = Ledger;
    const opening = vi.spyOn(Ledger, "open").mockImplementation((options) => {
      const ledger = open(options);
      ledger.database.connection.exec("pragma max_page_count = 1");
      return ledger;
    });
    const long = Array.from({ length: 300 }, (_, index) => `tag-${index}-${"x".repeat(80)}`);
    expect(await page.post("/api/runs/a/tag", { added: long })).toMatchObject({
      status: 503,
      body: {
        error: expect.stringMatching(
          /full; make room on the disk; what was recorded before is safe/,
        ),
        reason: { code: "ledger.full" },
      },
    });
    opening.mockRestore();
    expect(await tag(page)).toMatchObject({ status: 201, body: { tags: ["x"] } });
  });

  test("with a key that cannot be used", async () => {
    const { page } = await readable("no key");
    expect((await page.get("/api/session")).body).toMatchObject({ user: null });
    expect(await tag(page)).toMatchObject({
      status: 400,
      body: {
        error: expect.stringMatching(/the signing key .* cannot be used/),
        reason: { code: "key.unusable" },
      },
    });
    expect(await runsOf(page)).toEqual(["a"]);
  });
});
