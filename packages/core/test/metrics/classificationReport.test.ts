import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClassificationReport, ConfusionMatrix, type ScoreKind } from "../../src/metrics/index.js";
import { tensor } from "../../src/tensor/index.js";

const reportOf = (scores: number[][], labels: number[], kind: ScoreKind = "probabilities") => {
  const report = new ClassificationReport({ classes: scores[0]?.length ?? 2, scores: kind });
  report.add(scores, labels);
  return report;
};

/** All scores; those of a report are pure functions of what was added. */
const scoresOf = (report: ClassificationReport): number[] => [
  ...[report.accuracy(), report.precision(), report.recall("weighted"), report.f1("micro")],
  ...[report.topK(1), report.rocAuc(), report.averagePrecision(), report.logLoss()],
  ...[report.calibrationError({ bins: 4 }), ...report.confusion.counts],
];

/** Distributions over three classes, many of them equal, and labels. */
const samples = fc.array(
  fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(2)).map(([a, b, c, label]) => {
    const sum = a + b + c + 3;
    return { row: [(a + 1) / sum, (b + 1) / sum, (c + 1) / sum], label };
  }),
  { minLength: 1, maxLength: 30 },
);

describe("what does not matter", () => {
  test("the size of the batches, to the bit", () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 30 }), (list, size) => {
        const [rows, labels] = [list.map(({ row }) => row), list.map(({ label }) => label)];
        const whole = reportOf(rows, labels);
        const parts = new ClassificationReport({ classes: 3 });
        for (let start = 0; start < list.length; start += size) {
          parts.add(rows.slice(start, start + size), labels.slice(start, start + size));
        }
        expect(parts.samples).toBe(list.length);
        expect(scoresOf(parts)).toEqual(scoresOf(whole));
      }),
      { numRuns: 50 },
    );
  });

  test("the order of the samples, but for rounding", () => {
    const shuffled = samples.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const [expected, actual] = [list, other].map((each) =>
          scoresOf(
            reportOf(
              each.map(({ row }) => row),
              each.map(({ label }) => label),
            ),
          ),
        ) as [number[], number[]];
        actual.forEach((score, index) => {
          if (Number.isNaN(expected[index])) expect(score).toBeNaN();
          else expect(score).toBeCloseTo(expected[index] as number, 12);
        });
      }),
      { numRuns: 50 },
    );
  });

  test("whether scores are lists, a typed array or a tensor", () => {
    const rows = [
      [0.75, 0.25],
      [0.5, 0.5],
      [0.125, 0.875],
    ];
    const expected = scoresOf(reportOf(rows, [0, 1, 1]));
    const labels = [0, 1, 1];
    const forms = [
      [tensor(rows), tensor(labels, { dtype: "int32" })],
      [tensor(rows), tensor(labels, { dtype: "uint8" })],
      [Float32Array.from(rows.flat()), Int32Array.from(labels)],
      [rows.map(([, positive]) => positive as number), labels],
      [tensor(rows.map(([, positive]) => [positive as number])), labels],
    ] as const;
    for (const [scores, indices] of forms) {
      const report = new ClassificationReport({ classes: 2 });
      report.add(scores, indices);
      expect(scoresOf(report)).toEqual(expected);
    }
  });
});

test("logits become probabilities, also large ones, and one a sample", () => {
  const logits = [
    [1000, 999, -1000],
    [0, 0, 0],
  ];
  const report = reportOf(logits, [0, 2], "logits");
  const nats = (Math.log1p(Math.exp(-1)) + Math.log(3)) / 2;
  expect(report.logLoss()).toBeCloseTo(nats, 12);
  expect(report.perplexity()).toBeCloseTo(Math.exp(nats), 12);
  expect(report.accuracy()).toBe(0.5);
  const binary = new ClassificationReport({ classes: 2, scores: "logits" });
  binary.add([0.1, -2], [1, 0]);
  expect(binary.accuracy()).toBe(1);
  expect(binary.logLoss()).toBeCloseTo((Math.log1p(Math.exp(-0.1)) + Math.log1p(Math.exp(-2))) / 2);
});

test("a class without samples: 0 in its row, no part of the macro mean, no area under ROC", () => {
  const report = reportOf(
    [
      [0.5, 0.25, 0.25],
      [0.25, 0.5, 0.25],
    ],
    [0, 0],
  );
  expect(report.perClass().map(({ support }) => support)).toEqual([2, 0, 0]);
  expect(report.f1(2)).toBe(0);
  // Class 1 was predicted, class 2 is nowhere.
  expect(report.f1("macro")).toBeCloseTo(2 / 3 / 2, 12);
  expect(report.rocAuc()).toBeNaN();
  expect(report.averagePrecision(1)).toBe(0);
});

describe("intervals", () => {
  // 400 samples, of which 360 are right.
  const labels = Array.from({ length: 400 }, (_, index) => index % 2);
  const positive = labels.map((label, index) => (index % 10 === 0 ? 1 - label : label));
  const report = new ClassificationReport({ classes: 2 });
  report.add(positive, labels);

  test("of an accuracy: near those of the binomial distribution, the same for the same seed", () => {
    const interval = report.interval((each) => each.accuracy(), { seed: 3, resamples: 600 });
    expect(interval.estimate).toBe(0.9);
    const margin = 1.96 * Math.sqrt((0.9 * 0.1) / 400);
    expect(interval.low).toBeGreaterThan(0.9 - 1.25 * margin);
    expect(interval.low).toBeLessThan(0.9 - 0.8 * margin);
    expect(interval.high).toBeGreaterThan(0.9 + 0.8 * margin);
    expect(interval.high).toBeLessThan(0.9 + 1.25 * margin);
    expect(report.interval((each) => each.accuracy(), { seed: 3, resamples: 600 })).toEqual(
      interval,
    );
    const other = report.interval((each) => each.f1(), { seed: 4, resamples: 600 });
    expect(other.low).not.toBe(interval.low);
  });

  test("more confidence is wider", () => {
    const [narrow, wide] = [0.5, 0.99].map((confidence) =>
      report.interval((each) => each.rocAuc(), { confidence, resamples: 200 }),
    );
    expect(wide?.low).toBeLessThan(narrow?.low as number);
    expect(wide?.high).toBeGreaterThan(narrow?.high as number);
  });

  test("percentiles between two scores are interpolated", () => {
    let calls = 0;
    // The samples themselves are measured first.
    const interval = report.interval(() => calls++, { confidence: 0.9, resamples: 5 });
    expect(interval.estimate).toBe(0);
    expect(interval.low).toBeCloseTo(1.2, 12);
    expect(interval.high).toBeCloseTo(4.8, 12);
  });

  test("resamples without a score are left out and counted", () => {
    const two = reportOf(
      [
        [0.75, 0.25],
        [0.25, 0.75],
      ],
      [0, 1],
    );
    const interval = two.interval((each) => each.rocAuc(), { resamples: 100 });
    // Half of the pairs hold one sample twice.
    expect(interval).toMatchObject({ estimate: 1, low: 1, high: 1 });
    expect(interval.undefined).toBeGreaterThan(30);
    expect(interval.undefined).toBeLessThan(70);
    const never = two.interval(() => Number.NaN, { resamples: 3 });
    expect(never).toEqual({ estimate: NaN, low: NaN, high: NaN, undefined: 3 });
  });

  test("bad options", () => {
    const accuracyOf = (each: ClassificationReport): number => each.accuracy();
    expect(() => report.interval(accuracyOf, { confidence: 95 })).toThrow(
      "interval: received confidence 95, expected a number above 0 and below 1",
    );
    expect(() => report.interval(accuracyOf, { resamples: 0 })).toThrow("resamples 0");
    expect(() => report.interval(accuracyOf, { seed: -1 })).toThrow("seed: received -1");
    expect(() => report.interval(accuracyOf, { samples: 9 } as object)).toThrow('named "samples"');
    expect(() => report.interval("f1" as never)).toThrow('interval: received "f1" as the score');
    expect(() => report.interval((each) => each.f1 as never)).toThrow("expected a number; give");
  });
});

describe("tables", () => {
  const report = new ClassificationReport({ classes: ["ham", "spam"] });
  report.add([0.25, 0.5, 0.75, 1], [0, 1, 1, 1]);

  test("the report", () => {
    expect(report.toString().split("\n")).toEqual([
      "class     precision  recall      f1  samples",
      "--------------------------------------------",
      "ham          0.5000  1.0000  0.6667        1",
      "spam         1.0000  0.6667  0.8000        3",
      "--------------------------------------------",
      "macro        0.7500  0.8333  0.7333        4",
      "weighted     0.8750  0.7500  0.7667        4",
      "--------------------------------------------",
      "accuracy 0.7500",
    ]);
  });

  test("the confusion matrix", () => {
    expect(report.confusion.toString().split("\n")).toEqual([
      "label \\ predicted  ham  spam",
      "----------------------------",
      "ham                  1     0",
      "spam                 1     2",
    ]);
  });
});

describe("a confusion matrix of predictions alone", () => {
  test("counts batches", () => {
    const matrix = new ConfusionMatrix(3);
    matrix.add([0, 2], tensor([0, 1], { dtype: "int32" }));
    matrix.add(Uint8Array.of(2), [2]);
    expect([...matrix.counts]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 1]);
    expect(matrix.accuracy()).toBeCloseTo(2 / 3, 12);
    expect(matrix.count(1, 2)).toBe(1);
  });

  test("refuses what is no class, and counts nothing then", () => {
    const matrix = new ConfusionMatrix(2);
    expect(() => matrix.add([0, 2], [0, 1])).toThrow(
      "ConfusionMatrix: received 2 as prediction of sample 1 of the batch, expected a class index from 0 to 1.",
    );
    expect(() => matrix.add([0], [0, 1])).toThrow("received 1 predictions and 2 labels");
    expect(matrix.samples).toBe(0);
    expect(() => matrix.f1()).toThrow("asked for f1 before any sample was counted");
    expect(() => new ConfusionMatrix(2, new Float64Array(3))).toThrow("received 3 counts for 2");
  });
});

describe("bad input", () => {
  const report = new ClassificationReport({ classes: 2 });

  test("classes and options", () => {
    expect(() => new ClassificationReport({ classes: 1 })).toThrow(
      "ClassificationReport: received 1 as classes, expected at least 2",
    );
    expect(() => new ClassificationReport({ classes: ["a", "b", "a"] })).toThrow('two named "a"');
    expect(() => new ClassificationReport({ classes: 2.5 })).toThrow("received classes 2.5");
    const odds = { classes: 2, scores: "odds" as "logits" };
    expect(() => new ClassificationReport(odds)).toThrow('received scores "odds", expected "prob');
    expect(() => new ClassificationReport({ clases: 2 } as never)).toThrow('named "clases"');
  });

  test("labels", () => {
    expect(() => report.add([0.5, 0.5], [0, 2])).toThrow(
      "ClassificationReport: received 2 as label of sample 1 of the batch, expected a class index from 0 to 1.",
    );
    expect(() => report.add([0.5], [0.5])).toThrow("received 0.5 as label");
    expect(() => report.add([0.5], tensor([1]))).toThrow("labels of dtype float32");
    expect(() => report.add([0.5], tensor([[1]], { dtype: "int32" }))).toThrow("labels of 2 axes");
    expect(() => report.add([0.5], "1" as never)).toThrow(
      'received "1" as labels, expected a Tens',
    );
  });

  test("scores", () => {
    expect(() => report.add([[0.5, Number.NaN]], [0])).toThrow(
      "received NaN as score of sample 0 of the batch in column 1, expected finite numbers",
    );
    expect(() => report.add([0.5, Number.POSITIVE_INFINITY], [0, 1])).toThrow("Infinity as score");
    expect(() => report.add([0.5, 0.5, 0.5], [0, 1])).toThrow(
      "received scores (3,) for 2 labels and 2 classes, expected (2, 2), or (2,) of class 1 alone",
    );
    expect(() => report.add([[0.5, 0.5], [1]], [0, 1])).toThrow(
      "scores whose row 1 is a list of 1",
    );
    expect(() => report.add([2], [1])).toThrow("received 2 as score of class 1 of sample 0");
    expect(() => report.add(["0.5"] as never, [1])).toThrow('received "0.5" as score of sample 0');
    expect(report.samples).toBe(0);
  });

  test("no samples at all", () => {
    expect(() => report.accuracy()).toThrow("asked for the confusion matrix before any sample");
    expect(() => report.logLoss()).toThrow("asked for logLoss before any sample was added");
    expect(() => report.rocAuc()).toThrow("asked for rocAuc before any sample");
    expect(() => report.interval(() => 0)).toThrow("asked for interval before any sample");
  });

  test("scores that are no distribution, only where that matters", () => {
    const logits = reportOf(
      [
        [0.5, 0.5],
        [3, -1],
      ],
      [0, 1],
    );
    expect(logits.accuracy()).toBe(0.5);
    for (const name of ["logLoss", "perplexity", "calibrationError"] as const) {
      expect(() => logits[name]()).toThrow(
        "the scores of sample 1 sum to 2, the least is -1; expected probabilities",
      );
    }
  });

  test("averages and classes that are not there", () => {
    const some = reportOf([[0.5, 0.5]], [0]);
    expect(() => some.f1(2)).toThrow("f1: received 2, expected");
    expect(() => some.rocAuc("micro" as "macro")).toThrow(
      'rocAuc: received "micro", expected "macro"',
    );
    expect(() => some.topK(2)).toThrow("topK: received k 2 for 2 classes");
    expect(() => some.calibrationError({ bins: 0 })).toThrow("calibrationError: received bins 0");
  });
});
