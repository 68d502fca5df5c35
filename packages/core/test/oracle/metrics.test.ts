import { metrics, tensor } from "@versant/core";
import { describe, expect, test } from "vitest";
import { readFixture } from "./fixture.js";

/** JSON has no word for NaN. */
type Encoded = number | "NaN";

interface Averages {
  readonly macro: Encoded;
  readonly micro: Encoded;
  readonly weighted: Encoded;
  readonly perClass: readonly Encoded[];
}

interface Classification {
  readonly task: "classification";
  readonly classes: number;
  /** Probabilities are counts / resolution. */
  readonly resolution: number;
  readonly counts: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly expected: {
    readonly confusion: readonly number[];
    readonly accuracy: Encoded;
    readonly precision: Averages;
    readonly recall: Averages;
    readonly f1: Averages;
    /** For k from 1 on; scikit-learn has none for two classes. */
    readonly topK: readonly Encoded[];
    readonly rocAuc: Encoded;
    readonly rocAucPerClass: readonly Encoded[];
    readonly averagePrecisionPerClass: readonly Encoded[];
    readonly logLoss: Encoded;
    readonly perplexity: Encoded;
    readonly brierScore: Encoded;
    readonly temperature: Encoded;
    readonly calibrationError: Readonly<Record<string, Encoded>>;
  };
}

const regressionScores = [
  "meanSquaredError",
  "rootMeanSquaredError",
  "meanAbsoluteError",
  "meanAbsolutePercentageError",
  "r2",
] as const;

interface Regression {
  readonly task: "regression";
  /** A number a sample, or a list of them. */
  readonly predictions: readonly number[] | readonly (readonly number[])[];
  readonly targets: Regression["predictions"];
  /** What the targets lie around. */
  readonly reference: number | readonly number[];
  readonly expected: Readonly<Record<(typeof regressionScores)[number], Encoded>>;
}

const cases = readFixture<Classification | Regression>("metrics").map(
  (each, index) => [index, each] as const,
);
const classifications = cases.flatMap(([index, each]) =>
  each.task === "classification" ? [[index, each] as const] : [],
);
const regressions = cases.flatMap(([index, each]) =>
  each.task === "regression" ? [[index, each] as const] : [],
);

/** To 1e-9 of the size of what is expected, or of 1 if that is less. */
function expectAgreement(actual: number, expected: Encoded | undefined, digits = 1e-9): void {
  if (expected === "NaN") {
    expect(actual).toBeNaN();
    return;
  }
  const value = Number(expected);
  expect(Math.abs(actual - value)).toBeLessThanOrEqual(digits * Math.max(1, Math.abs(value)));
}

const ofAverages = ["macro", "micro", "weighted"] as const;
const ofNames = ["precision", "recall", "f1"] as const;

test("there are 56 cases, and what is undefined is the exception", () => {
  expect(cases).toHaveLength(56);
  const defined = classifications.filter(([, { expected }]) => expected.rocAuc !== "NaN");
  expect(defined.length).toBeGreaterThan(10);
  expect(defined.length).toBeLessThan(classifications.length - 10);
});

describe("classification as in scikit-learn", () => {
  const probabilitiesOf = ({ counts, resolution }: Classification): number[][] =>
    counts.map((row) => row.map((count) => count / resolution));

  test.each(classifications)("case %i", (_, each) => {
    const { classes, labels, expected } = each;
    const report = new metrics.ClassificationReport({ classes });
    report.add(probabilitiesOf(each), labels);
    expect([...report.confusion.counts]).toEqual(expected.confusion);
    expectAgreement(report.accuracy(), expected.accuracy);
    for (const name of ofNames) {
      for (const of of ofAverages) expectAgreement(report[name](of), expected[name][of]);
      report.perClass().forEach((scores, c) => {
        expectAgreement(scores[name], expected[name].perClass[c]);
        expect(report[name](c)).toBe(scores[name]);
      });
    }
    expected.topK.forEach((score, index) => {
      expectAgreement(report.topK(index + 1), score);
    });
    expectAgreement(report.rocAuc(), expected.rocAuc);
    for (let c = 0; c < classes; c++) {
      expectAgreement(report.rocAuc(c), expected.rocAucPerClass[c]);
      expectAgreement(report.averagePrecision(c), expected.averagePrecisionPerClass[c]);
    }
    expectAgreement(report.logLoss(), expected.logLoss);
    expectAgreement(report.perplexity(), expected.perplexity);
    expectAgreement(report.brierScore(), expected.brierScore);
    // A minimum is found to half of the digits.
    expectAgreement(report.temperature(), expected.temperature, 1e-6);
    for (const [bins, score] of Object.entries(expected.calibrationError)) {
      expectAgreement(report.calibrationError({ bins: Number(bins) }), score);
    }
  });

  test.each(classifications)("case %i, from logits", (_, each) => {
    const { classes, labels, expected } = each;
    const logits = probabilitiesOf(each).map((row) => row.map((p) => Math.log(Math.max(p, 1e-30))));
    const report = new metrics.ClassificationReport({ classes, scores: "logits" });
    report.add(logits, labels);
    expectAgreement(report.accuracy(), expected.accuracy);
    // Of more classes, what ties as probabilities is parted by the rounding of a softmax.
    for (let c = 0; classes === 2 && c < classes; c++) {
      expectAgreement(report.rocAuc(c), expected.rocAucPerClass[c]);
      expectAgreement(report.averagePrecision(c), expected.averagePrecisionPerClass[c]);
    }
    if (labels.every((label, sample) => (each.counts[sample]?.[label] ?? 0) > 0)) {
      expectAgreement(report.logLoss(), expected.logLoss);
    }
  });

  test.each(classifications)("case %i, in a training step", async (_, each) => {
    const { labels, expected } = each;
    // Only the order within a row matters, and probabilities have that of their logits.
    const logits = tensor(probabilitiesOf(each));
    const target = tensor([...labels], { dtype: "int32" });
    expectAgreement(await metrics.score(metrics.accuracy(), logits, target), expected.accuracy);
    for (const name of ofNames) {
      for (const of of [...ofAverages, 1]) {
        const score = await metrics.score(metrics[name](of), logits, target);
        const value = typeof of === "number" ? expected[name].perClass[of] : expected[name][of];
        expectAgreement(score, value);
      }
    }
    for (const [index, score] of expected.topK.entries()) {
      expectAgreement(await metrics.score(metrics.topK(index + 1), logits, target), score);
    }
    // Logarithms of probabilities have these as their softmax; none of 0 is finite.
    const floored = probabilitiesOf(each).map((row) =>
      row.map((p) => Math.log(Math.max(p, 1e-30))),
    );
    if (labels.every((label, sample) => (each.counts[sample]?.[label] ?? 0) > 0)) {
      for (const name of ["perplexity", "logLoss"] as const) {
        const score = await metrics.score(metrics[name](), tensor(floored), target);
        expectAgreement(score, expected[name], 1e-5);
      }
    }
  });
});

describe("regression as in scikit-learn", () => {
  test.each(regressions)("case %i", (_, { predictions, targets, expected }) => {
    const report = new metrics.RegressionReport();
    report.add(predictions, targets);
    for (const name of regressionScores) expectAgreement(report[name](), expected[name]);
  });

  test.each(regressions)("case %i, in a training step", async (_, each) => {
    const { predictions, targets, reference, expected } = each;
    const pair = [tensor(predictions), tensor(targets)] as const;
    for (const name of regressionScores) {
      const metric = name === "r2" ? metrics.r2({ reference }) : metrics[name]();
      expectAgreement(await metrics.score(metric, ...pair), expected[name], 1e-5);
    }
  });
});
