import { describe, expect, test } from "vitest";
import { RunLock } from "../../src/ledger/lock.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { endedDraft, epochDraft, startedDraft } from "../ledger/temporary.js";
import { studioOver } from "./studio.js";

/** One run that is being trained, and one that has ended. */
async function twoRuns() {
  const page = await studioOver((ledger) =>
    ledger.append([startedDraft("a"), startedDraft("b"), epochDraft("b", 1, 0.5), endedDraft("b")]),
  );
  const lock = RunLock.take(page.ledger.folder, "a");
  return { ...page, release: () => lock?.release() };
}

describe("what people say is signed, and in the ledger", () => {
  test("a rate is asked for", async () => {
    const { post, ledger, release } = await twoRuns();
    const answer = await post("/api/runs/a/steer", {
      ...{ action: "learningRate", value: 0.01, why: "It swings." },
    });
    expect(answer.status).toBe(201);
    const [event] = await ledger.events({ run: "a", types: ["steer.requested"] });
    expect(answer.body).toEqual(event);
    expect(event?.payload).toEqual({ action: "learningRate", value: 0.01, why: "It swings." });
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    release();
  });

  test("two tabs that steer at once are both heard", async () => {
    const { post, ledger, release } = await twoRuns();
    const asked = Array.from({ length: 8 }, (_, index) =>
      post("/api/runs/a/steer", { action: index % 2 ? "pause" : "resume", why: `tab ${index}` }),
    );
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(Array(8).fill(201));
    const events = await ledger.events({ run: "a", types: ["steer.requested"] });
    expect(new Set(events.map(({ payload }) => payload.why)).size).toBe(8);
    release();
  });

  test("a decision with its evidence, and tags", async () => {
    const { post, ledger, release } = await twoRuns();
    const decision = { title: "Rate 0.1", why: "It learns.", evidence: ["b:validation.accuracy"] };
    expect(await post("/api/runs/b/decide", decision)).toMatchObject({
      status: 201,
      body: { payload: { title: "Rate 0.1", evidence: ["b:validation.accuracy = 0.5"] } },
    });
    const added = ["hot", "naïve-1"];
    expect((await post("/api/runs/b/tag", { added })).body).toEqual({ tags: added });
    const body = { added: ["new"], removed: ["hot"] };
    expect((await post("/api/runs/b/tag", body)).body).toEqual({ tags: ["naïve-1", "new"] });
    expect(await ledger.events({ types: ["decision", "tagged"] })).toHaveLength(3);
    release();
  });
});

describe("what cannot be said is refused in words, and not recorded", () => {
  test.each([
    ["a/steer", { action: "explode", why: "x" }, /received the action "explode"/],
    ["a/steer", { action: "learningRate", value: "0.1", why: "x" }, /"0.1" as the learning rate/],
    ["a/steer", { action: "pause" }, /why/],
    ["a/steer", { action: "pause", why: "  " }, /why/],
    ["a/steer", { action: "pause", why: "x", run: "b" }, /received "run", expected an object/],
    ["a/steer", [], /expected an object with some of action, value, why/],
    ["a/steer", null, /expected an object/],
    ["b/steer", { action: "pause", why: "x" }, /b has ended/],
    ["b/decide", { title: "t", why: "w", from: "x" }, /received only from/],
    ["b/decide", { title: "t", why: "w", evidence: "b" }, /"b" as evidence, expected a list/],
    ["b/decide", { title: "t", why: "w", evidence: ["z"] }, /there is no run "z"/],
    ["b/tag", { added: ["<b>"] }, /received "<b>", expected a word/],
    ["b/tag", { added: ["x".repeat(10_000)] }, /expected a word/],
    ["b/tag", { added: ["x"], removed: ["x"] }, /received \+x and -x/],
    ["b/tag", {}, /received no tag/],
    ["b/approve", { statement: "Good." }, /cannot be approved: .*no scores on test data/],
  ])("%s %j", async (path, body, error) => {
    const { post, ledger, release } = await twoRuns();
    const before = await ledger.events();
    const answer = await post(`/api/runs/${path}`, body);
    expect(answer.body).toMatchObject({ error: expect.stringMatching(error) });
    expect([400, 404]).toContain(answer.status);
    expect(await ledger.events()).toEqual(before);
    release();
  });

  test("what is no JSON, or too much of it", async () => {
    const { studio, cookie, csrf, post } = await twoRuns();
    const send = (body: string, type: string) =>
      fetch(`${studio.url}/api/runs/b/tag`, {
        method: "POST",
        headers: { cookie, "x-versant-csrf": csrf, "content-type": type },
        body,
      });
    expect((await send("{", "application/json")).status).toBe(400);
    expect((await send("added=x", "application/x-www-form-urlencoded")).status).toBe(415);
    expect((await post("/api/runs/b/tag", { added: ["x".repeat(2 ** 21)] })).status).toBe(413);
    expect((await post("/api/runs/b/sing", {})).status).toBe(404);
  });
});
