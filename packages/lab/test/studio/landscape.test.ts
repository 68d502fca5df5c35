import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import type { LandscapeAnswer, LandscapeWork } from "../../src/studio/api/index.js";
import { fixture, run } from "../command/run.js";
import { commandLedger } from "../command/runs/filled.js";
import { startedDraft, temporaryFolder } from "../ledger/temporary.js";
import { opened, type Page, studioOver } from "./studio.js";

const answerOf = async (page: Page, id: string): Promise<LandscapeAnswer> =>
  (await page.get(`/api/runs/${id}/landscape`)).body as LandscapeAnswer;

/** The answer once nothing is being measured any more. */
async function settled(page: Page, id: string): Promise<LandscapeAnswer> {
  await expect
    .poll(async () => (await answerOf(page, id)).work, { timeout: 30_000, interval: 100 })
    .toBeNull();
  return answerOf(page, id);
}

test("has the command measure, one at a time, and tells what it recorded", async () => {
  const ledger = commandLedger();
  await run("train", fixture("reader.ts"), "--epochs", "2", "--log", "plain");
  const page = await opened({ ledger });
  expect(await answerOf(page, "last")).toEqual({ landscapes: [], work: null, failure: null });
  const asked = { directions: "path", grid: 5, samples: 8 };
  const { status, body } = await page.post("/api/runs/last/landscape", asked);
  expect(status).toBe(202);
  const { run: id, ...work } = body as LandscapeWork;
  expect(work).toEqual({ directions: "path", stage: "starting", done: 0, total: 0 });
  const second = await page.post("/api/runs/last/landscape", asked);
  expect(second.status).toBe(409);
  expect(second.body).toEqual({ error: expect.stringContaining(`one of ${id} is being measured`) });
  const { landscapes, failure } = await settled(page, id);
  expect(failure).toBeNull();
  expect(landscapes).toMatchObject([{ directions: "path", grid: 5, looked: 8 }]);
  expect(landscapes[0]?.content.loss).toHaveLength(5);
  expect(landscapes[0]?.content.path?.[0]).toMatchObject({ epoch: 0, step: 0 });

  // What was recorded and is gone is not shown.
  const opening = Ledger.open({ folder: ledger });
  await opening.objects.delete(landscapes[0]?.object ?? "");
  await opening.close();
  expect((await answerOf(page, id)).landscapes).toEqual([]);
});

test("says why nothing came of it: the code is not what was recorded", async () => {
  const ledger = commandLedger();
  const file = join(temporaryFolder(), "line.ts");
  cpSync(fixture("line.ts"), file);
  await run("train", file, "--epochs", "1", "--log", "plain");
  appendFileSync(file, "\n// Another line.\n");
  const page = await opened({ ledger });
  await page.post("/api/runs/last/landscape", { directions: "random", grid: 5 });
  const { landscapes, failure } = await settled(page, "last");
  expect(landscapes).toEqual([]);
  expect(failure).toMatch(/^landscape: .*line\.ts changed since line-\w+ was trained, expected/);
});

/** A run whose experiment does something else when its landscape is measured. */
async function trained(trick: string): Promise<string> {
  const ledger = commandLedger();
  const file = join(temporaryFolder(), "line.ts");
  cpSync(fixture("line.ts"), file);
  appendFileSync(file, `\nif (process.argv[2] === "landscape") { ${trick} }\n`);
  await run("train", file, "--epochs", "1", "--log", "plain");
  return ledger;
}

const hangs =
  "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); await new Promise(() => {});";

test("one that hangs, and hears no signal, is stopped, and the next one can begin", async () => {
  const ledger = await trained(`process.send({ run: "x", stage: "<b>", done: "1" }); ${hangs}`);
  const page = await opened({ ledger });
  const start = () => page.post("/api/runs/last/landscape", { directions: "random", grid: 5 });
  const { run: id, ...work } = (await start()).body as LandscapeWork;
  expect((await page.post(`/api/runs/${id}/landscape/stop`, { now: 1 })).body).toEqual({
    error: 'landscape: received "now", expected an empty object.',
  });
  // What the experiment's file says is no progress.
  expect((await answerOf(page, id)).work).toEqual({ run: id, ...work });
  const stopped = await page.post("/api/runs/last/landscape/stop", {});
  expect(stopped).toMatchObject({
    status: 200,
    body: { landscapes: [], work: null, failure: null },
  });
  expect((await start()).status).toBe(202);
  // The end of the studio waits for no experiment either.
  await page.studio.close();
});

test("one that ends is over, although something that it started goes on", async () => {
  const ledger = await trained(`
    const { spawn } = await import("node:child_process");
    spawn(process.execPath, ["-e", "setTimeout(() => {}, 20_000)"], { stdio: ["ignore", "ignore", "inherit"] });
    console.error("versant: enough");
    process.exit(1);`);
  const page = await opened({ ledger });
  await page.post("/api/runs/last/landscape", { directions: "random", grid: 5 });
  expect(await settled(page, "last")).toMatchObject({ failure: "enough" });
});

test("one whose studio is gone is gone, too", async () => {
  const ledger = await trained(`process.send("here"); ${hangs}`);
  const command = fileURLToPath(new URL("../../bin/versant.mjs", import.meta.url));
  const child: ChildProcess = fork(command, ["landscape", "last", "--for-studio", "--grid", "5"], {
    env: { ...process.env, VERSANT_LEDGER: ledger },
    execArgv: [],
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child, "message");
  child.disconnect();
  expect(await once(child, "exit")).toEqual([1, null]);
});

test("refuses what it cannot ask for", async () => {
  const page = await studioOver((ledger) => ledger.append([startedDraft("a")]));
  const post = async (body: unknown, id = "a") => {
    const answer = await page.post(`/api/runs/${id}/landscape`, body);
    return [answer.status, (answer.body as { error: string }).error];
  };
  expect(await post({ directions: "up" })).toEqual([
    400,
    'landscape: received "up" as directions, expected random or path.',
  ]);
  expect(await post({ directions: ["random"] })).toEqual([
    400,
    expect.stringContaining("received "),
  ]);
  expect(await post({ directions: "random", part: "test" })).toEqual([
    400,
    'landscape: received "test" as part, expected train or validation.',
  ]);
  expect(await post({ directions: "random", grid: "31; rm" })).toEqual([
    400,
    'landscape: received "31; rm" as grid, expected a whole number.',
  ]);
  expect(await post({ directions: "random", stack: true })).toEqual([
    400,
    expect.stringContaining('received "stack", expected an object'),
  ]);
  expect((await post({ directions: "random" }, "zebra"))[0]).toBe(404);
  expect((await page.post("/api/runs/a/landscape", {}, { "x-versant-csrf": "" })).status).toBe(403);
});

const flat = {
  x: [0, 1],
  y: [0, 1, 2],
  loss: [
    [1, 1],
    [1, null],
    [1, 1],
  ],
};

test("shows what is a landscape, and nothing else that an event may name", async () => {
  const event = {
    directions: "random",
    part: "train",
    weights: "",
    looked: 1,
    samples: 1,
    grid: 5,
  } as const;
  const values = {
    seed: 0,
    loss: 1,
    lowest: 1,
    highest: 1,
    curvature: [0, 0],
    seconds: 1,
  } as const;
  const page = await studioOver((ledger) => ledger.append([startedDraft("a")]));
  const shown = async (content: string) => {
    const object = await page.ledger.objects.put(content);
    await page.ledger.append([
      { type: "landscape", run: "a", payload: { ...event, ...values, object } },
    ]);
    return (await answerOf(page, "a")).landscapes;
  };
  expect(await shown(JSON.stringify(flat))).toMatchObject([{ content: flat }]);
  const many = Array.from({ length: 300 }, (_, index) => index);
  for (const content of [
    ...[null, [], {}, { ...flat, x: [1, 0] }, { ...flat, x: ["0", "1"] }, { ...flat, y: [0, 1] }],
    ...[
      { ...flat, loss: [[1], [], [1, 2]] },
      { ...flat, path: [null] },
      { ...flat, path: {} },
    ],
    { x: many, y: many, loss: many.map(() => many) },
  ]) {
    expect(await shown(JSON.stringify(content))).toEqual([]);
  }
  expect(await shown("{")).toEqual([]);
});
