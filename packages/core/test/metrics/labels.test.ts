import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  accuracy,
  f1,
  type LabelOptions,
  logLoss,
  type Metric,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  perplexity,
  precision,
  r2,
  recall,
  score,
  topK,
} from "../../src/metrics/index.js";
import { ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";

const ofClasses: readonly ((options?: LabelOptions) => Metric)[] = [
  ...[accuracy, logLoss, perplexity],
  (options) => topK(2, options),
  (options) => precision("macro", options),
  (options) => recall("weighted", options),
  (options) => f1(1, options),
];

const labelsOf = (list: readonly number[]): Tensor => tensor([...list], { dtype: "int32" });

/** Scores of three classes and a label, which may be one to ignore. */
const rows = fc.array(
  fc.tuple(
    fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: -3, max: 3 }))),
    fc.constantFrom(0, 1, 2, -100),
  ),
  { minLength: 1, maxLength: 12 },
);

describe("labels to ignore", () => {
  test.each(ofClasses.map((make) => [make().name, make] as const))(
    "%s is that of the other samples",
    async (_, make) => {
      await fc.assert(
        fc.asyncProperty(rows, async (samples) => {
          const kept = samples.filter(([, label]) => label >= 0);
          const of = (metric: Metric, list: typeof samples): Promise<number> =>
            score(
              metric,
              tensor(
                list.flatMap(([scores]) => scores),
                { shape: [list.length, 3] },
              ),
              labelsOf(list.map(([, label]) => label)),
            );
          const received = await of(make({ ignoredIndex: -100 }), samples);
          if (kept.length === 0) expect(received).toBeNaN();
          else expect(received).toBeCloseTo(await of(make(), kept), 5);
        }),
        { numRuns: 20 },
      );
    },
  );

  test("may have scores that are not finite", async () => {
    const logits = tensor([
      [2, 0],
      [Number.NaN, Number.NEGATIVE_INFINITY],
    ]);
    const labels = labelsOf([0, -1]);
    expect(await score(accuracy({ ignoredIndex: -1 }), logits, labels)).toBe(1);
    const nats = Math.log1p(Math.exp(-2));
    expect(await score(logLoss({ ignoredIndex: -1 }), logits, labels)).toBeCloseTo(nats, 6);
  });

  test("are said to be some, and no other label goes unseen", async () => {
    expect(() => accuracy({ ignoredIndex: 0.5 })).toThrow(
      "accuracy: received ignoredIndex 0.5, expected an integer",
    );
    expect(() => f1("macro", { ignore: 1 } as object)).toThrow(
      'f1: received an option named "ignore", expected names among classes, ignoredIndex',
    );
    expect(() => topK(1, { ignored: 1 } as object)).toThrow('named "ignored"');
    const run = score(accuracy({ ignoredIndex: -100 }), ones([1, 2]), labelsOf([-1]));
    await expect(run).rejects.toThrow("labels of accuracy: received index -1, expected 0 to 1.");
  });
});

test.each(ofClasses.map((make) => [make().name, make] as const))(
  "%s takes each position of (N, C, T) as a sample",
  async (_, make) => {
    // Two sentences of three words, three scores a word.
    const words = [
      [3, 1, 0],
      [0, 2, 5],
      [1, 1, 4],
      [2, 7, 1],
      [0, 0, 1],
      [5, 2, 2],
    ];
    const tags = labelsOf([0, 2, 1, 1, 2, -100]);
    const flat = tensor(words);
    const positions = flat.reshape([2, 3, 3]).transpose();
    const metric = make({ ignoredIndex: -100 });
    expect(positions.shape).toEqual([2, 3, 3]);
    expect(await score(metric, positions, tags.reshape([2, 3]))).toBe(
      await score(metric, flat, tags),
    );
  },
);

describe("names of classes", () => {
  const classes = ["sound", "crack"];

  test("stand for indices, and name the score", async () => {
    const named = recall("crack", { classes });
    expect(named.name).toBe("recall of crack");
    expect(f1(1, { classes }).name).toBe("f1 of crack");
    expect(f1("macro", { classes }).name).toBe("macro f1");
    const logits = tensor([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    const labels = labelsOf([0, 1, 1]);
    expect(await score(named, logits, labels)).toBe(0.5);
    expect(await score(named, logits, labels)).toBe(await score(recall(1), logits, labels));
  });

  test("are known, and as many as the scores", () => {
    expect(() => recall("crack")).toThrow(
      'recall: received "crack", expected "macro", "micro", "weighted", or the index of a class, ' +
        "from 0; names are known where the option classes gives them.",
    );
    expect(() => recall("dent", { classes })).toThrow("or its name, one of sound, crack.");
    expect(() => recall("crack", { classes }).statistics(ones([2, 3]), labelsOf([0, 1]))).toThrow(
      "recall: received 2 names of classes for scores of 3, expected one for each.",
    );
  });
});

describe("what metrics are given", () => {
  test("answers that are integers are refused by the metric's name", () => {
    for (const metric of ofClasses.map((make) => make())) {
      expect(() => metric.statistics(zeros([2, 3], "int32"), labelsOf([0, 1]))).toThrow(
        /^\w+: received logits of dtype int32, expected float32; convert them with/,
      );
    }
    for (const metric of [
      ...[meanSquaredError(), meanAbsoluteError(), meanAbsolutePercentageError(), r2()],
    ]) {
      const [whole, real] = [zeros([2], "uint8"), zeros([2])];
      const received = /^(mean|r2)\w*: received predictions of dtype uint8, expected float32/;
      expect(() => metric.statistics(whole, whole)).toThrow(received);
      expect(() => metric.statistics(real, whole)).toThrow("received targets of dtype uint8");
    }
  });

  test("a batch without samples adds nothing, whatever the metric", async () => {
    const none = tensor(new Float32Array(0), { shape: [0, 3] });
    for (const metric of ofClasses.map((make) => make())) {
      expect(await score(metric, none, labelsOf([]))).toBeNaN();
    }
    for (const metric of [meanSquaredError(), meanAbsolutePercentageError(), r2()]) {
      expect(await score(metric, none, none)).toBeNaN();
    }
  });

  test("what is no metric has no score", async () => {
    for (const wrong of ["accuracy", accuracy, undefined]) {
      await expect(score(wrong as never, ones([1, 2]), labelsOf([0]))).rejects.toThrow(
        /^score: received .* as a metric, expected one such as metrics\.accuracy\(\)/,
      );
    }
  });
});
