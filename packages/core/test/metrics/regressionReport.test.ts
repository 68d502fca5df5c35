import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { meanAbsolutePercentageError, RegressionReport, score } from "../../src/metrics/index.js";
import { tensor, zeros } from "../../src/tensor/index.js";

const scoresOf = (report: RegressionReport): number[] => [
  ...[report.meanSquaredError(), report.rootMeanSquaredError(), report.meanAbsoluteError()],
  ...[report.meanAbsolutePercentageError(), report.r2()],
];

const reportOf = (pairs: readonly (readonly [number, number])[]): RegressionReport => {
  const report = new RegressionReport();
  report.add(
    pairs.map(([p]) => p),
    pairs.map(([, y]) => y),
  );
  return report;
};

const number = fc.double({ min: -100, max: 100, noNaN: true });
const pairsOf = fc.array(fc.tuple(number, fc.integer({ min: 1, max: 9 })), {
  minLength: 1,
  maxLength: 20,
});

test("batches of any size give the same scores, to the bit", () => {
  fc.assert(
    fc.property(pairsOf, fc.integer({ min: 1, max: 20 }), (pairs, size) => {
      const parts = new RegressionReport();
      for (let start = 0; start < pairs.length; start += size) {
        const batch = pairs.slice(start, start + size);
        parts.add(
          batch.map(([p]) => p),
          batch.map(([, y]) => y),
        );
      }
      expect(scoresOf(parts)).toEqual(scoresOf(reportOf(pairs)));
    }),
    { numRuns: 50 },
  );
});

test("the order of the samples changes rounding only", () => {
  fc.assert(
    fc.property(pairsOf, (pairs) => {
      const expected = scoresOf(reportOf(pairs));
      scoresOf(reportOf(pairs.toReversed())).forEach((score, index) => {
        const value = expected[index] as number;
        if (Number.isNaN(value)) expect(score).toBeNaN();
        else expect(Math.abs(score - value)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(value)));
      });
    }),
    { numRuns: 50 },
  );
});

test("R^2 far from 0, where sums of squares would cancel", () => {
  const pairs = Array.from({ length: 8 }, (_, i) => [1e8 + i + (i % 2), 1e8 + i] as const);
  expect(reportOf(pairs).r2()).toBeCloseTo(1 - 4 / 42, 12);
});

test("a target that does not vary has no R^2", () => {
  expect(
    reportOf([
      [0.1, 0.1],
      [0.2, 0.1],
      [0.3, 0.1],
    ]).r2(),
  ).toBeNaN();
});

test("R^2 of several numbers is the mean of theirs; what differs between them explains nothing", () => {
  const report = new RegressionReport();
  // The first is known, of the second only the mean.
  report.add(
    [
      [0, 1001],
      [1, 1001],
      [2, 1001],
    ],
    [
      [0, 1000],
      [1, 1001],
      [2, 1002],
    ],
  );
  expect(report.r2()).toBe(0.5);
  report.add([[3, 1001]], [[3, 1001]]);
  expect(report.r2()).toBe(0.5);
  const still = new RegressionReport();
  still.add(
    tensor([
      [1, 5],
      [2, 5],
    ]),
    tensor([
      [1, 5],
      [2, 5],
    ]),
  );
  expect(still.r2()).toBeNaN();
});

test("a scale of a factor alone scales errors, and no shares", () => {
  const report = new RegressionReport({ scale: { deviation: 10 } });
  report.add([1, 3], [2, 6]);
  expect(report.meanSquaredError()).toBe(500);
  expect(report.rootMeanSquaredError()).toBeCloseTo(Math.sqrt(500), 12);
  expect(report.meanAbsoluteError()).toBe(20);
  expect(report.meanAbsolutePercentageError()).toBe(0.5);
  expect(report.r2()).toBe(1 - 10 / 8);
  expect(report.toString().split("\n")).toEqual([
    "score        value",
    "------------------",
    "mse        500.000",
    "rmse       22.3607",
    "mae        20.0000",
    "mape      0.500000",
    "r2       -0.250000",
    "samples          2",
  ]);
});

test("of standardised targets it gives the scores of what they stand for", async () => {
  const scale = { mean: 200, deviation: -40 };
  const prices = { predicted: [180, 260, 90], real: [200, 240, 100] };
  const encoded = (values: number[]) =>
    values.map((value) => (value - scale.mean) / scale.deviation);
  const direct = new RegressionReport();
  direct.add(prices.predicted, prices.real);
  const scaled = new RegressionReport({ scale });
  scaled.add(encoded(prices.predicted), encoded(prices.real));
  for (const name of [
    ...(["meanSquaredError", "rootMeanSquaredError", "meanAbsoluteError"] as const),
    ...(["meanAbsolutePercentageError", "r2"] as const),
  ]) {
    expect(scaled[name]()).toBeCloseTo(direct[name](), 9);
  }
  const mape = (report: RegressionReport): number => report.meanAbsolutePercentageError();
  const { low } = await scaled.interval(mape, { resamples: 50 });
  expect(low).toBeCloseTo((await direct.interval(mape, { resamples: 50 })).low, 9);
  const inStep = meanAbsolutePercentageError({ scale });
  const [p, y] = [tensor(encoded(prices.predicted)), tensor(encoded(prices.real))] as const;
  expect(await score(inStep, p, y)).toBeCloseTo(direct.meanAbsolutePercentageError(), 6);
  expect(() => meanAbsolutePercentageError({ unit: 1 } as object)).toThrow('named "unit"');
});

test("an interval draws samples, not single numbers of them", async () => {
  const report = new RegressionReport();
  // Every sample errs by +1 and -1: its sum of errors is 0 only if it stays together.
  report.add(tensor([[1, -1]]).expand([50, 2]), zeros([50, 2]));
  report.add([[3, -3]], [[0, 0]]);
  expect(report.samples).toBe(51);
  const interval = await report.interval((each) => each.meanSquaredError(), {
    resamples: 200,
    seed: 5,
  });
  expect(interval.estimate).toBeCloseTo(1 + 8 / 51, 12);
  // A resample holds the odd sample a whole number of times.
  for (const bound of [interval.low, interval.high]) {
    const times = ((bound - 1) * 51) / 8;
    expect(times).toBeCloseTo(Math.round(times), 9);
  }
  expect(interval.low).toBe(1);
  expect(interval.high).toBeGreaterThan(1 + 8 / 51);
});

describe("bad input", () => {
  const report = new RegressionReport();

  test("shapes and numbers", () => {
    expect(() => report.add([1, 2], [1])).toThrow(
      "RegressionReport: received predictions (2,) and targets (1,), expected equal shapes",
    );
    expect(() => report.add(zeros([2, 1]), zeros([2]))).toThrow(
      "predictions (2, 1) and targets (2,)",
    );
    expect(() => report.add([1, Number.NaN], [1, 2])).toThrow(
      "received NaN as prediction of sample 1 of the batch, expected",
    );
    expect(() => report.add([1], [Number.POSITIVE_INFINITY])).toThrow("Infinity as target");
    expect(() => report.add(null as never, [1])).toThrow(
      "received null as predictions, expected a",
    );
    expect(report.samples).toBe(0);
    const pairs = new RegressionReport();
    pairs.add([[1, 2]], [[1, 2]]);
    expect(() => pairs.add([1], [1])).toThrow("received 1 numbers a sample, expected 2");
  });

  test("options, and no samples at all", async () => {
    expect(() => new RegressionReport({ scale: { mean: Number.NaN } })).toThrow(
      "RegressionReport: received scale.mean NaN, expected a finite number",
    );
    expect(() => new RegressionReport({ scale: 1 } as object)).toThrow("1 as the scale, expected");
    expect(() => new RegressionReport({ unit: 1 } as object)).toThrow('named "unit"');
    report.add([], []);
    for (const name of ["meanSquaredError", "meanAbsoluteError", "r2"] as const) {
      expect(() => report[name]()).toThrow(`asked for ${name} before any sample was added`);
    }
    await expect(report.interval(() => 0)).rejects.toThrow("asked for interval before any sample");
  });
});
