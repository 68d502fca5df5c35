import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { approve } from "../../src/accountability/approve.js";
import { readHistory } from "../../src/accountability/history.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { findRun } from "../../src/ledger/runs.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { makeIdentity, startedDraft, temporaryFolder } from "../ledger/temporary.js";
import { Project } from "../provenance/repository.js";
import { type Running, start } from "./process.js";
import { fixture } from "./run.js";

const source = readFileSync(fixture("line.ts"), "utf8");
let project: Project;
let keys: string;
beforeEach(() => {
  project = new Project({ "package.json": "{}", "experiments/line.ts": source });
  keys = temporaryFolder();
});

/** The command in a folder of a project that has its own ledger. */
const versant = (folder: string, ...args: readonly string[]): Running =>
  start(folder, args, { VERSANT_LEDGER: "", VERSANT_DEVICE: "", VERSANT_KEYS: keys });

function openLedger(folder: string): Ledger {
  const identity = makeIdentity("Grace");
  const ledger = Ledger.open({ folder: join(folder, ".versant"), identity });
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Trains in the folder of the experiment until somebody interrupts it. */
async function interrupted(...flags: readonly string[]): Promise<void> {
  const place = project.path("experiments");
  const settings = ["--optimizer", "adam", "--epochs", "600", "--log", "plain"];
  const running = versant(place, "train", "line.ts", ...settings, ...flags);
  await running.printed(/end of epoch +100 /);
  running.child.kill("SIGINT");
  expect((await running.finished).code).toBe(130);
}

test("a run goes on after its project was moved, from any folder in it, on its device", async () => {
  await interrupted("--device", "wasm");
  const moved = join(temporaryFolder(), "moved");
  renameSync(project.folder, moved);
  const resumed = await versant(moved, "resume", "last", "--log", "plain").finished;
  expect(resumed).toMatchObject({ code: 0, err: "" });
  expect(resumed.out).toMatch(/^device +wasm: /m);
  const rerun = await versant(join(moved, "experiments"), "rerun", "last", "--log", "plain")
    .finished;
  expect(rerun).toMatchObject({ code: 0, err: "" });
  expect(rerun.out).toMatch(/^device +wasm: /m);
  expect(rerun.out).toMatch(/^repeats line-\w{6}: the same weights, to the bit$/m);
  const ledger = openLedger(moved);
  const starts = await ledger.events({ types: ["run.started"] });
  expect(starts.map(({ payload }) => payload.file)).toEqual(Array(2).fill("experiments/line.ts"));
  // A value came from where it came from the first time.
  const [first, second] = starts.map(({ payload }) => payload.hyperparameters);
  expect(first?.find(({ name }) => name === "optimizer")?.source).toBe("flag");
  expect(first?.find(({ name }) => name === "bias")?.source).toBe("default");
  expect(second).toEqual(first);
});

test("other bits have to be asked for", async () => {
  await interrupted();
  const flags = ["--device", "wasm", "--threads", "1"];
  const { code, err } = await versant(project.folder, "resume", "last", ...flags).finished;
  expect(code).toBe(1);
  expect(err).toMatch(/since line-\w{6} was last trained there is arithmetic wasm-\w+ in place of/);
});

test("an approval answers for the code that the run went on with", async () => {
  await interrupted();
  const ledger = openLedger(project.folder);
  const before = await readHistory(ledger, "last");
  const path = project.path("experiments/line.ts");
  writeFileSync(path, source.replace("loss.meanSquaredError", "loss.meanAbsoluteError"));
  const refused = await versant(project.folder, "resume", "last").finished;
  expect(refused.code).toBe(1);
  expect(refused.err).toMatch(/there is another experiments\/line\.ts, expected what it was/);
  const flags = ["--despite-changes", "--log", "plain"];
  const resumed = await versant(project.folder, "resume", "last", ...flags).finished;
  expect(resumed).toMatchObject({ code: 0, err: "" });
  const after = await readHistory(ledger, "last");
  expect(after.code.hash).not.toBe(before.code.hash);
  expect(after.changes).toEqual(["another experiments/line.ts"]);
  const statement = "Fit for the test.";
  await expect(approve(ledger, { run: "last", statement })).rejects.toThrow(
    'it went on with another experiments/line.ts (approve it all the same by --despite "reason").',
  );
  const despite = "the loss is the one that is measured";
  const { payload } = await approve(ledger, { run: "last", statement, despite });
  const { hash: code } = after.code;
  const changes = "it went on with another experiments/line.ts";
  expect(payload).toMatchObject({ code, despite, changes });
  const shown = await versant(project.folder, "show", "last").finished;
  expect(shown.out).toContain(`code SHA-256 ${code}`);
  const page = await versant(project.folder, "dossier", "last", "--format", "md").finished;
  expect(page.out).toContain(code);
  expect(page.out).toContain(`${despite} (${changes})`);

  // What it went on with is kept like what it began with.
  await ledger.objects.delete(String(after.code.files[0]?.object));
  expect((await verifyLedger(ledger)).fault?.reason).toMatch(/cannot be read/);
});

test("a device or a file that is not there is told", async () => {
  const ledger = openLedger(project.folder);
  const environment = { ...startedDraft("a").payload.environment, device: "abacus" };
  await ledger.append([startedDraft("line-1", { environment })]);
  await ledger.append([startedDraft("line-2", { file: "gone.ts" })]);
  expect((await findRun(ledger, "last")).file).toBe("gone.ts");
  const device = await versant(project.folder, "resume", "line-1").finished;
  expect(device.code).toBe(1);
  expect(device.err).toContain("line-1 was trained on the device abacus, which cannot be had: ");
  const file = await versant(project.folder, "rerun", "line-2").finished;
  expect(file.code).toBe(1);
  expect(file.err).toContain(`the run's file is not there any more: ${project.path("gone.ts")}`);
});
