import {
  loss,
  manualSeed,
  nn,
  optim,
  rand,
  StreamLoader,
  type Tensor,
  TensorDataset,
  tensor,
} from "@versant/core";
import { describe, expect, test } from "vitest";
import { experiment, type Setup } from "../../src/experiment/experiment.js";
import { loadExperiment } from "../../src/experiment/load.js";
import { Run } from "../../src/experiment/run.js";
import { canonicalJson } from "../../src/files/canonical.js";
import { uninspectedData } from "../../src/honesty/data.js";
import { recordEnvironment } from "../../src/provenance/environment.js";
import { recordModel } from "../../src/recording/model.js";
import { startedPayload } from "../../src/recording/started.js";
import { fixture } from "../command/run.js";
import { startedDraft, temporaryLedger } from "../ledger/temporary.js";

const points = new TensorDataset([tensor([[1], [2], [3]]), tensor([[1], [2], [3]])]);

/** A run that trains on three points, but for what is given. */
function prepare(make: (model: nn.Linear) => Partial<Setup> = () => ({})): Promise<Run> {
  const model = new nn.Linear(1, 1);
  return Run.prepare(
    experiment({
      name: "points",
      hyperparameters: {},
      setup: () => ({
        data: { train: points },
        model,
        loss: loss.meanSquaredError,
        optimizer: new optim.SGD(model.parameters(), { learningRate: 0.1 }),
        ...make(model),
      }),
    }),
    { hyperparameters: { batchSize: 2 } },
  );
}

describe("recordEnvironment", () => {
  test("says on what it runs", () => {
    const device = recordEnvironment();
    expect(device).toMatchObject({ node: process.version, process: process.pid });
    expect(device.system).toContain(`${process.platform} ${process.arch} `);
    for (const name of ["cores", "memoryMB", "threads"] as const) {
      expect(device[name]).toBeGreaterThanOrEqual(1);
    }
    for (const name of ["processor", "device", "arithmetic", "host"] as const) {
      expect(device[name]).not.toBe("");
    }
  });
});

describe("recordModel", () => {
  test("lists the layers of models of one and of several inputs", async () => {
    const run = await Run.prepare(await loadExperiment(fixture("twoInputs.ts")));
    expect(await recordModel(run)).toMatchObject({
      model: "Prices",
      layers: [
        { name: "town", kind: "Embedding(2, 3)", output: "(1, 3)", parameters: 6 },
        { name: "output", kind: "Linear(4, 1)", output: "(1, 1)", parameters: 5 },
      ],
      parameters: 11,
      loss: "meanSquaredError",
    });
  });

  test("names the optimiser with all options, and each group's", async () => {
    const one = await recordModel(await prepare());
    expect(one.optimizer).toMatch(/^SGD \(learningRate 0\.1, momentum 0, .*proximalL1 0\)$/);
    const two = await recordModel(
      await prepare(({ weight, bias }) => ({
        optimizer: new optim.AdamW([
          { parameters: [weight], learningRate: 0.1 },
          { parameters: [bias as NonNullable<typeof bias>], weightDecay: 0 },
        ]),
      })),
    );
    expect(two.optimizer).toMatch(
      /^AdamW \(1 parameters: learningRate 0\.1, .*weightDecay 0\.01, .*; 1 parameters: learningRate 0\.001, .*weightDecay 0, .*\)$/,
    );
  });

  test("gives the text of a loss that is not Versant's, cut where it is long", async () => {
    const halved = (prediction: Tensor, target: Tensor) =>
      loss.meanSquaredError(prediction, target).div(2);
    const { loss: short } = await recordModel(await prepare(() => ({ loss: halved })));
    expect(short).toContain(".div(2)");
    const { loss: long } = await recordModel(
      await prepare(() => ({
        loss: (prediction, target) => {
          const text = "a sentence that goes on and on, so that it is longer than anybody wants";
          const other = "and another one that does so too, only to be longer than what is kept";
          return halved(prediction, target).mul(text.length / other.length);
        },
      })),
    );
    expect(long).toHaveLength(200);
    expect(long).toMatch(/^\(prediction, target\) => \{ .*…$/);
  });

  test("leaves random numbers alone, and a model that does not fit to training", async () => {
    const noisy = {
      length: 3,
      take: (rows: Tensor) => [rand([rows.size, 1]), rand([rows.size, 1])],
    };
    const run = await prepare(() => ({ data: { train: noisy } }));
    manualSeed(5);
    const expected = rand([1]).itemSync();
    manualSeed(5);
    expect((await recordModel(run)).layers).toHaveLength(1);
    expect(rand([1]).itemSync()).toBe(expected);
    const wide = new TensorDataset([tensor([[1, 2]]), tensor([[1]])]);
    const unfit = await prepare(() => ({ data: { train: wide } }));
    expect((await recordModel(unfit)).layers).toEqual([]);
  });
});

describe("startedPayload", () => {
  const { code } = startedDraft("run").payload;
  const known = { file: "points.ts", command: ["train", "points.ts"], code, data: uninspectedData };

  test("is what a ledger records", async () => {
    const run = await prepare();
    const environment = recordEnvironment();
    const payload = await startedPayload({ run, ...known, environment, repeats: "another" });
    expect(payload).toMatchObject({
      experiment: "points",
      about: "",
      hyperparameters: [
        { name: "epochs", value: 10, source: "default" },
        { name: "batchSize", value: 2, source: "program" },
      ],
      seed: 42,
      model: "Linear",
      batches: 2,
      repeats: "another",
      environment,
      ...known,
    });
    const ledger = temporaryLedger();
    await ledger.append([{ type: "run.started", run: "run", payload }]);
    const [event] = await ledger.events({ types: ["run.started"] });
    expect(canonicalJson(event?.payload)).toBe(canonicalJson(payload));
  });

  test("has no number of batches for a stream that does not know", async () => {
    const stream = new StreamLoader(
      {
        columns: [
          { name: "input", shape: [1], dtype: "float32" },
          { name: "target", shape: [1], dtype: "float32" },
        ],
        async *read() {
          yield [Float32Array.of(1), Float32Array.of(1)];
        },
      },
      { batchSize: 1 },
    );
    const run = await prepare(() => ({ data: { train: stream } }));
    const payload = await startedPayload({ run, ...known, environment: recordEnvironment() });
    expect(payload.batches).toBeNull();
    expect(payload.layers).toHaveLength(1);
  });
});
