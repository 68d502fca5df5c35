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

describe("scores next to 0 and 1", () => {
  const binary = (scores: number[], labels: number[], kind: ScoreKind) => {
    const report = new ClassificationReport({ classes: 2, scores: kind });
    report.add(scores, labels);
    return report;
  };

  test("large logits keep their order, and their cost", () => {
    // Both probabilities are 1 in float64, or exp(-800) of it away.
    for (const [low, high] of [
      [40, 50],
      [-50, -40],
      [800, 900],
    ] as const) {
      for (const report of [
        binary([low, high], [0, 1], "logits"),
        reportOf(
          [
            [-low, 0],
            [0, high],
          ],
          [0, 1],
          "logits",
        ),
      ]) {
        expect([report.rocAuc(0), report.rocAuc(1)]).toEqual([1, 1]);
      }
      expect(binary([low, high], [1, 0], "logits").rocAuc(0)).toBe(0);
    }
    expect(reportOf([[60, -60]], [1], "logits").logLoss()).toBe(120);
    expect(reportOf([[60, -60]], [0], "logits").logLoss()).toBeCloseTo(Math.exp(-120), 60);
    expect(binary([-1e4], [1], "logits").logLoss()).toBe(1e4);
  });

  test("of three classes too", () => {
    const rows = [
      [40, 0, 0],
      [50, 0, 0],
      [0, 1, 2],
    ];
    expect(reportOf(rows, [1, 0, 2], "logits").rocAuc(0)).toBe(1);
    expect(reportOf(rows, [0, 1, 2], "logits").rocAuc(0)).toBe(0.5);
  });

  test("a small probability ranks both classes", () => {
    const report = binary([1e-20, 1e-18], [0, 1], "probabilities");
    expect([report.rocAuc(0), report.rocAuc(1)]).toEqual([1, 1]);
    expect(report.averagePrecision(0)).toBe(1);
    const resampled = binary([1e-18, 1e-20], [0, 1], "probabilities");
    expect([resampled.rocAuc(0), resampled.rocAuc(1)]).toEqual([0, 0]);
    // Where both were given, both are taken.
    const rows = reportOf(
      [
        [1e-20, 1],
        [1e-18, 1],
      ],
      [1, 0],
    );
    expect([rows.rocAuc(0), rows.rocAuc(1)]).toEqual([1, 0.5]);
  });

  test("logits and their probabilities have the same scores", () => {
    // In thousandths: logits that differ by 1e-17 have equal probabilities, and so another greatest one.
    const logit = fc.integer({ min: -8000, max: 8000 }).map((each) => each / 1000);
    const rows = fc.array(fc.tuple(logit, logit, logit, fc.nat(2)), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(rows, (list) => {
        const labels = list.map(([, , , label]) => label);
        const logits = list.map(([a, b, c]) => [a, b, c]);
        const probabilities = logits.map((row) => {
          const parts = row.map((each) => Math.exp(each));
          const sum = parts.reduce((total, each) => total + each, 0);
          return parts.map((each) => each / sum);
        });
        const [given, taken] = [
          reportOf(probabilities, labels),
          reportOf(logits, labels, "logits"),
        ] as const;
        expect(taken.logLoss()).toBeCloseTo(given.logLoss(), 9);
        expect(taken.calibrationError({ bins: 1 })).toBeCloseTo(
          given.calibrationError({ bins: 1 }),
          9,
        );
      }),
      { numRuns: 50 },
    );
  });
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
    // Predicted 2 where the label is 1; as everywhere the prediction comes first.
    expect(matrix.count(2, 1)).toBe(1);
    expect(matrix.count(1, 2)).toBe(0);
  });

  test("takes the name of a class for its index", () => {
    const classes = ["sound", "crack", "dent"];
    const report = new ClassificationReport({ classes });
    const scores = [
      [0.7, 0.2, 0.1],
      [0.1, 0.8, 0.1],
      [0.5, 0.4, 0.1],
    ];
    report.add(scores, [0, 1, 1]);
    const { confusion } = report;
    for (const [index, name] of classes.entries()) {
      for (const each of [report, confusion]) {
        expect(each.precision(name)).toBe(each.precision(index));
        expect(each.recall(name)).toBe(each.recall(index));
        expect(each.f1(name)).toBe(each.f1(index));
      }
      expect(report.rocAuc(name)).toEqual(report.rocAuc(index));
      expect(report.averagePrecision(name)).toBe(report.averagePrecision(index));
    }
    expect(report.recall("crack")).toBe(0.5);
    expect(confusion.count("sound", "crack")).toBe(1);
    expect(confusion.count("crack", "sound")).toBe(0);
    expect(() => report.recall("hole")).toThrow(
      'recall: received "hole", expected "macro", "micro", "weighted", or the index of a class, 0 to ' +
        "2, or its name, one of sound, crack, dent.",
    );
    expect(() => report.rocAuc("hole")).toThrow(
      'expected "macro" or the index of a class, 0 to 2,',
    );
    expect(() => confusion.count(0, 3)).toThrow(
      "ConfusionMatrix.count: received 3, expected the in",
    );
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
    expect(() => new ConfusionMatrix(100_000)).toThrow(
      "ConfusionMatrix: received 100000 classes, expected at most 10000, as there is a count",
    );
    expect(() => matrix.add(Int16Array.of(0) as never, [0])).toThrow(
      "received an Int16Array as predictions, expected a Tensor, a list of numbers, or a Float32Array",
    );
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

  test("no samples at all", async () => {
    expect(() => report.accuracy()).toThrow("asked for the confusion matrix before any sample");
    expect(() => report.logLoss()).toThrow("asked for logLoss before any sample was added");
    expect(() => report.rocAuc()).toThrow("asked for rocAuc before any sample");
    await expect(report.interval(() => 0)).rejects.toThrow("asked for interval before any sample");
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
    for (const name of [
      ...(["logLoss", "perplexity", "calibrationError"] as const),
      ...(["reliability", "brierScore", "temperature", "perSample"] as const),
    ]) {
      expect(() => logits[name]()).toThrow(
        "the scores of sample 1 sum to 2, the least is -1; expected probabilities",
      );
    }
  });

  test("averages and classes that are not there", () => {
    const some = reportOf([[0.5, 0.5]], [0]);
    expect(() => some.f1(2)).toThrow("f1: received 2, expected");
    for (const of of ["micro", "foo"] as const) {
      expect(() => some.rocAuc(of as "macro")).toThrow(
        `rocAuc: received "${of}", expected "macro" or the index of a class, 0 to 1.`,
      );
    }
    expect(() => some.topK(2)).toThrow("topK: received k 2 for 2 classes");
    expect(() => some.calibrationError({ bins: 0 })).toThrow("calibrationError: received bins 0");
  });
});

describe("calibration", () => {
  /** Eight samples of probability 0.9, of which five are right, and two of 0.55, one right. */
  const report = reportOf(
    [...Array.from({ length: 8 }, () => [0.1, 0.9]), [0.45, 0.55], [0.45, 0.55]],
    [1, 1, 1, 1, 1, 0, 0, 0, 1, 0],
  );

  test("bins say how sure, and how often right; empty ones say nothing", () => {
    const bins = report.reliability({ bins: 4 });
    expect(bins.map(({ samples }) => samples)).toEqual([0, 0, 2, 8]);
    expect(bins[0]?.confidence).toBeNaN();
    expect(bins[2]).toMatchObject({ from: 0.5, to: 0.75, confidence: 0.55, accuracy: 0.5 });
    expect(bins[3]?.confidence).toBeCloseTo(0.9, 12);
    expect(bins[3]?.accuracy).toBe(0.625);
  });

  test("the temperature mends the probabilities: none is better on what it was mended with", () => {
    const temperature = report.temperature();
    expect(temperature).toBeGreaterThan(1);
    const cooled = (by: number) =>
      reportOf(
        [...Array.from({ length: 8 }, () => [0, Math.log(9) / by]), ...pair(by)],
        [1, 1, 1, 1, 1, 0, 0, 0, 1, 0],
        "logits",
      );
    const pair = (by: number): number[][] => [1, 2].map(() => [0, Math.log(0.55 / 0.45) / by]);
    const best = cooled(temperature);
    expect(best.temperature()).toBeCloseTo(1, 6);
    for (const factor of [0.5, 0.9, 1.1, 2]) {
      expect(best.logLoss()).toBeLessThan(cooled(temperature * factor).logLoss());
    }
  });

  test("where every sample is right, no temperature is best", () => {
    expect(reportOf([[0.2, 0.8]], [1]).temperature()).toBeNaN();
  });

  test("scores are means over samples", () => {
    const { labels, predicted, losses, brierScores } = report.perSample();
    const mean = (values: Float64Array) => values.reduce((sum, each) => sum + each, 0) / 10;
    expect(mean(losses)).toBeCloseTo(report.logLoss(), 12);
    expect(mean(brierScores)).toBe(report.brierScore());
    expect([...predicted]).toEqual(Array(10).fill(1));
    expect([...labels]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 1, 0]);
    expect(report.rankingScores(1)[0]).toBeGreaterThan(report.rankingScores(1)[9] ?? 1);
    expect(() => report.rankingScores(2)).toThrow("rankingScores: received 2");
  });
});
