import { metrics } from "@versant/core";
import { RandomGenerator } from "@versant/core/internal";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareMeasured } from "../../src/evaluation/compareModels.js";
import type { Measured } from "../../src/evaluation/evaluateModel.js";
import { withIntervals } from "../../src/evaluation/intervals.js";
import { judgeClasses } from "../../src/evaluation/judgeClasses.js";
import { everySample, type Judged } from "../../src/evaluation/judged.js";
import { judgeNumbers } from "../../src/evaluation/judgeNumbers.js";
import { judgeSlices, slicingOf } from "../../src/evaluation/slices.js";
import type { ScoreRecord } from "../../src/ledger/evaluationEvent.js";

const draws = { resamples: 200, seed: 0 };

const close = (actual: number | undefined, expected: number): void => {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThan(1e-12);
};

const scoreOf = (judged: Judged, name: string): number | undefined =>
  judged.scores.find((score) => score.name === name)?.of(everySample(judged.samples));

/** Labels and scores with ties, some classes perhaps absent. */
const scored = fc
  .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 30 }))
  .chain(([classes, samples]) => {
    const row = fc.array(fc.integer({ min: 1, max: 9 }), {
      minLength: classes,
      maxLength: classes,
    });
    const label = fc.integer({ min: 0, max: classes - 1 });
    return fc.record({
      classes: fc.constant(classes),
      rows: fc.array(row, { minLength: samples, maxLength: samples }),
      labels: fc.array(label, { minLength: samples, maxLength: samples }),
    });
  });

const reportOf = (classes: number, rows: readonly number[][], labels: readonly number[]) => {
  const report = new metrics.ClassificationReport({ classes, scores: "logits" });
  report.add(rows, Int32Array.from(labels));
  return report;
};

test("scores of classes are those of ClassificationReport, and of a draw those of its samples", () => {
  fc.assert(
    fc.property(scored, ({ classes, rows, labels }) => {
      const compare = (
        judged: Judged,
        draw = everySample(rows.length),
        drawn = rows,
        of = labels,
      ) => {
        const report = reportOf(classes, drawn, of);
        const value = (name: string) => judged.scores.find((each) => each.name === name)?.of(draw);
        close(value("accuracy"), report.accuracy());
        close(value("macro F1"), report.f1());
        close(value("log loss"), report.logLoss());
        close(value("AUC"), report.rocAuc());
        close(value("Brier score"), report.brierScore());
        close(value("calibration error"), report.calibrationError());
      };
      const judged = judgeClasses(reportOf(classes, rows, labels));
      compare(judged);
      // The first sample three times, the second not at all.
      if (rows.length < 2) return;
      const counts = Int32Array.from(rows, (_, row) => [3, 0][row] ?? 1);
      const repeat = <T>(list: readonly T[]): T[] =>
        list.flatMap((each, row) => new Array<T>(counts[row] as number).fill(each));
      const samples = counts.reduce((sum, count) => sum + count, 0);
      compare(judged, { samples, counts }, repeat(rows), repeat(labels));
    }),
    { numRuns: 60 },
  );
});

test("scores of numbers are those of RegressionReport", () => {
  const values = fc.array(
    fc.tuple(
      fc.double({ min: -9, max: 9, noNaN: true }),
      fc.double({ min: -9, max: 9, noNaN: true }),
    ),
    { minLength: 2, maxLength: 20 },
  );
  fc.assert(
    fc.property(values, (pairs) => {
      const answers = Float64Array.from(pairs, ([answer]) => answer);
      const expected = Float64Array.from(pairs, ([, target]) => Math.round(target * 8) / 8);
      const judged = judgeNumbers({ answers, expected, names: ["rent"] });
      const report = new metrics.RegressionReport();
      report.add(answers, expected);
      close(scoreOf(judged, "MAE"), report.meanAbsoluteError());
      close(scoreOf(judged, "RMSE"), report.rootMeanSquaredError());
      const [own = 0, theirs] = [scoreOf(judged, "R2"), report.r2()];
      if (Number.isNaN(theirs)) expect(own).toBeNaN();
      else expect(Math.abs(own - theirs)).toBeLessThan(1e-9 * Math.max(1, Math.abs(theirs)));
    }),
  );
});

test("several numbers are told apart by name, and count alike among the worst", () => {
  const judged = judgeNumbers({
    answers: Float64Array.of(1, 1000, 2, 2100),
    expected: Float64Array.of(1, 1000, 3, 2000),
    names: ["a", "b"],
  });
  expect(judged.scores.map(({ name }) => name).slice(0, 4)).toEqual([
    ...["MAE of a", "RMSE of a", "R2 of a", "MAE of b"],
  ]);
  expect([...judged.wrongness]).toEqual([0, 2]);
  expect(judged.expected(1)).toBe("3, 2000");
  expect(judged.answered(1)).toBe("2, 2100");
});

test("intervals: Wilson's for shares, the bootstrap's for the rest, again the same with the same seed", async () => {
  const labels = Array.from({ length: 60 }, (_, row) => row % 2);
  const rows = labels.map((label, row) =>
    row % 5 === 0 ? [label, 1 - label] : [1 - label, label],
  );
  const { scores } = judgeClasses(reportOf(2, rows, labels));
  const records = await withIntervals(60, scores, draws);
  expect(records).toEqual(await withIntervals(60, scores, draws));
  const other = await withIntervals(60, scores, { ...draws, seed: 1 });
  expect(other[0]).toEqual(records[0]);
  expect(other[2]).not.toEqual(records[2]);
  for (const { value, low, high } of records) {
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  }
  expect(records.map(({ method }) => method)).toEqual([
    ...["Wilson", ...Array(4).fill("bootstrap"), "basic bootstrap"],
  ]);
});

test("the calibration error lies in its interval; that of a calibrated model reaches down to nearly 0", async () => {
  const generator = new RandomGenerator(2, "sampling");
  let reached = 0;
  for (let round = 0; round < 20; round++) {
    const confidences = Array.from({ length: 400 }, () => 0.5 + generator.uniform() / 2);
    const labels = confidences.map((confidence) => Number(generator.uniform() > confidence));
    const logits = confidences.map((confidence) => [
      Math.log(confidence),
      Math.log(1 - confidence),
    ]);
    const { scores } = judgeClasses(reportOf(2, logits, labels));
    const records = await withIntervals(400, scores, draws);
    const { value, low, high } = records.at(-1) as ScoreRecord;
    expect(low).toBeGreaterThanOrEqual(0);
    expect(low).toBeLessThanOrEqual(value);
    expect(high).toBeGreaterThanOrEqual(value);
    if (low < 0.01) reached++;
  }
  expect(reached).toBeGreaterThan(14);
});

test("of one class alone the AUC is not defined, and the rest is", async () => {
  const rows = [
    [0, 1],
    [1, 0],
    [0, 2],
  ];
  const { scores } = judgeClasses(reportOf(2, rows, [1, 1, 1]));
  const records = await withIntervals(3, scores, draws);
  const undefinedOnes = records.filter(({ value }) => Number.isNaN(value));
  expect(undefinedOnes.map(({ name }) => name)).toEqual(["AUC"]);
});

describe("slices", () => {
  test("by value, or of many numbers by quartile; equal numbers stay together", () => {
    expect(slicingOf("town", ["b", "a", "", "b"])).toEqual({
      ...{ by: "town", values: ["(empty)", "a", "b"] },
      places: Int32Array.of(2, 1, 0, 2),
    });
    const numbers = [...Array.from({ length: 12 }, (_, each) => String(each)), "", "11"];
    const { values, places } = slicingOf("age", numbers);
    expect(values).toEqual(["0 to 3", "above 3 to 6", "above 6 to 9", "above 9 to 11", "(empty)"]);
    expect([...places]).toEqual([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 3]);
    const names = Array.from({ length: 101 }, (_, each) => `name ${each}`);
    expect(() => slicingOf("name", names)).toThrow(/"name" has 101 values, expected 100 at most/);
  });

  test("a slice that the model is worse at is named; chance seldom is", async () => {
    const generator = new RandomGenerator(5, "sampling");
    let alarms = 0;
    for (let round = 0; round < 100; round++) {
      const wrong = Float64Array.from({ length: 200 }, () => Number(generator.uniform() < 0.2));
      const judged = { ...blank(200), wrongness: wrong };
      const cells = Array.from(wrong, (_, row) => String(row % 5));
      const slices = await judgeSlices(judged, [slicingOf("fold", cells)], draws);
      if (slices.some(({ isWorse }) => isWorse)) alarms++;
    }
    // 5 % at most are to be expected; 12 of 100 would be a chance of 1 in 300.
    expect(alarms).toBeLessThan(12);
    const bad = Float64Array.from({ length: 200 }, (_, row) =>
      Number(row % 5 === 3 && row % 2 === 0),
    );
    const cells = Array.from(bad, (_, row) => String(row % 5));
    const slices = await judgeSlices(
      { ...blank(200), wrongness: bad },
      [slicingOf("fold", cells)],
      draws,
    );
    expect(slices.flatMap(({ value, isWorse }) => (isWorse ? [value] : []))).toEqual(["3"]);
  });
});

const blank = (samples: number): Judged => ({
  ...{ kind: "classes", samples, scores: [] },
  wrongness: new Float64Array(samples),
  badness: new Float64Array(samples),
  expected: () => "",
  answered: () => "",
});

/** A model of two classes that is right where it is told to be. */
function answering(right: readonly boolean[]): Measured {
  const labels = right.map((_, row) => row % 2);
  const rows = right.map((isRight, row) => {
    const label = isRight ? row % 2 : 1 - (row % 2);
    return [1 - label, label];
  });
  const judged = judgeClasses(reportOf(2, rows, labels));
  return { judged, ids: labels.map((_, row) => `${row}`), slicings: [], skipped: 0 };
}

describe("two models", () => {
  test("a model against itself: exactly no difference", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 4, maxLength: 30 }), async (right) => {
        const model = answering(right);
        const { differences, mcNemar, verdict } = await compareMeasured(model, model, draws);
        for (const { value, low, high, better } of differences) {
          expect([value, low, high, better]).toEqual([0, 0, 0, 0.5]);
        }
        expect(mcNemar).toEqual({ onlyA: 0, onlyB: 0, p: 1 });
        expect(verdict).toBe("no difference");
      }),
      { numRuns: 10 },
    );
  });

  test("the other way round the signs are the other ones", async () => {
    const generator = new RandomGenerator(9, "sampling");
    const make = (share: number) =>
      answering(Array.from({ length: 300 }, () => generator.uniform() < share));
    const [a, b] = [make(0.6), make(0.9)];
    const forth = await compareMeasured(a, b, draws);
    const back = await compareMeasured(b, a, draws);
    expect([forth.verdict, back.verdict]).toEqual(["B is better", "A is better"]);
    expect(forth.mcNemar?.p).toBeLessThan(1e-6);
    expect(forth.mcNemar?.onlyA).toBe(back.mcNemar?.onlyB);
    for (const [place, { value, better }] of forth.differences.entries()) {
      close(back.differences[place]?.value, -value);
      close(back.differences[place]?.better, 1 - better);
    }
  });

  test("intervals hold the true difference about as often as they say", async () => {
    const generator = new RandomGenerator(3, "sampling");
    let covered = 0;
    const rounds = 150;
    for (let round = 0; round < rounds; round++) {
      // Both are right in 60 %; of the rest A in 10 of 40, B in 20 of 40: B is better by 0.1.
      const [a, b]: [boolean[], boolean[]] = [[], []];
      for (let row = 0; row < 150; row++) {
        const place = generator.uniform();
        a.push(place < 0.7);
        b.push(place < 0.6 || (place >= 0.7 && place < 0.9));
      }
      const { differences } = await compareMeasured(answering(a), answering(b), draws);
      const [{ low, high } = { low: 1, high: 0 }] = differences;
      if (low <= 0.1 + 1e-12 && high >= 0.1 - 1e-12) covered++;
    }
    // 95 % of 150 are 142.5, with a standard deviation of 2.7.
    expect(covered).toBeGreaterThan(133);
    expect(covered).toBeLessThan(150);
  });

  test("other rows are refused", async () => {
    const a = answering([true, false, true]);
    await expect(compareMeasured(a, answering([true, false]), draws)).rejects.toThrow(
      /3 rows with classes and 2 rows with classes, expected the same rows/,
    );
    const renamed = { ...a, ids: ["x", "y", "z"] };
    await expect(compareMeasured(a, renamed, draws)).rejects.toThrow(/expected the same rows/);
  });
});
