import { describe, expect, test } from "vitest";
import { RandomGenerator } from "../../src/array/index.js";
import { ClassificationReport, RegressionReport, type ScoreKind } from "../../src/metrics/index.js";

const reportOf = (scores: number[][], labels: number[], kind: ScoreKind = "probabilities") => {
  const report = new ClassificationReport({ classes: 2, scores: kind });
  report.add(scores, labels);
  return report;
};

describe("intervals", () => {
  // 400 samples, of which 360 are right.
  const labels = Array.from({ length: 400 }, (_, index) => index % 2);
  const positive = labels.map((label, index) => (index % 10 === 0 ? 1 - label : label));
  const report = new ClassificationReport({ classes: 2 });
  report.add(positive, labels);

  test("of an accuracy: near those of the binomial distribution, the same for the same seed", async () => {
    const interval = await report.interval((each) => each.accuracy(), { seed: 3, resamples: 600 });
    expect(interval.estimate).toBe(0.9);
    const margin = 1.96 * Math.sqrt((0.9 * 0.1) / 400);
    expect(interval.low).toBeGreaterThan(0.9 - 1.25 * margin);
    expect(interval.low).toBeLessThan(0.9 - 0.8 * margin);
    expect(interval.high).toBeGreaterThan(0.9 + 0.8 * margin);
    expect(interval.high).toBeLessThan(0.9 + 1.25 * margin);
    expect(await report.interval((each) => each.accuracy(), { seed: 3, resamples: 600 })).toEqual(
      interval,
    );
    const other = await report.interval((each) => each.f1(), { seed: 4, resamples: 600 });
    expect(other.low).not.toBe(interval.low);
  });

  test("more confidence is wider", async () => {
    const [narrow, wide] = await Promise.all(
      [0.5, 0.99].map((confidence) =>
        report.interval((each) => each.rocAuc(), { confidence, resamples: 200 }),
      ),
    );
    expect(wide?.low).toBeLessThan(narrow?.low as number);
    expect(wide?.high).toBeGreaterThan(narrow?.high as number);
  });

  test("of samples that depend on each other: blocks are as wide as they should be", async () => {
    // Of 40 errors each shows in 10 samples, as it does where windows overlap.
    const generator = new RandomGenerator(1, "dataset");
    const errors = Array.from({ length: 40 }, () => generator.uniform());
    const repeated = new RegressionReport();
    repeated.add(
      errors.flatMap((error) => new Array<number>(10).fill(error)),
      new Array<number>(400).fill(0),
    );
    const width = async (blockLength?: number): Promise<number> => {
      const options = { resamples: 400, ...(blockLength && { blockLength }) };
      const { low, high } = await repeated.interval((each) => each.meanAbsoluteError(), options);
      return high - low;
    };
    // sqrt(10) times as wide as of 400 samples, but for what blocks of 20 miss at their ends.
    const ratio = (await width(20)) / (await width());
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(4);
    expect(await width(1)).toBe(await width());
    // There is one block of everything.
    expect(await width(400)).toBe(0);
    await expect(width(0.5)).rejects.toThrow("blockLength 0.5, expected an integer of at least 1");
    await expect(width(401)).rejects.toThrow(
      "interval: received blockLength 401 for 400 samples, expected at most as many",
    );
  });

  test("percentiles between two scores are interpolated", async () => {
    let calls = 0;
    // The samples themselves are measured first.
    const interval = await report.interval(() => calls++, { confidence: 0.9, resamples: 5 });
    expect(interval.estimate).toBe(0);
    expect(interval.low).toBeCloseTo(1.2, 12);
    expect(interval.high).toBeCloseTo(4.8, 12);
  });

  test("the basic interval mirrors the percentiles at the estimate, and goes up to it", async () => {
    const bounds = async (estimate: number) => {
      let calls = 0;
      const score = () => (calls++ === 0 ? estimate : calls - 1);
      const options = { confidence: 0.9, resamples: 5, method: "basic" } as const;
      const { low, high } = await report.interval(score, options);
      return [low, high].map((each) => Number(each.toFixed(9)));
    };
    // The percentiles are 1.2 and 4.8.
    expect(await bounds(2)).toEqual([-0.8, 2.8]);
    expect(await bounds(1)).toEqual([-2.8, 1]);
    expect(await bounds(6)).toEqual([6, 10.8]);
    const bca = { method: "bca" as "basic" };
    await expect(report.interval((each) => each.f1(), bca)).rejects.toThrow(
      'interval: received method "bca", expected "percentile" or "basic".',
    );
  });

  test("resamples without a score are left out and counted", async () => {
    const two = reportOf(
      [
        [0.75, 0.25],
        [0.25, 0.75],
      ],
      [0, 1],
    );
    const interval = await two.interval((each) => each.rocAuc(), { resamples: 100 });
    // Half of the pairs hold one sample twice.
    expect(interval).toMatchObject({ estimate: 1, low: 1, high: 1 });
    expect(interval.undefined).toBeGreaterThan(30);
    expect(interval.undefined).toBeLessThan(70);
    const never = await two.interval(() => Number.NaN, { resamples: 3 });
    expect(never).toEqual({ estimate: NaN, low: NaN, high: NaN, undefined: 3 });
  });

  test("several scores come from the same resamples, each as it would alone", async () => {
    const scores = {
      f1: (each: ClassificationReport) => each.f1(),
      auc: (each: ClassificationReport) => each.rocAuc(),
    };
    const options = { resamples: 50, seed: 2 };
    let drawn = 0;
    const counted = (each: ClassificationReport): number => {
      drawn++;
      return each.f1();
    };
    const both = await report.intervals({ ...scores, f1: counted }, options);
    expect(drawn).toBe(51);
    expect(both).toEqual({
      f1: await report.interval(scores.f1, options),
      auc: await report.interval(scores.auc, options),
    });
    const errors = new RegressionReport();
    errors.add([1, 2, 4], [1, 3, 5]);
    const { mae, mse } = await errors.intervals(
      { mae: (each) => each.meanAbsoluteError(), mse: (each) => each.meanSquaredError() },
      options,
    );
    // Errors of 0 and 1 are their own squares.
    expect(mae).toEqual(mse);
  });

  test("resamples of logits are of logits", async () => {
    const logits = reportOf([[60, -60]], [1], "logits");
    const interval = await logits.interval((each) => each.logLoss(), { resamples: 2 });
    expect(interval).toEqual({ estimate: 120, low: 120, high: 120, undefined: 0 });
    const single = new ClassificationReport({ classes: 2 });
    single.add([1e-20, 1e-18], [0, 1]);
    const ranked = await single.interval((each) => each.rocAuc(0), { resamples: 20 });
    expect(ranked).toMatchObject({ low: 1, high: 1 });
  });

  test("the event loop has its turns, and samples that come meanwhile do not count", async () => {
    const growing = reportOf([[0.75, 0.25]], [0]);
    let isOver = false;
    const pending = growing
      .interval(
        (each) => {
          for (const end = performance.now() + 1; performance.now() < end; );
          return each.accuracy();
        },
        { resamples: 100 },
      )
      .finally(() => {
        isOver = true;
      });
    await new Promise((resolve) => setTimeout(resolve));
    expect(isOver).toBe(false);
    growing.add([[0.75, 0.25]], [1]);
    expect(await pending).toMatchObject({ estimate: 1, low: 1, high: 1 });
    expect(growing.accuracy()).toBe(0.5);
  });

  test("bad options", async () => {
    const accuracyOf = (each: ClassificationReport): number => each.accuracy();
    const refused = async (options: object, message: string): Promise<void> => {
      await expect(report.interval(accuracyOf, options)).rejects.toThrow(message);
    };
    await refused(
      { confidence: 95 },
      "interval: received confidence 95, expected a number above 0 and below 1",
    );
    await refused({ resamples: 0 }, "resamples 0");
    await refused({ seed: -1 }, "received seed -1");
    await refused({ samples: 9 }, 'named "samples"');
  });

  test("bad scores", async () => {
    await expect(report.interval("f1" as never)).rejects.toThrow(
      'interval: received "f1" as the score',
    );
    await expect(report.interval((each) => each.f1 as never)).rejects.toThrow(
      "interval: the score of a report is the function f1, expected a number; give",
    );
    await expect(report.intervals({})).rejects.toThrow("intervals: received no scores");
    await expect(report.intervals({ f1: 1 as never })).rejects.toThrow(
      "intervals: received 1 as f1",
    );
    await expect(report.intervals(null as never)).rejects.toThrow(
      "intervals: received null as the scores, expected an Object; give functions",
    );
    const late = { f1: async () => 1 } as never;
    await expect(report.intervals(late)).rejects.toThrow("the f1 of a report is a Promise");
  });
});
