import { appendFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import { evaluationLoader } from "../../src/experiment/part.js";
import { Run } from "../../src/experiment/run.js";
import { sha256 } from "../../src/files/canonical.js";
import { collect } from "../../src/ledger/collect.js";
import type { Landscape } from "../../src/ledger/landscapeEvent.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { readRun } from "../../src/ledger/record.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { startedDraft, temporaryFolder, temporaryLedger } from "../ledger/temporary.js";
import { fixture, run } from "./run.js";
import { commandLedger } from "./runs/filled.js";

const file = fixture("reader.ts");

let folder: string;
beforeEach(() => {
  folder = commandLedger();
});

async function recorded() {
  const ledger = Ledger.open({ folder });
  onTestFinished(() => ledger.close());
  const { landscapes, epochs, run: summary } = await readRun(ledger, "last");
  const found = landscapes.map(async ({ payload }) => {
    const bytes = await ledger.objects.get(payload.object);
    const content: Landscape = JSON.parse(new TextDecoder().decode(bytes));
    return { payload, content };
  });
  return { ledger, landscapes: await Promise.all(found), epochs, summary };
}

const train = () => run("train", file, "--epochs", "3", "--batchSize", "8", "--log", "plain");
const small = ["--grid", "5", "--samples", "1000"];

describe("versant landscape", () => {
  test("records the loss around a run's weights, along random directions", async () => {
    await train();
    const { code, out } = await run("landscape", "last", ...small);
    expect(out).toMatch(
      /^landscape +reader-\w{6}\ndirections +random, filter-normalised, seed 42$/m,
    );
    expect(out).toMatch(/^samples +24 of 24 \(validation\)$/m);
    expect(code).toBe(0);
    const { ledger, landscapes, epochs, summary } = await recorded();
    const [{ payload, content } = expect.unreachable()] = landscapes;
    // The model with the averages of its weights, in evaluation mode, as after the last epoch.
    expect(payload.loss).toBeCloseTo(Number(epochs.at(-1)?.payload.validation?.loss), 5);
    expect(payload.weights).toBe(summary.weights);
    expect(content.loss[2]?.[2]).toBe(payload.loss);
    expect(content.x).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(content.path).toBeUndefined();
    expect(payload.highest).toBe(Math.max(...content.loss.flat().map(Number)));

    await run("landscape", "last", ...small, "--seed", "7", "--part", "train");
    const again = await recorded();
    expect(again.landscapes[1]?.payload).toMatchObject({ part: "train", seed: 7, samples: 48 });
    expect(again.landscapes[1]?.content.loss).not.toEqual(content.loss);

    expect((await run("show", "last")).out).toMatch(/^Landscape\ndirections +random, /m);
    expect((await collect(ledger, { minimumAge: 0 })).objects).not.toContain(payload.object);
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    await ledger.objects.delete(payload.object);
    expect((await verifyLedger(ledger)).fault?.reason).toContain(payload.object);
  });

  test("trains again for the path, from the first loss to the last one", async () => {
    await train();
    const { code, err } = await run("landscape", "last", "--directions", "path", ...small);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const { ledger, landscapes, epochs, summary } = await recorded();
    const [{ payload, content } = expect.unreachable()] = landscapes;
    const path = content.path ?? [];
    expect(path[0]).toMatchObject({ epoch: 0, step: 0 });
    expect(path.at(-1)).toMatchObject({ epoch: 3, step: summary.steps });
    expect([path.at(-1)?.x, path.at(-1)?.y].map(Number)).toEqual(
      [0, 0].map((z) => expect.closeTo(z, 6)),
    );
    expect(path.at(-1)?.loss).toBe(payload.loss);
    expect(path.at(-1)?.loss).toBeCloseTo(Number(epochs.at(-1)?.payload.validation?.loss), 5);
    const first = await Run.prepare(await loadExperiment(file));
    const scores = await first.trainer.evaluate(
      evaluationLoader(first.setup.data.validation ?? first.setup.data.train),
    );
    expect(path[0]?.loss).toBeCloseTo(Number(scores.loss), 5);
    // Three epochs alone would be few: states within them are kept, too.
    expect(path.length).toBeGreaterThan(4);
    const [x, y] = payload.explained ?? [0, 0];
    expect(x).toBeGreaterThan(y);
    expect(x + y).toBeLessThanOrEqual(1 + 1e-9);
    // Nothing else was recorded of the second training.
    const events = await ledger.events({ run: summary.id });
    expect(events.at(-2)?.type).toBe("run.ended");
  });

  test("does again what people did to the run, and records nothing of it", async () => {
    await train();
    const { ledger, summary } = await recorded();
    const place = { epoch: 2, batch: 3, step: 9 };
    const payload = { action: "learningRate", value: 0.5, place } as const;
    await ledger.append([{ type: "steer.applied", run: summary.id, payload }]);
    await run("rerun", "last", "--log", "plain");
    const steered = (await recorded()).summary;
    expect(steered.weights).not.toBe(summary.weights);
    const { code, err } = await run("landscape", "last", "--directions", "path", ...small);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const applied = await ledger.events({ run: steered.id, types: ["steer.applied"] });
    expect(applied).toHaveLength(1);
    // Without it the training is another one.
    const unsteered = await run("landscape", summary.id, "--directions", "path", ...small);
    expect(unsteered.err).toMatch(
      /came to other weights than reader-\w+ ended with, expected the same/,
    );
  });

  test.each([
    [["--grid", "1"], '--grid: received "1", expected a whole number from 5 to 201.'],
    [["--grid", "10000"], '--grid: received "10000", expected a whole number from 5 to 201.'],
    [["--samples", "0"], '--samples: received "0", expected a whole number from 1 to 1000000.'],
    [
      ["--part", "test"],
      "option '--part <name>' argument 'test' is invalid. Allowed choices are train, validation.",
    ],
  ])("refuses %s", async (flags, message) => {
    const { code, err } = await run("landscape", "last", ...flags);
    expect(err).toContain(message);
    expect(code).toBe(2);
  });

  test("runs no code but that which was recorded", async () => {
    const project = temporaryFolder();
    const copy = join(project, "reader.ts");
    mkdirSync(join(project, "node_modules"));
    cpSync(file, copy);
    await run("train", copy, "--epochs", "1", "--log", "plain");
    appendFileSync(copy, "\nthrow new Error('this was run');\n");
    const { code, err } = await run("landscape", "last", ...small);
    expect(err).toMatch(
      /^versant: landscape: .*reader\.ts changed since reader-\w+ was trained, expected/,
    );
    expect(code).toBe(1);
  });

  test("runs no file that a ledger names without having recorded it", async () => {
    const ledger = temporaryLedger(folder);
    await ledger.append([
      startedDraft("sly-fox", { file: "packages/lab/test/fixtures/throws.ts" }),
    ]);
    const { code, err } = await run("landscape", "last", ...small);
    expect(err).toMatch(
      /^versant: landscape: the code of sly-fox does not have packages\/lab\/.*throws\.ts, expected/,
    );
    expect(code).toBe(1);
  });

  test("refuses a run without weights, and one that has not come to its end", async () => {
    const ledger = temporaryLedger(folder);
    const path = "packages/lab/test/fixtures/reader.ts";
    const files = [{ path, object: sha256(readFileSync(file)) }];
    const code = { hash: "c0de", files, versant: "0.1.0" };
    await ledger.append([startedDraft("calm-otter", { file: path, code })]);
    const random = await run("landscape", "last", ...small);
    expect(random.err).toMatch(
      /^versant: from: the run calm-otter has no weights, for it is killed;/,
    );
    const onPath = await run("landscape", "last", "--directions", "path", ...small);
    expect(onPath.err).toMatch(
      /^versant: landscape: the run calm-otter is killed, expected one that has come/,
    );
    expect([random.code, onPath.code]).toEqual([1, 1]);
  });

  test("says so where a path is a line", async () => {
    await run("train", fixture("line.ts"), "--no-bias", "--epochs", "2", "--log", "plain");
    const { err } = await run("landscape", "last", "--directions", "path", ...small);
    expect(err).toMatch(/the path of this training spans no plane/);
  });
});
