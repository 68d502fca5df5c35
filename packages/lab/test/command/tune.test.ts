import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Ledger } from "../../src/ledger/ledger.js";
import { readRun } from "../../src/ledger/record.js";
import { findSearch } from "../../src/ledger/searches.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import type { SearchReport } from "../../src/tune/report.js";
import { start } from "./process.js";
import { fixture, run } from "./run.js";

const uneven = fixture("uneven.ts");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "versant-tune-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Searches, and gives what the command said and reported. */
const tune = (...flags: readonly string[]) => tuneFile(uneven, ...flags);

async function tuneFile(file: string, ...flags: readonly string[]) {
  const path = join(folder, "report.json");
  const told = await run("tune", file, "--report", path, "--sampler", "random", ...flags);
  return { ...told, report: readReport() };
}

const readReport = (): SearchReport =>
  JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));

/** What has to be the same however long trials take. */
const courseOf = ({ trials, best }: SearchReport) => ({
  trials: trials.map(({ run: _run, ...trial }) => trial),
  best: best.map(({ number }) => number),
});

const learningRates = ["--search", "learningRate"];

describe("versant tune", () => {
  test("makes the same trials with the same seed, whatever their timing, and prunes the same", async () => {
    const flags = ["--trials", "6", "--jobs", "2", "--epochs", "4", "--rest", "9"];
    const settings = [...flags, ...learningRates, "--pruner", "halving", "--seed", "5"];
    const first = await tune(...settings);
    const second = await tune(...settings);
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: "" });
    expect(courseOf(second.report)).toEqual(courseOf(first.report));
    const states = first.report.trials.map(({ state }) => state);
    expect(states).toHaveLength(6);
    expect(new Set(states)).toEqual(new Set(["completed", "pruned"]));
    const pruned = first.report.trials.find(({ state }) => state === "pruned")?.run ?? "";
    expect((await run("rerun", pruned)).out).toMatch(/^repeats .*: the same weights, to the bit$/m);
    const other = await tune("--trials", "1", "--epochs", "1", ...learningRates, "--seed", "6");
    expect(other.report.trials[0]?.hyperparameters).not.toEqual(
      first.report.trials[0]?.hyperparameters,
    );
  });

  test("each trial is a run on record, with its search; the search is on record with its trials", async () => {
    const { out, report } = await tune("--trials", "3", "--epochs", "2", ...learningRates);
    const ledger = Ledger.open({ mode: "read" });
    const search = await findSearch(ledger, report.search);
    expect(search.state).toBe("completed");
    const [ended] = await ledger.events({ run: search.name, types: ["search.ended"] });
    expect(ended?.payload.best).toEqual([report.best[0]?.number]);
    expect(search.trials.map(({ number, run: name }) => [number, name])).toEqual(
      report.trials.map(({ number, run: name }) => [number, name]),
    );
    const {
      run: summary,
      started,
      epochs,
      tests,
    } = await readRun(ledger, report.trials[1]?.run ?? "");
    expect(started.payload.search).toEqual({ name: report.search, trial: 2 });
    expect(summary).toMatchObject({ state: "completed", epochs: 2 });
    expect(epochs).toHaveLength(2);
    expect(tests).toEqual([]);
    const sources = started.payload.hyperparameters.map(({ name, source }) => [name, source]);
    expect(Object.fromEntries(sources)).toEqual({
      ...{ learningRate: "search", epochs: "flag" },
      ...{ end: "default", rest: "default", batchSize: "default" },
    });
    expect((await verifyLedger(ledger)).fault).toBeUndefined();
    await ledger.close();
    expect(out.match(/^estimate +.*/gm)).toEqual([
      expect.stringMatching(/the 2 trials that are left take about \d+:\d\d, going by the first$/),
    ]);
    expect(out).toMatch(new RegExp(`best +trial ${report.best[0]?.number}: validation.loss`));
    expect((await run("searches")).out).toContain(`${report.search}  completed`);
    const shown = (await run("show", report.search)).out;
    expect(shown).toContain(report.trials[2]?.run);
    const conclusion = out.split("\n").filter((line) => /^(best|importance) /.test(line));
    expect(conclusion).toHaveLength(2);
    expect(shown.split("\n")).toEqual(expect.arrayContaining(conclusion));
    expect(shown).toMatch(/^ +npx versant train .*uneven.ts .*--seed 42$/m);
    expect((await run("show", "last")).out).toBe(shown);
    expect((await run("show", report.trials[1]?.run ?? "")).out).toContain(
      `trial 2 of ${report.search}`,
    );
  });

  test("the flags that it prints train to the best trial's weights", async () => {
    const { out, report } = await tune("--trials", "3", "--epochs", "3", ...learningRates);
    const [, flags = ""] = /versant train \S+ (.*)/.exec(out) ?? [];
    const path = join(folder, "train.json");
    await run("train", uneven, ...flags.split(" "), "--report", path);
    const { weightsSha256 } = JSON.parse(readFileSync(path, "utf8"));
    const ledger = Ledger.open({ mode: "read" });
    const { run: trained } = await readRun(ledger, report.best[0]?.run ?? "");
    await ledger.close();
    expect(trained.weights).toBe(weightsSha256);
  });

  test("a trial that throws, ends its process or hangs is recorded with why, and the search goes on", async () => {
    const { code, out, err, report } = await tune(
      ...["--sampler", "grid", "--search", "end", "--epochs", "1", "--trial-time", "4s"],
    );
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(report.trials.map(({ state, value }) => [state, typeof value])).toEqual([
      ["completed", "number"],
      ...Array(4).fill(["failed", "object"]),
    ]);
    const ledger = Ledger.open({ mode: "read" });
    const { trials } = await findSearch(ledger, report.search);
    const reasons = [
      "there is no such data",
      "the trial threw",
      "the process ended with exit code 3",
      "took longer than 4 s",
    ];
    expect(trials.slice(1).map(({ reason }) => reason)).toEqual(reasons);
    // A setup that throws leaves no run.
    expect(trials[1]?.run).toBeNull();
    const ends = await Promise.all(
      trials.slice(2).map(async ({ run: name }) => (await readRun(ledger, name ?? "")).run),
    );
    await ledger.close();
    expect(ends.map(({ state, reason }) => [state, reason])).toEqual(
      reasons.slice(1).map((reason) => ["failed", reason]),
    );
    for (const [index, reason] of reasons.entries()) {
      expect(out).toMatch(new RegExp(`^failed +trial ${index + 2}: ${reason}$`, "m"));
    }
  });

  test("ends with an error when all trials fail", async () => {
    const { code, err, report } = await tune(
      ...["--trials", "2", "--end", "throws", ...learningRates, "--epochs", "1"],
    );
    expect(code).toBe(1);
    expect(err).toBe("versant: tune: all 2 trials failed; trial 1: the trial threw\n");
    expect(report).toMatchObject({ best: [], importance: null });
    const other = await tune("--trials", "1", "--objective", "validation.accuracy");
    expect(other.err).toMatch(/"validation.accuracy" to be measured, expected one of train.loss/);
  });

  test("ends early on a plateau, and when its time is over", async () => {
    const settings = [...learningRates, "--epochs", "1", "--jobs", "2"];
    const long = await tune("--trials", "6", ...settings);
    const short = await tune("--trials", "1000", "--plateau", "3", ...settings);
    expect(short.out).toMatch(/ended +no better one in 3 trials/);
    // Trial n was not begun, as the best of those up to n - 2 was 3 trials old; n - 1 ran by then.
    const { trials } = short.report;
    const losses = trials.slice(0, -1).map(({ value }) => Number(value));
    expect(losses.indexOf(Math.min(...losses)) + 1).toBe(trials.length - 1 - 3);
    const common = Math.min(6, trials.length);
    expect(courseOf(short.report).trials.slice(0, common)).toEqual(
      courseOf(long.report).trials.slice(0, common),
    );
    const timed = await tune("--trials", "100000", "--time", "0.3s", ...settings);
    expect(timed.out).toMatch(/ended +0.3 s are over/);
    expect(timed.code).toBe(0);
  });

  test("several objectives give a Pareto front; constraints are kept", async () => {
    const two = ["--objective", "parameters", "--objective", "max:validation.loss"];
    const settings = ["--trials", "3", "--epochs", "1", ...learningRates];
    const { report } = await tune(...two, ...settings);
    expect(report.trials[0]?.value).toEqual([2, expect.any(Number)]);
    const worst = Math.max(...report.trials.map(({ value }) => (value as number[])[1] ?? 0));
    expect(report.best.map(({ value }) => value)).toEqual([[2, worst]]);
    const { code, out } = await tune("--constraint", "parameters<=1", "--async", ...settings);
    expect(code).toBe(0);
    expect(out).toMatch(/^repeatable +no: what is proposed depends on how fast trials are$/m);
    expect(out).toContain("no trial satisfies all constraints");
  });
});

describe("Ctrl-C", () => {
  test("keeps everything; --resume goes on to the trials of an uninterrupted search", async () => {
    const env = { VERSANT_LEDGER: join(folder, "ledger") };
    const report = ["--report", "report.json"];
    const flags = ["--trials", "5", "--jobs", "2", "--epochs", "4", "--rest", "30"];
    const settings = ["--sampler", "random", "--pruner", "median", ...learningRates, ...flags];
    const { child, printed, finished } = start(folder, ["tune", uneven, ...settings], env);
    await printed(/^trial +2 /m);
    child.kill("SIGINT");
    const { code, out } = await finished;
    expect(code).toBe(130);
    const [, name = ""] = /versant tune --resume (\S+)/.exec(out) ?? [];
    const resumed = await start(folder, ["tune", "--resume", name, ...report], env).finished;
    expect({ code: resumed.code, err: resumed.err }).toEqual({ code: 0, err: "" });
    const course = courseOf(readReport());
    expect(course.trials).toHaveLength(5);
    await start(folder, ["tune", uneven, ...settings, ...report], env).finished;
    expect(course).toEqual(courseOf(readReport()));
  });
});

test("says when a search goes on with other code, and only then", async () => {
  const path = join(folder, "uneven.ts");
  copyFileSync(uneven, path);
  const { out } = await run("tune", path, "--trials", "1", "--epochs", "1", ...learningRates);
  const [, name = ""] = /^search +(\S+)$/m.exec(out) ?? [];
  const same = await run("tune", "--resume", name);
  expect({ err: same.err, isTold: same.out.includes("changed") }).toEqual({
    err: "",
    isTold: false,
  });
  appendFileSync(path, "// There is more to say.\n");
  const other = await run("tune", "--resume", name);
  expect(other.out).toMatch(/^changed +the code is not what trial 1 was trained with/m);
});

describe("mistakes", () => {
  test.each([
    [["--jobs", "0"], /^versant: --jobs: received "0", expected a whole number from 1 to 64/],
    [["--trial-time", "600h"], /--trial-time: received "600h", expected .* at most 596h/],
    [["--time", "soon"], /--time: received "soon", expected a time such as 90s, 10m or 2h/],
    [["--range", "end"], /--range: received "end", expected a name and a part/],
    [["--range", "learningRate=1..0.1"], /received 1 to 0.1, expected a range inside 0.0001 to/],
    [["--range", "learningRate=high"], /--range learningRate: .*two numbers such as 8..64/],
    [["--range", "end=fine,odd"], /received "fine", "odd", expected some of fine, never/],
    [["--search", "width"], /received "width", expected names among learningRate/],
    [["--search", "rest", "--rest", "3"], /received "rest" as searched and as fixed/],
    [
      ["--range", "rest=1..2", "--range", "rest=3..4"],
      /received rest=1..2 and rest=3..4, expected one part of each/,
    ],
    [["--points", "3"], /--points: received 3 with the sampler random, expected --sampler grid/],
    [
      ["--sampler", "gp", "--objective", "parameters", "--objective", "train.loss"],
      /--sampler: received gp for 2 objectives, expected one/,
    ],
    [["--objective", "parameters", "--objective", "min:parameters"], /parameters twice/],
    [["--sampler", "grid", "--points", "99999"], /trials, expected at most 100000/],
    [["--objective", "accuracy"], /expected a score such as validation.accuracy or/],
    [["--objective", "test.loss"], /leaves nothing to test its best trial with/],
    [["--pruner", "median", "--objective", "parameters"], /expected one objective that is a score/],
  ])("%j", async (flags, message) => {
    const before = await run("searches", "--json");
    const { code, err } = await run("tune", uneven, "--sampler", "random", ...flags);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(await run("searches", "--json")).toEqual(before);
  });

  test("a search that is not there", async () => {
    const { code, err } = await run("tune", "--resume", "nothing");
    expect(code).toBe(1);
    expect(err).toMatch(
      /there is no search "nothing"; expected a name that `versant searches` lists/,
    );
  });
});

describe("versant tune with several trainings a trial", () => {
  test("means over folds and seeds with an interval, the same every time; each training is a run", async () => {
    const flags = ["--trials", "2", "--epochs", "2", ...learningRates, "--folds", "2"];
    const { code, err, out, report } = await tuneFile(fixture("line.ts"), ...flags, "--seeds", "2");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^each trial +mean over 2 folds, seeds 42 to 43, 95 % interval$/m);
    expect(out).toMatch(/^trial {3}1 completed +validation.loss \S+ \(\S+ to \S+\)/m);
    const [trial] = report.trials;
    const [low = 0, high = 0] = trial?.intervals?.[0] ?? [];
    expect((low + high) / 2).toBeCloseTo(Number(trial?.value), 10);
    const ledger = Ledger.open({ mode: "read" });
    const runs = await Promise.all((trial?.runs ?? []).map((name) => readRun(ledger, name)));
    await ledger.close();
    expect(runs.map(({ started: { payload } }) => [payload.seed, payload.fold?.index])).toEqual([
      ...[0, 1].map((fold) => [42, fold]),
      ...[0, 1].map((fold) => [43, fold]),
    ]);
    const losses = runs.map(({ epochs }) => epochs.at(-1)?.payload.validation?.loss ?? 0);
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / 4;
    expect(trial?.value).toBeCloseTo(mean, 10);
    expect((await run("rerun", trial?.run ?? "")).out).toMatch(/the same weights, to the bit$/m);
    expect((await run("show", trial?.run ?? "")).out).toMatch(/^fold +2 of 2/m);
    const again = await tuneFile(fixture("line.ts"), ...flags, "--seeds", "2");
    expect(again.report.trials.map(({ value }) => value)).toEqual(
      report.trials.map(({ value }) => value),
    );
  });

  test("pruning compares means after the same number of epochs", async () => {
    const flags = ["--trials", "5", "--epochs", "3", ...learningRates, "--seeds", "2"];
    const { report } = await tune(...flags, "--pruner", "halving");
    const states = new Set(report.trials.map(({ state }) => state));
    expect(states).toEqual(new Set(["completed", "pruned"]));
  });
});
