import { createHash } from "node:crypto";
import { RandomGenerator } from "@versant/core";
import { int, real } from "../../src/experiment/declarations.js";
import type { Draft } from "../../src/ledger/events.js";
import type { Ledger } from "../../src/ledger/ledger.js";
import { startedDraft } from "./temporary.js";

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Content of the experiment's file. */
export const source = "the experiment";

export const epochs = 12;
const batches = 750;

/** A run that reads digits: its start, as a training would record it. */
export const digitsStart = (run: string, file = "examples/digits.ts"): Draft =>
  startedDraft(run, {
    experiment: "digits",
    about: "Reads handwritten digits with a small dense network.",
    file,
    command: ["train", file, "--learningRate", "0.001"],
    hyperparameters: [
      {
        name: "learningRate",
        value: 0.001,
        source: "flag",
        declaration: real(1e-4, { min: 1e-5, max: 0.1, scale: "log", about: "step of Adam" }),
      },
      {
        name: "width",
        value: 40,
        source: "default",
        declaration: int(40, { min: 1, max: 1000, about: "neurons of a hidden layer" }),
      },
      {
        name: "batchSize",
        value: 64,
        source: "search",
        declaration: int(64, { min: 1, max: 1024, about: "samples a step" }),
      },
    ],
    model: "Sequential",
    layers: [
      { name: "0", kind: "Linear", output: "(64, 40)", parameters: 31_400 },
      { name: "1", kind: "ReLU", output: "(64, 40)", parameters: 0 },
      { name: "2", kind: "Linear", output: "(64, 10)", parameters: 410 },
    ],
    parameters: 31_810,
    loss: "crossEntropy",
    optimizer: "Adam",
    batches,
    code: {
      hash: hashOf("code"),
      files: [{ path: file, object: hashOf(source) }],
      commit: "5f0c2d8b6a3b0e9d6c1f4a7e2b9d8c7f6e5a4b3c",
      versant: "0.1.0",
    },
    data: {
      hash: hashOf("data"),
      parts: {
        train: part("train", 48_000),
        validation: part("validation", 12_000),
        test: part("test", 10_000),
      },
      leaks: {
        train: { rows: 48_000, repeated: 0 },
        validation: { rows: 12_000, repeated: 0, inTraining: 0 },
        test: { rows: 10_000, repeated: 0, inTraining: 0, inValidation: 0 },
        contradictions: 0,
        pairs: [],
      },
    },
  });

const part = (name: string, rows: number) => ({
  rows,
  hash: hashOf(name),
  columns: [
    { dtype: "uint8", shape: [784] },
    { dtype: "int32", shape: [] },
  ],
  classes: Object.fromEntries(
    [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949].map((count, digit) => [
      digit,
      Math.round((count * rows) / 60_000),
    ]),
  ),
});

/** Losses that fall and scatter, and the scores that go with them. */
export function digitsEpoch(run: string, epoch: number): Draft[] {
  const draws = new RandomGenerator(epoch, "dataset");
  const lossAt = (step: number): number => 0.04 + 2.2 * Math.exp(-step / 420) + 30 / (step + 90);
  const stride = 10;
  const first = (epoch - 1) * batches;
  const mean = Array.from({ length: batches / stride }, (_, index) => {
    const loss = lossAt(first + index * stride);
    return loss * (0.9 + 0.2 * draws.uniform());
  });
  const loss = lossAt(first + batches);
  return [
    {
      type: "steps",
      run,
      payload: {
        first,
        stride,
        batches,
        mean,
        lowest: mean.map((each) => each * 0.55),
        highest: mean.map((each) => each * 1.7),
        learningRate: 0.001,
      },
    },
    {
      type: "epoch",
      run,
      payload: {
        epoch,
        step: epoch * batches,
        seconds: 2.2,
        learningRate: 0.001,
        train: { loss, accuracy: 1 - loss / 4 },
        validation: { loss: loss * 1.05 + 0.03, accuracy: 0.985 - loss / 4 },
      },
    },
  ];
}

/** The test and the end; `object` is the one with the weights. */
export const digitsEnd = (run: string, object: string): Draft[] => [
  {
    type: "test",
    run,
    payload: {
      data: hashOf("test"),
      purpose: "final evaluation",
      scores: { loss: 0.1213, accuracy: 0.9671 },
    },
  },
  {
    type: "run.ended",
    run,
    payload: {
      state: "completed",
      place: { epoch: epochs, batch: 0, step: epochs * batches },
      weights: object,
      object,
      seconds: 26.8,
      peakMemoryMB: 311,
      inspection: {
        report: {
          perClass: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009].map(
            (support, digit) => ({
              name: String(digit),
              precision: 0.96 + 0.003 * (digit % 4),
              recall: Math.round(support * (0.985 - 0.004 * (digit % 7))) / support,
              f1: 0.965,
              support,
            }),
          ),
        },
      },
    },
  },
];

/** A whole run, trained by hand once. */
export async function digitsRun(ledger: Ledger, run = "digits-1a2b3c"): Promise<string> {
  const weights = await ledger.objects.put("the weights of the digits");
  await ledger.objects.put(source);
  await ledger.append([digitsStart(run)]);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await ledger.append(digitsEpoch(run, epoch));
    if (epoch === 6) await ledger.append(await steeredTo(ledger, run, 3e-4));
  }
  await ledger.append(digitsEnd(run, weights));
  return run;
}

async function steeredTo(ledger: Ledger, run: string, value: number): Promise<Draft[]> {
  const [request] = await ledger.append([
    {
      type: "steer.requested",
      run,
      payload: { action: "learningRate", value, why: "The validation loss swings." },
    },
  ]);
  return [
    {
      type: "steer.applied",
      run,
      payload: {
        action: "learningRate",
        value,
        from: 0.001,
        ...(request && { request: request.hash }),
        place: { epoch: 7, batch: 12, step: 4512 },
      },
    },
  ];
}
