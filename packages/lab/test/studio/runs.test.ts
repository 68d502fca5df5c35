import { describe, expect, test } from "vitest";
import type { Draft } from "../../src/ledger/events.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { RunLock } from "../../src/ledger/lock.js";
import type { FieldsAnswer, RunDetail, RunsAnswer } from "../../src/studio/api/index.js";
import { endedDraft, epochDraft, startedDraft } from "../ledger/temporary.js";
import { studioOver } from "./studio.js";

const declared = (name: string, value: number | string) => ({
  ...{ name, value, source: "flag" as const },
  declaration:
    typeof value === "number"
      ? ({ kind: "real", default: 1, min: 0.001, max: 10, scale: "log", about: "a size" } as const)
      : ({ kind: "choice", default: "sgd", options: ["sgd", "adam"], about: "" } as const),
});

const run = (name: string, rate: number, optimizer = "sgd", epochs = 2): Draft[] => [
  startedDraft(name, {
    hyperparameters: [declared("learningRate", rate), declared("optimizer", optimizer)],
  }),
  ...Array.from({ length: epochs }, (_, index) => epochDraft(name, index + 1, rate)),
];

const fewRuns = (ledger: Ledger) =>
  ledger.append([
    ...run("a", 0.1),
    endedDraft("a"),
    ...run("b", 0.2, "adam"),
    ...run("c", 0.3, "adam", 100),
    endedDraft("c"),
    { type: "tagged", run: "c", payload: { added: ["hot", "new"], removed: [] } },
    { type: "tagged", run: "a", payload: { added: ["100%"], removed: [] } },
  ]);

const idsOf = ({ body }: { body: unknown }) => (body as RunsAnswer).rows.map(({ id }) => id);
const encoded = encodeURIComponent;

describe("a list of runs", () => {
  test("says how each run stands", async () => {
    const { get } = await studioOver(fewRuns);
    const { status, body } = await get("/api/runs");
    expect(status).toBe(200);
    const { total, rows } = body as RunsAnswer;
    expect(total).toBe(3);
    expect(rows.map(({ id, number, state }) => [id, number, state])).toEqual([
      ["c", 3, "completed"],
      ["b", 2, "killed"],
      ["a", 1, "completed"],
    ]);
    expect(rows[0]).toMatchObject({
      tags: ["hot", "new"],
      hyperparameters: { learningRate: 0.3, optimizer: "adam" },
      scores: { "train.loss": 0.01, "validation.loss": 0.02, "validation.accuracy": 0.3 },
      ...{ paused: false, progress: null, from: null, epochs: 100, approvals: 0 },
    });
    // Of 100 epochs 40 are drawn, the first and the last among them.
    const { name, values = [] } = rows[0]?.sparkline ?? {};
    expect(name).toBe("validation.loss");
    expect(values).toHaveLength(40);
    expect([values[0], values[39]]).toEqual([2, 0.02]);
    expect(rows[1]?.sparkline?.values).toEqual([2, 1]);
  });

  test.each([
    ["where=learningRate>0.15", ["c", "b"]],
    ["where=optimizer=adam&where=learningRate<0.25", ["b"]],
    ["where=state=killed", ["b"]],
    ["where=tags=hot", ["c"]],
    ["where=validation.accuracy<=0.2&sort=learningRate", ["a", "b"]],
    ["sort=learningRate&order=desc", ["c", "b", "a"]],
    ["sort=number&order=asc&limit=1&offset=1", ["b"]],
    ["search=hot", ["c"]],
    ["search=100%", ["a"]],
    ["search=_", []],
    ["search=' or 1=1 --", []],
    ["limit=0", []],
  ])("%s", async (query, ids) => {
    const { get } = await studioOver(fewRuns);
    const path = query
      .split("&")
      .map((part) => part.replace(/=(.*)$/s, (_, value) => `=${encoded(value)}`))
      .join("&");
    const answer = await get(`/api/runs?${path}`);
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(ids);
    const unlimited = await get(`/api/runs?${path.replace(/&?(limit|offset)=\d+/g, "")}`);
    expect((answer.body as RunsAnswer).total).toBe((unlimited.body as RunsAnswer).rows.length);
  });

  test("holds the columns that are asked for", async () => {
    const { get } = await studioOver(fewRuns);
    const { body } = await get("/api/runs?columns=learningRate,train.loss&sparklines=no");
    expect((body as RunsAnswer).rows[2]).toMatchObject({
      hyperparameters: { learningRate: 0.1 },
      scores: { "train.loss": 0.5 },
      sparkline: null,
    });
  });

  test.each([
    ["where=learningRate", /condition "learningRate"/],
    ["limit=1e9", /limit: received "1e9", expected a whole number of 0 to 1000/],
    ["order=up", /order: received "up", expected one of asc, desc/],
    ["offset=-1", /offset: received "-1"/],
    ["colour=red", /parameter "colour", expected one of where, search/],
  ])("refuses %s", async (query, error) => {
    const { get } = await studioOver(fewRuns);
    expect(await get(`/api/runs?${query}`)).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(error) },
    });
  });

  test("a line is drawn on as the run goes on, and back where it went back", async () => {
    const { get, ledger } = await studioOver((ledger) => ledger.append(run("a", 0.1, "sgd", 3)));
    const line = async () =>
      ((await get("/api/runs")).body as RunsAnswer).rows[0]?.sparkline?.values;
    expect(await line()).toEqual([2, 1, 2 / 3]);
    const from = { epoch: 2, batch: 0, step: 10 };
    const { environment } = startedDraft("a").payload;
    await ledger.append([
      { type: "run.resumed", run: "a", payload: { checkpoint: null, from, environment } },
      { ...epochDraft("a", 2, 0.5), run: "a" },
    ]);
    expect(await line()).toEqual([2, 1]);
    await ledger.append([epochDraft("a", 3, 0.5), epochDraft("a", 4, 0.5)]);
    expect(await line()).toEqual([2, 1, 2 / 3, 0.5]);
  });

  test("what is not finite has a word, and leaves a gap in the line", async () => {
    const { get } = await studioOver((ledger) => {
      const epoch = epochDraft("a", 2, Number.NaN);
      const validation = { loss: Number.NaN, accuracy: Number.POSITIVE_INFINITY };
      return ledger.append([
        ...run("a", 0.1, "sgd", 1),
        { ...epoch, payload: { ...epoch.payload, validation } } as Draft,
      ]);
    });
    const { rows } = (await get("/api/runs")).body as RunsAnswer;
    expect(rows[0]?.scores).toMatchObject({ "validation.loss": "NaN" });
    expect(rows[0]?.sparkline?.values).toEqual([2, null]);
  });

  test("a hostile name is a name", async () => {
    const name = `<script>alert(1)</script>\u202e😀${"x".repeat(10_000)}`;
    const { get } = await studioOver((ledger) =>
      ledger.append([startedDraft("a", { experiment: name, about: name })]),
    );
    const { body, headers } = await get("/api/runs");
    expect((body as RunsAnswer).rows[0]?.experiment).toBe(name);
    expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect((await get(`/api/runs?search=${encoded("<script>")}`)).body).toMatchObject({ total: 1 });
  });
});

test("fields say what there is to filter by", async () => {
  const { get } = await studioOver(fewRuns);
  const { fields } = (await get("/api/fields")).body as FieldsAnswer;
  const field = (name: string) => fields.find((each) => each.name === name);
  expect(field("learningRate")).toEqual({
    ...{ name: "learningRate", kind: "hyperparameter", type: "number" },
    ...{ min: 0.1, max: 0.3, scale: "log", about: "a size" },
  });
  expect(field("optimizer")).toMatchObject({ type: "text", values: ["adam", "sgd"] });
  expect(field("validation.accuracy")).toMatchObject({ kind: "score", min: 0.1, max: 0.3 });
  expect(field("state")).toMatchObject({ values: ["completed", "killed", "running"] });
  expect(field("tags")).toMatchObject({ type: "tags", values: ["100%", "hot", "new"] });
  expect(field("started")).toMatchObject({ kind: "column", type: "time" });
});

describe("one run", () => {
  test("is told with everything that is known of it", async () => {
    const { get, ledger } = await studioOver(fewRuns);
    const lock = RunLock.take(ledger.folder, "b");
    const place = { epoch: 2, batch: 3, step: 13 };
    const [request] = await ledger.append([
      { type: "steer.requested", run: "b", payload: { action: "pause", why: "lunch" } },
    ]);
    await ledger.append([
      {
        ...{ type: "steer.applied", run: "b" },
        payload: { action: "pause", request: request?.hash ?? "", place },
      },
    ]);
    const { body } = await get("/api/runs/b");
    const detail = body as RunDetail;
    expect(detail.run).toMatchObject({ id: "b", state: "running", paused: true });
    expect(detail.started.payload.hyperparameters).toHaveLength(2);
    expect(detail.requests[0]).toMatchObject({ payload: { why: "lunch" }, hash: request?.hash });
    expect(detail.interventions[0]?.payload.place).toEqual(place);
    expect(detail).toMatchObject({ ended: null, decisions: [], totalEpochs: null });
    expect(detail.sequence).toBe((await ledger.events()).at(-1)?.sequence);
    expect(((await get("/api/runs/c")).body as RunDetail).ended?.payload.state).toBe("completed");
    lock?.release();
  });

  test("is found by its number and as the last; another one is not there", async () => {
    const { get } = await studioOver(fewRuns);
    const id = async (word: string) => ((await get(`/api/runs/${word}`)).body as RunDetail).run.id;
    expect(await id("last")).toBe("c");
    expect(await id("%231")).toBe("a");
    for (const path of ["", "/series", "/events", "/graph", "/model", "/dossier"]) {
      expect(await get(`/api/runs/nobody${path}`)).toMatchObject({
        status: 404,
        body: { error: expect.stringMatching(/there is no run "nobody"/) },
      });
    }
  });

  test("its events are told in pages", async () => {
    const { get } = await studioOver(fewRuns);
    const first = await get("/api/runs/c/events?limit=1");
    expect(first.body).toMatchObject({ events: [{ type: "run.started", run: "c" }], more: true });
    const { sequence } = (first.body as { events: { sequence: number }[] }).events[0] ?? {};
    expect((await get(`/api/runs/c/events?after=${sequence}`)).body).toMatchObject({
      events: [{ type: "run.ended" }, { type: "tagged" }],
      more: false,
    });
    const epochs = await get("/api/runs/c/events?types=epoch&limit=1000");
    expect((epochs.body as { events: unknown[] }).events).toHaveLength(100);
  });
});

test("two runs are compared", async () => {
  const { get } = await studioOver(fewRuns);
  expect((await get("/api/diff?a=a&b=b")).body).toMatchObject({
    runs: ["a", "b"],
    sections: { "hyper-parameters": [{ name: "learningRate", values: [0.1, 0.2] }, {}] },
  });
  expect(await get("/api/diff?a=a")).toMatchObject({
    status: 400,
    body: { error: "b: received nothing, expected the name of a run." },
  });
});
