import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import { RunLock } from "../../src/ledger/lock.js";
import { digitsRun } from "../ledger/digits.js";
import { startedDraft, temporaryFolder } from "../ledger/temporary.js";
import { run } from "./run.js";

let folder: string;

beforeEach(() => {
  folder = join(temporaryFolder(), "ledger");
  vi.stubEnv("VERSANT_LEDGER", folder);
  vi.stubEnv("VERSANT_KEYS", temporaryFolder());
  vi.stubEnv("VERSANT_NAME", "Grace");
});

afterEach(() => vi.unstubAllEnvs());

/** Prepares the ledger, and closes it again. */
async function prepare<T>(action: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = Ledger.open();
  try {
    return await action(ledger);
  } finally {
    await ledger.close();
  }
}

test("steer waits for the training's answer", async () => {
  await prepare((ledger) => ledger.append([startedDraft("line-1")]));
  const lock = RunLock.take(folder, "line-1");
  const ledger = Ledger.open();
  try {
    const asked = run("steer", "last", "--learningRate", "1e-3", "--why", "it swings");
    await expect
      .poll(() => ledger.events({ types: ["steer.requested"] }).then(({ length }) => length))
      .toBe(1);
    const [request] = await ledger.events({ types: ["steer.requested"] });
    expect(request).toMatchObject({
      actor: { name: "Grace" },
      payload: { action: "learningRate", value: 0.001, why: "it swings" },
    });
    await ledger.append([
      {
        type: "steer.applied",
        run: "line-1",
        payload: {
          action: "learningRate",
          value: 0.001,
          from: 0.1,
          request: String(request?.hash),
          place: { epoch: 2, batch: 4, step: 14 },
        },
      },
    ]);
    expect(await asked).toEqual({
      code: 0,
      out: "line-1: learning rate 0.001, applied after step 14 of epoch 2, before 0.1\n",
      err: "",
    });
    const later = await run("steer", "last", "--pause", "--why", "lunch", "--wait", "0");
    expect(later.out).toBe("line-1: pause is asked for, and will be applied between two batches\n");
  } finally {
    lock?.release();
    await ledger.close();
  }
});

test("steer asks for one thing, with a reason", async () => {
  await prepare((ledger) => ledger.append([startedDraft("line-1")]));
  const none = await run("steer", "last", "--why", "x");
  expect(none).toMatchObject({ code: 2 });
  expect(none.err).toContain("received nothing to do, expected one of --pause");
  const two = await run("steer", "last", "--pause", "--stop", "--why", "x");
  expect(two.err).toContain("received --pause and --stop, expected one of");
  expect(await run("steer", "last", "--pause")).toMatchObject({ code: 2 });
  const gone = await run("steer", "last", "--pause", "--why", "x");
  expect(gone).toMatchObject({ code: 1 });
  expect(gone.err).toContain("is not trained by any process now");
});

test("decide and describe record what they are given", async () => {
  await prepare((ledger) => digitsRun(ledger));
  const decided = await run(
    ...["decide", "last", "--title", "Width 40", "--why", "As good as 80"],
    ...["--from", "80", "--to", "40", "--alternative", "20", "--alternative", "60"],
    ...["--evidence", "last:test.accuracy"],
  );
  expect(decided).toMatchObject({ code: 0, err: "" });
  expect(decided.out).toMatch(/^digits-1a2b3c: decision [0-9a-f]{12} recorded\n$/);
  const items = join(temporaryFolder(), "items.json");
  writeFileSync(items, JSON.stringify({ limits: "Only digits.", inputs: "28 x 28" }));
  const described = await run("describe", "last", "--purpose", "To read.", "--file", items);
  expect(described.out).toBe("digits-1a2b3c: limits, inputs, purpose recorded\n");
  const listed = await run("describe", "last", "--list");
  expect(listed.out).toMatch(/^purpose +1\(a\) +yes +What is the model for/m);
  expect(listed.out).toMatch(/^monitoring +9 +How is its quality/m);
  const events = await prepare((ledger) => ledger.events({ types: ["decision", "description"] }));
  expect(events.map(({ payload }) => payload)).toMatchObject([
    { alternatives: ["20", "60"], evidence: ["digits-1a2b3c:test.accuracy = 0.9671"] },
    { items: { purpose: "To read.", limits: "Only digits." } },
  ]);
});

test("describe says what a file has to be", async () => {
  await prepare((ledger) => digitsRun(ledger));
  const path = join(temporaryFolder(), "items.json");
  const described = async () => (await run("describe", "last", "--file", path)).err;
  expect(await described()).toContain("describe: cannot read");
  writeFileSync(path, "{");
  expect(await described()).toContain("expected a JSON object of texts by item");
  writeFileSync(path, "[1]");
  expect(await described()).toContain("describe: received a list of 1 in");
  expect((await run("describe", "last")).err).toContain("describe: received no text");
  expect(await run("describe")).toMatchObject({ code: 2 });
  expect((await run("describe", "--list")).out).toContain("riskManagement");
});

test("approve prints what the signature is bound to", async () => {
  await prepare((ledger) => digitsRun(ledger));
  const { code, out } = await run("approve", "last", "--statement", "Fit.");
  expect(code).toBe(0);
  expect(out).toMatch(
    /^digits-1a2b3c: approved by Grace, key [0-9a-f]{32}\n {2}weights +[0-9a-f]{64}\n/,
  );
});

test("dossier prints, or writes a file", async () => {
  await prepare((ledger) => digitsRun(ledger));
  const printed = await run("dossier", "last", "--format", "md", "--language", "fr");
  expect(printed.out).toMatch(/^# digits\n\nDossier technique · /);
  const path = join(temporaryFolder(), "digits.html");
  const written = await run("dossier", "last", "--to", path);
  expect(written).toEqual({ code: 0, out: `${path}: written\n`, err: "" });
  expect(readFileSync(path, "utf8")).toMatch(/^<!doctype html>/);
  expect(await run("dossier", "last", "--format", "pdf")).toMatchObject({ code: 2 });
  const nowhere = await run("dossier", "last", "--to", join(path, "x"));
  expect(nowhere.err).toContain("--to: cannot write");
});

test("without a ledger none is made", async () => {
  const { code, err } = await run("approve", "last", "--statement", "Fit.");
  expect(code).toBe(1);
  expect(err).toContain("there is no such file; train something first");
  expect(Ledger.exists()).toBe(false);
});
