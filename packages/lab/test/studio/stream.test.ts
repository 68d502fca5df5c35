import { describe, expect, test, vi } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import { RunLock } from "../../src/ledger/lock.js";
import type { TrialRecord } from "../../src/ledger/searchEvents.js";
import { endedDraft, epochDraft, startedDraft } from "../ledger/temporary.js";
import { listen } from "./listen.js";
import { searchDraft } from "./searchDraft.js";
import { studioOver } from "./studio.js";

const steps = (run: string, first: number): Draft => ({
  ...{ type: "steps", run },
  payload: { first, stride: 1, batches: 2, mean: [2, 1], learningRate: 0.1 },
});

const twoRuns = () => studioOver((ledger) => ledger.append([startedDraft("a"), startedDraft("b")]));

describe("a run that somebody watches", () => {
  test("is told as it goes, and nothing of others", async () => {
    const page = await twoRuns();
    const listening = await listen(page, "?run=a");
    expect(listening.status).toBe(200);
    const { data } = await listening.next("heartbeat");
    expect(data.sequence).toBe((await page.ledger.events()).at(-1)?.sequence);
    const [, step] = await page.ledger.append([steps("b", 0), steps("a", 0)]);
    expect(await listening.next("steps")).toMatchObject({
      data: { run: "a", payload: { mean: [2, 1] } },
      id: `${step?.sequence}-${step?.hash.slice(0, 16)}`,
    });
    await page.ledger.append([epochDraft("a", 1, 0.5), endedDraft("a")]);
    expect((await listening.next("epoch")).data.payload).toMatchObject({ epoch: 1 });
    expect((await listening.next("event")).data).toMatchObject({ type: "run.ended", run: "a" });
    expect((await listening.next("state")).data).toMatchObject({ id: "a", state: "completed" });
    expect(listening.messages.filter(({ name }) => name === "steps")).toHaveLength(1);
  });

  test("a browser that comes back misses nothing, and is told nothing twice", async () => {
    const page = await twoRuns();
    const first = await listen(page, "?run=a");
    await first.next("heartbeat");
    await page.ledger.append([steps("a", 0)]);
    const { id } = await first.next("steps");
    first.end();
    await page.ledger.append([steps("a", 2), steps("b", 0), epochDraft("a", 1, 0.5)]);
    const second = await listen(page, "?run=a&after=0", { "last-event-id": String(id) });
    await second.next("heartbeat");
    expect(second.messages.map(({ name }) => name)).toEqual([
      ...["steps", "epoch", "state", "heartbeat"],
    ]);
    await page.ledger.append([steps("a", 4)]);
    await second.next("steps");
    expect((await second.next("steps")).data.payload.first).toBe(4);
  });

  test("one that was cut off while the ledger was replaced does not go on in the other one", async () => {
    const page = await twoRuns();
    const first = await listen(page, "?run=a");
    const { id } = await first.next("heartbeat");
    first.end();
    // As long as the one before.
    await page.studio.close();
    const other = await twoRuns();
    await other.ledger.append([steps("a", 0)]);
    const back = await listen(other, "?run=a&after=0", { "last-event-id": String(id) });
    await back.next("reset");
    const { id: now } = await back.next("heartbeat");
    expect(back.messages.map(({ name }) => name)).toEqual(["reset", "heartbeat"]);
    const again = await listen(other, `?run=a&after=${now}`);
    await again.next("heartbeat");
    expect(again.messages).toHaveLength(1);
  });

  test("an event that was made unreadable is told of once, in words, until it is well again", async () => {
    const page = await twoRuns();
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const listening = await listen(page, "?run=a");
    await listening.next("heartbeat");
    await page.ledger.append([steps("a", 0)]);
    const { data } = await listening.next("steps");
    const { connection } = page.ledger.database;
    const alter = (body: string) =>
      connection
        .prepare("insert or replace into events values (?, 'a', 'steps', 'h', 's', ?)")
        .run(data.sequence + 1, body);
    alter("{");
    const { problem } = (await listening.next("ledger")).data;
    expect(problem?.error).toMatch(/^event \d+ of the ledger cannot be read \(.*\), expected JSON/);
    expect((await page.get("/api/runs/a/series")).status).toBe(400);
    expect((await page.get("/api/runs/b/series")).status).toBe(200);
    alter(JSON.stringify({ ...data, sequence: data.sequence + 1 }));
    await listening.next("steps");
    expect((await listening.next("ledger")).data.problem).toBeNull();
    expect(told).not.toHaveBeenCalled();
  });

  test("one that was away for long asks for everything anew", async () => {
    const page = await studioOver((ledger) =>
      ledger.append([
        startedDraft("a"),
        ...Array.from({ length: 2100 }, (_, index) => steps("a", 2 * index)),
      ]),
    );
    const late = await listen(page, "?run=a&after=3");
    expect((await late.next("reset")).data.sequence).toBeGreaterThan(2100);
    const other = await listen(page, "?run=a&after=99999");
    await other.next("reset");
    expect(late.messages.some(({ name }) => name === "steps")).toBe(false);
  });

  test("a process that is gone is found out", async () => {
    const page = await twoRuns();
    const lock = RunLock.take(page.ledger.folder, "a");
    const listening = await listen(page, "?run=a");
    await listening.next("heartbeat");
    lock?.release();
    expect((await listening.next("state")).data).toMatchObject({ id: "a", state: "killed" });
  });

  test("so is that of a search", async () => {
    const page = await studioOver((ledger) =>
      ledger.append([searchDraft("one"), searchDraft("two")]),
    );
    const lock = RunLock.take(page.ledger.folder, "one");
    const [own, all, other] = [
      await listen(page, "?run=one"),
      await listen(page),
      await listen(page, "?run=two"),
    ];
    await Promise.all([own, all, other].map((each) => each.next("heartbeat")));
    lock?.release();
    for (const each of [own, all]) {
      const { data } = await each.next("search");
      expect(data).toMatchObject({ name: "one", state: "killed" });
    }
    expect(other.messages.some(({ name }) => name === "search")).toBe(false);
  });
});

test("who watches all runs is told how they stand, and of searches", async () => {
  const page = await twoRuns();
  const listening = await listen(page);
  await listening.next("heartbeat");
  const trial: TrialRecord = {
    ...{ number: 1, values: {}, run: "b", objectives: [1], constraints: [], reports: [] },
    ...{ state: "completed", epochs: 1, seconds: 1 },
  };
  await page.ledger.append([
    steps("a", 0),
    epochDraft("a", 1, 0.5),
    { type: "search.trial", run: "line-search", payload: trial },
  ]);
  expect((await listening.next("event")).data).toMatchObject({ run: "line-search" });
  expect((await listening.next("state")).data).toMatchObject({
    id: "a",
    scores: { "validation.accuracy": 0.5 },
  });
  await page.ledger.append([startedDraft("c")]);
  expect((await listening.next("state")).data).toMatchObject({ id: "c", number: 3 });
  expect(listening.messages.some(({ name }) => name === "steps" || name === "epoch")).toBe(false);
});

test("many listen, and each is told once", async () => {
  const page = await twoRuns();
  const all = await Promise.all(Array.from({ length: 20 }, () => listen(page, "?run=a")));
  await Promise.all(all.map((each) => each.next("heartbeat")));
  for (let first = 0; first < 6; first += 2) await page.ledger.append([steps("a", first)]);
  await page.ledger.append([epochDraft("a", 1, 0.5)]);
  await Promise.all(all.map((each) => each.next("epoch")));
  for (const { messages } of all) {
    const told = messages.flatMap(({ name, data }) => (name === "steps" ? [data] : []));
    expect(told).toMatchObject([0, 2, 4].map((first) => ({ payload: { first } })));
  }
});

test("an end does not wait for those who listen", async () => {
  const page = await twoRuns();
  const listening = await listen(page);
  await listening.next("heartbeat");
  await page.studio.close();
  await listening.ended;
  await expect(fetch(page.studio.url)).rejects.toThrow();
});

test.each(["after=x", "since=1"])("refuses %s", async (query) => {
  const page = await twoRuns();
  expect((await page.get(`/api/stream?${query}`)).status).toBe(400);
});
