import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadExperiment } from "../../src/experiment/load.js";
import {
  type Experiment,
  portableModel,
  Run,
  rand,
  type StreamColumn,
  storedSamples,
  type Tensor,
  TrainedModel,
} from "../../src/index.js";
import { readSignature } from "../../src/signature/read.js";

/** Small data, which are soon there. */
const sizes = { samples: 60, clauses: 40, stories: 40, pictures: 2, length: 12, parts: 5 };

/** What goes in and comes out of each. Those that are left out have the same, and larger data. */
const examples: readonly (readonly [name: string, input: string, output: string])[] = [
  ["births", "numbers", "numbers"],
  ["calculator", "numbers", "numbers"],
  ["entities", "numbers", "positions"],
  ["houses", "table", "numbers"],
  ["linear-function", "numbers", "numbers"],
  ["memory", "numbers", "classes"],
  ["mnist-cnn", "image", "classes"],
  ["overfitting", "numbers", "classes"],
  ["photos", "image", "classes"],
  ["sequence-lstm", "several", "numbers"],
  ["table", "table", "numbers"],
];

const samples = 5;

/** Samples as a dataset might store them: indices are 0 and 1, which every vocabulary has. */
const draw = ({ dtype, shape }: StreamColumn): Tensor => {
  const drawn = rand([samples, ...shape]);
  return dtype === "float32" ? drawn : drawn.mul(2).cast(dtype);
};

const load = (name: string): Promise<Experiment> =>
  loadExperiment(fileURLToPath(new URL(`../../../../examples/${name}.ts`, import.meta.url)));

test.each(examples)(
  "examples/%s.ts: from %s to %s, with the model's bits",
  async (name, ...kinds) => {
    const experiment = await load(name);
    const small = Object.entries(sizes).filter(([size]) => size in experiment.declarations);
    const { setup } = await Run.prepare(experiment, { hyperparameters: Object.fromEntries(small) });
    const { model, data } = setup;
    const portable = portableModel({ ...setup, data: data.train });
    const { input, output } = portable.signature;
    expect([input.kind, output.kind]).toEqual(kinds);
    expect(readSignature(JSON.parse(JSON.stringify(portable.signature)))).toEqual(
      portable.signature,
    );

    const { columns, transform } = storedSamples(data.train);
    const stored = new Map(columns.map((column) => [column.name, draw(column)]));
    const trained = new TrainedModel({ name, sha256: "0", ...portable });
    const read = trained.graph.inputs.map((each) => stored.get(each.name) as Tensor);
    const answers = await trained.predict(read);
    const batch = transform(...stored.values());
    const direct = model.eval().forward(...batch.slice(0, -1));
    expect(await answers.data()).toEqual(await direct.data());
    expect(trained.describe(answers)).toHaveLength(samples);
  },
);

test("what varies training samples at random is no part of the model", async () => {
  const hyperparameters = { remedy: "augmentation" };
  const run = await Run.prepare(await load("imbalanced"), { hyperparameters });
  const { model, data } = run.setup;
  expect(() => portableModel({ model, data: data.train })).toThrow("random");
  expect((await run.weights()).unusable).toBeUndefined();
});
