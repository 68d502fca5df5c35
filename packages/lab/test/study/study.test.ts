import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { beforeEach, describe, expect, test } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import { Ledger } from "../../src/ledger/ledger.js";
import { findRun, listRuns } from "../../src/ledger/runs.js";
import type { SearchValue } from "../../src/ledger/searchEvents.js";
import { answerOf, type Measurement } from "../../src/study/answer.js";
import { answerLines } from "../../src/study/answerTable.js";
import { conductStudy } from "../../src/study/conduct.js";
import { drawAnswer } from "../../src/study/figure.js";
import { type Question, settingsOf } from "../../src/study/question.js";
import { fixture, run } from "../command/run.js";
import { temporaryFolder, temporaryLedger } from "../ledger/temporary.js";

const file = fileURLToPath(new URL("../../../../examples/calculator-study.ts", import.meta.url));
const line = fixture("line.ts");

const question = (vary: Question["vary"], more: Partial<Question> = {}): Question => ({
  ...{ name: "rate", about: "Which rate?", vary },
  ...more,
});

/** Measurements of settings { rate: 0, 1, ... }, a list of values for each. */
function measured(...values: number[][]): Measurement[] {
  return values.flatMap((list, rate) => {
    const setting: Record<string, SearchValue> = { rate };
    return list.map((value, seed) => ({ setting, seed, run: `run-${rate}-${seed}`, value }));
  });
}

test("settings are a list, or every combination", () => {
  expect(settingsOf(question({ a: [1, 2], b: ["x", "y"] }))).toEqual([
    { a: 1, b: "x" },
    { a: 1, b: "y" },
    { a: 2, b: "x" },
    { a: 2, b: "y" },
  ]);
  expect(settingsOf(question([{ a: 1 }, { b: 2 }]))).toEqual([{ a: 1 }, { b: 2 }]);
});

describe("an answer", () => {
  test("compares each setting with the best, seed by seed", () => {
    const all = measured([10, 20, 30], [11.1, 20.9, 31], [5, 16, 24]);
    const { results } = answerOf(question({ rate: [0, 1, 2] }), all);
    expect(results.map(({ besideBest }) => besideBest?.mean)).toEqual([
      expect.closeTo(5, 10),
      expect.closeTo(6, 10),
      undefined,
    ]);
    // The seeds differ by ten, the settings by five: single means overlap, pairs do not.
    expect(results[0]?.estimate?.low).toBeLessThan(results[2]?.estimate?.mean ?? 0);
    expect(results[0]?.besideBest?.low).toBeGreaterThan(0);
  });

  test("large scores are good where their name says so, and what diverges is not the best", () => {
    const all = measured([0.5, 0.6], [0.9, Number.NaN], [0.7, 0.8], [Number.NaN, Number.NaN]);
    const answer = answerOf(question({}, { score: "test.accuracy" }), all);
    expect(answer.results.map(({ diverged }) => diverged)).toEqual([0, 1, 0, 2]);
    const text = answerLines(answer).join("\n");
    expect(text).toMatch(/^rate 1 +0\.9000 +1 of 2 diverged *$/m);
    expect(text).toMatch(/^rate 2 .* best *$/m);
    expect(text).toMatch(/^rate 3 +2 of 2 diverged *$/m);
  });

  test("becomes a figure with a dot for each seed, and names that are only text", async () => {
    const all = measured([1, 2], [100, 300]).map((each) => ({
      ...each,
      setting: each.setting.rate === 0 ? odd : each.setting,
    }));
    const svg = drawAnswer(answerOf(question({}), all));
    expect(svg.match(/class="seed"/g)).toHaveLength(4);
    expect(svg).toContain("&lt;b&gt;");
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(svg).toContain("logarithmic");
    const { format, width } = await sharp(Buffer.from(svg)).metadata();
    expect([format, width]).toEqual(["svg", 640]);
  });
});

const odd = { rate: "<b>" };

describe("conductStudy", () => {
  test("trains each setting with each seed, as runs on record, and goes on behind one that diverges", async () => {
    const ledger = temporaryLedger();
    const questions = [
      question([{ learningRate: 0.1 }, { learningRate: 1e30 }], { fixed: { epochs: 1 } }),
    ];
    const experiment = await loadExperiment(line);
    const [answer] = await conductStudy(ledger, experiment, {
      file: line,
      questions,
      seeds: [1, 2],
    });
    expect(answer?.results.map(({ diverged }) => diverged)).toEqual([0, 2]);
    const runs = await listRuns(ledger);
    expect(runs.map(({ state }) => state).sort()).toEqual([
      ...["completed", "completed", "failed", "failed"],
    ]);
    const names = answer?.results[0]?.measured.map((each) => each.run);
    expect(runs.map(({ id }) => id)).toEqual(expect.arrayContaining(names ?? []));
  });

  test.each([
    [[], /received .* as questions, expected a list such as/],
    [[question({ learningRate: [0.1] })], /question "rate" has 1 settings, expected two or more/],
    [[question({ learningRate: [0.1, -1] })], /learningRate: received -1, expected/],
    [[question({ rate: [1, 2] })], /line: received a value for "rate", expected hyper-parameters/],
    [
      [question({ bias: [true, false] }, { score: "test.r2" })],
      /asks for "test.r2", expected one of/,
    ],
    [[{ ...question({ bias: [true, false] }), vari: 1 }], /a question: received .*vari/],
    [Array(2).fill(question({ bias: [true, false] })), /with a word of its own as the name/],
  ])("questions %# are refused", async (questions, message) => {
    const experiment = await loadExperiment(line);
    const options = { file: line, questions, seeds: [1, 2], hyperparameters: { epochs: 1 } };
    await expect(conductStudy(temporaryLedger(), experiment, options)).rejects.toThrow(message);
  });

  test("one seed is refused", async () => {
    const options = { file: line, questions: [question({ bias: [true, false] })], seeds: [1] };
    const experiment = await loadExperiment(line);
    await expect(conductStudy(temporaryLedger(), experiment, options)).rejects.toThrow(
      /expected two or more different ones: one says nothing of how much is luck/,
    );
  });
});

describe("versant study", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    process.env.VERSANT_LEDGER = join(folder, "ledger");
  });

  test("the calculator's study: a table, a figure and a report, quickly", async () => {
    const figures = join(folder, "figures");
    const report = join(folder, "study.json");
    const quick = ["--seeds", "2", "--epochs", "1", "--only", "samples"];
    const { code, out, err } = await run(
      ...["study", file, ...quick, "--figures", figures, "--report", report],
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^samples: How many sums .* \(2 seeds; small is good\)$/m);
    const { answers } = JSON.parse(readFileSync(report, "utf8"));
    const means: number[] = answers[0].results.map(
      ({ estimate }: { estimate: { mean: number } }) => estimate.mean,
    );
    expect(means).toHaveLength(3);
    // More sums, smaller errors.
    expect(means).toEqual([...means].sort((a, b) => b - a));
    expect(existsSync(join(figures, "samples.svg"))).toBe(true);
    const ledger = Ledger.open({ mode: "read" });
    expect(await listRuns(ledger)).toHaveLength(6);
    // None of them is what `last` means.
    expect(
      await listRuns(ledger, { conditions: [{ name: "study", operator: "=", value: "samples" }] }),
    ).not.toEqual([]);
    await expect(findRun(ledger, "last")).rejects.toThrow(
      "none is here that no search or study made",
    );
    await ledger.close();
  });

  test.each([
    [[file, "--only", "depht"], /--only: received "depht", expected questions among samples/],
    [[file, "--seeds", "1"], /--seeds: received "1", expected/],
    [[line], /received undefined as questions, expected a list such as export const questions/],
  ])("%j is refused", async (words, message) => {
    const { code, err } = await run("study", ...words);
    expect(code).toBeGreaterThan(0);
    expect(err).toMatch(message);
  });
});
