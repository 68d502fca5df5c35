import { readFileSync } from "node:fs";
import { TensorDataset, tensor } from "@versant/core";
import { expect, test, vi } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import { confusionOf } from "../../src/insight/confusion.js";
import { errorsOf } from "../../src/insight/errors.js";
import { collect } from "../../src/ledger/collect.js";
import type { Mistakes } from "../../src/ledger/insightEvents.js";
import { verifyLedger } from "../../src/ledger/verify.js";
import { recordRun } from "../../src/recording/recordRun.js";
import type { ClassesOutput, Signature } from "../../src/signature/signature.js";
import { fixture } from "../command/run.js";
import { temporaryLedger } from "../ledger/temporary.js";

const image = { kind: "image", dtype: "uint8", shape: [12], fit: "stretch" } as const;
const sizes = { width: 2, height: 2, channels: 3, layout: "CHW" } as const;
const three = { kind: "classes", shape: [3], names: ["a", "b", "c"] } as const;

const signed = (output: ClassesOutput): Signature & { output: ClassesOutput } => ({
  ...{ format: 1, input: { ...image, ...sizes }, output },
});

const same = (index: number): number => index;

/** Images of 2 x 2 pixels, 3 channels each: sample i has 12 i to 12 i + 11. */
const images = (samples: number) =>
  new TensorDataset([
    tensor(
      Float32Array.from({ length: 12 * samples }, (_, place) => place),
      {
        shape: [samples, 12],
      },
    ),
    tensor(new Int32Array(samples)),
  ]);

test("counts what was taken for what, and keeps the wrong ones that the model was surest of", () => {
  const answers = Float64Array.of(9, 0, 0, 0, 1, 0, 0, 3, 0, 0, 0, 5);
  const given = { answers, targets: Float64Array.of(0, 0, 0, 2), width: 3 };
  const { wrong, mistakes } = confusionOf(
    ...([given, signed({ ...three, activation: "softmax" }), images(4)] as const),
    (index) => 10 * index,
  );
  expect(wrong).toBe(2);
  expect(mistakes.matrix).toEqual([
    [1, 2, 0],
    [0, 0, 0],
    [0, 0, 1],
  ]);
  expect(mistakes.samples).toMatchObject([
    { index: 20, expected: 0, answered: 1 },
    { index: 10, expected: 0, answered: 1 },
  ]);
  expect(mistakes.right).toMatchObject([
    { index: 0, expected: 0, answered: 0, image: { width: 2, height: 2 } },
    { index: 30, expected: 2, answered: 2 },
  ]);
  // exp(1) / (exp(1) + 2)
  expect(mistakes.samples[1]?.probability).toBeCloseTo(0.5761, 4);
  const pixels = [...Buffer.from(mistakes.samples[0]?.image?.pixels ?? "", "base64")];
  const scaled = [0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11].map((each) =>
    Math.round((255 * each) / 11),
  );
  expect(pixels).toEqual(scaled);
});

test("reads one score for two classes, and targets with a place for each class", () => {
  const two = { kind: "classes", shape: [1], names: ["no", "yes"], activation: "sigmoid" } as const;
  const single = { answers: Float64Array.of(2, -1), targets: Float64Array.of(1, 1), width: 1 };
  const { mistakes } = confusionOf(single, signed(two), images(2), same);
  expect(mistakes.matrix).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(mistakes.samples[0]?.probability).toBeCloseTo(1 / (1 + Math.exp(-1)), 4);
  const hot = {
    answers: Float64Array.of(0, 0, 1),
    targets: Float64Array.of(0, 1, 0),
    width: 3,
  };
  const taken = confusionOf(hot, signed({ ...three, activation: "none" }), images(1), same);
  expect(taken.mistakes.matrix[1]).toEqual([0, 0, 1]);
});

test("keeps 200 wrong samples at most, some of each cell", () => {
  const samples = 500;
  // 490 are taken for b, 10 for c.
  const answers = Float64Array.from({ length: 3 * samples }, (_, place) =>
    place % 3 === (place < 3 * 490 ? 1 : 2) ? 1 : 0,
  );
  const given = { answers, targets: new Float64Array(samples), width: 3 };
  const output = signed({ ...three, activation: "softmax" });
  const { wrong, mistakes } = confusionOf(given, output, images(samples), same);
  expect(wrong).toBe(samples);
  expect(mistakes.samples).toHaveLength(200);
  expect(mistakes.samples.filter(({ answered }) => answered === 2)).toHaveLength(10);
});

test("has the largest errors first, in people's unit", () => {
  const samples = 1000;
  const answers = Float64Array.from({ length: samples }, (_, index) => index / 1000);
  const given = { answers, targets: new Float64Array(samples), width: 1 };
  const scale = { mean: [5], deviation: [10] };
  const output = { kind: "numbers", shape: [1], names: ["sum"], scale } as const;
  const errors = errorsOf(given, output, same);
  expect(errors).toMatchObject({ kind: "numbers", name: "sum" });
  expect(errors?.meanAbsolute).toBeCloseTo(4.995, 6);
  expect(errors?.samples).toHaveLength(200);
  expect(errors?.samples[0]).toEqual({ index: 999, expected: 5, answered: 14.99 });
  const indices = errors?.samples.map(({ index }) => index) ?? [];
  expect(new Set(indices).size).toBe(200);
  expect(indices).toEqual([...indices].sort((a, b) => b - a));
  expect(errorsOf({ ...given, targets: new Float64Array(3) }, output, same)).toBeUndefined();
});

const file = fixture("line.ts");

test("a recorded run has its insight and its mistakes, and the same weights as one without", async () => {
  const ledger = temporaryLedger();
  const line = await loadExperiment(file);
  const { now } = performance;
  // Each epoch seems to take ten seconds more, so that a look is worth its time.
  let passed = 0;
  vi.spyOn(performance, "now").mockImplementation(() => now.call(performance) + passed);
  const slow = {
    onEpochEnd: () => {
      passed += 10_000;
    },
  };
  const hyperparameters = { epochs: 60 };
  const settings = { file, hyperparameters };
  const asked = { ...settings, insight: true, callbacks: [slow] };
  const { name, run } = await recordRun(ledger, line, asked);
  vi.restoreAllMocks();
  const types = ["insight", "mistakes", "test"] as const;
  const events = await ledger.events({ run: name, types });
  const insight = events.find((event) => event.type === "insight");
  expect(insight?.payload.parameters.map(({ path }) => path)).toEqual(["weight", "bias"]);
  const mistakes = events.find((event) => event.type === "mistakes");
  expect(mistakes?.payload).toMatchObject({ part: "validation", looked: 8, samples: 8 });
  // Validation data were looked at, not test data.
  expect(events.filter((event) => event.type === "test")).toHaveLength(1);

  await collect(ledger, { minimumAge: 0 });
  const path = ledger.objects.pathOf(mistakes?.payload.object ?? "");
  const content: Mistakes = JSON.parse(readFileSync(path, "utf8"));
  expect(content).toMatchObject({ kind: "numbers" });
  expect(content.samples).toHaveLength(8);
  expect((await verifyLedger(ledger)).fault).toBeUndefined();

  const plain = await recordRun(ledger, line, settings);
  expect((await plain.run.weights()).sha256).toBe((await run.weights()).sha256);
  expect(await ledger.events({ run: plain.name, types: ["insight", "mistakes"] })).toEqual([]);
});

test("also a run of no time shows its mistakes, where that is asked for", async () => {
  const ledger = temporaryLedger();
  const line = await loadExperiment(file);
  const settings = { file, hyperparameters: { epochs: 2 } };
  for (const [asked, expected] of [
    [{}, 0],
    [{ insight: true }, 1],
    [{ insight: false }, 0],
  ] as const) {
    const { name } = await recordRun(ledger, line, { ...settings, ...asked });
    expect(await ledger.events({ run: name, types: ["mistakes"] })).toHaveLength(expected);
  }
});
