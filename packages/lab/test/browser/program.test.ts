import {
  concatenate,
  GraphModel,
  nn,
  TableEncoder,
  type Tensor,
  type TypedArray,
  tableFromObjects,
  zeros,
} from "@versant/core";
import { expect, test } from "vitest";
import { runOnKernel } from "../../../core/test/portable/run.js";
import { sampleProgram } from "../../src/browser/program.js";
import { TrainedModel } from "../../src/model/trainedModel.js";
import { type Example, images, tokens, yesOrNo } from "./examples.js";

/** What the program gives for what goes into it. */
async function ofProgram(model: TrainedModel, inputs: readonly TypedArray[]): Promise<number[]> {
  const [values] = await runOnKernel(sampleProgram(model), inputs);
  return Array.from(values ?? []);
}

const encoded = async (model: TrainedModel, sample: unknown): Promise<TypedArray[]> =>
  (await model.encode([sample])).map((each) => each.dataSync());

/** All numbers of what the model says of it in words. */
async function described(model: TrainedModel, sample: unknown): Promise<number[]> {
  const [answer] = model.describe(await model.predict(await model.encode([sample])));
  if (!answer) throw new Error("no answer");
  if ("probabilities" in answer) return Object.values(answer.probabilities);
  if ("numbers" in answer) return [answer.numbers].flat(9) as number[];
  return answer.positions.map(({ probability }) => probability);
}

const modelOf = ({ forward, samples, signature }: Example): TrainedModel => {
  const graph = GraphModel.trace(forward, [samples]);
  return new TrainedModel({ name: "m", sha256: "5a", signature, graph });
};

test.each([
  ["softmax", images, 3],
  ["sigmoid", yesOrNo, 2],
] as const)("gives the probabilities of describe: %s", async (_, make, classes) => {
  const [model, { sample }] = [modelOf(make()), make()];
  const values = await ofProgram(model, await encoded(model, sample));
  const expected = await described(model, sample);
  expect(values).toHaveLength(classes);
  values.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 6);
  });
});

test("gives each position the likeliest class of describe", async () => {
  const [model, { sample }] = [modelOf(tokens()), tokens()];
  const values = await ofProgram(model, await encoded(model, sample));
  const expected = await described(model, sample);
  expect(expected).toHaveLength(4);
  expected.forEach((probability, position) => {
    const [first = 0, second = 0] = [values[position], values[position + 4]];
    expect(Math.max(first, second)).toBeCloseTo(probability, 6);
  });
});

test("takes numbers in the scale of their sender, behind the tensors of a table", async () => {
  const rows = tableFromObjects([
    { town: "Lynn", rooms: 2 },
    { town: "Salem", rooms: 5 },
  ]);
  const encoder = TableEncoder.fit(rows, {
    inputs: { rooms: { as: "standard" }, town: { as: "index" } },
  });
  const embedding = new nn.Embedding(encoder.cardinalities.town ?? 0, 2);
  const layer = new nn.Linear(3, 2);
  const forward = (features: Tensor, towns: Tensor, numbers: Tensor): Tensor => {
    const found = embedding.forward(towns).reshape([-1, 2]);
    return layer.forward(concatenate([features, found], 1)).add(numbers);
  };
  const scale = { mean: [10, 20], deviation: [2, 4] };
  const model = new TrainedModel({
    name: "m",
    sha256: "5a",
    graph: GraphModel.trace(forward, [zeros([2, 1]), zeros([2, 1], "int32"), zeros([2, 2])]),
    signature: {
      format: 1,
      input: {
        kind: "several",
        inputs: {
          house: { kind: "table", encoder: encoder.toJSON() },
          numbers: { kind: "numbers", dtype: "float32", shape: [2], scale },
        },
      },
      output: { kind: "numbers", shape: [2], scale },
    },
  });
  const names = sampleProgram(model).inputs.map(({ name }) => name);
  expect(names).toEqual(["house.features", "house.indices", "numbers"]);
  const sample = { house: { town: "Salem", rooms: 4 }, numbers: [13, 7] };
  const [features, towns] = (await encoded(model, sample)) as [TypedArray, TypedArray, TypedArray];
  const values = await ofProgram(model, [features, towns, Float32Array.from(sample.numbers)]);
  const expected = await described(model, sample);
  expect(values).toHaveLength(2);
  values.forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 4);
  });
});
