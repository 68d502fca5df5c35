import {
  GraphModel,
  nn,
  TableEncoder,
  type Tensor,
  tableFromObjects,
  tensor,
  text,
} from "@versant/core";
import { Ajv2020 } from "ajv/dist/2020.js";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { TrainedModel } from "../../src/model/trainedModel.js";
import { servedModel, warmUp } from "../../src/serve/trained.js";
import type { Input, Output } from "../../src/signature/signature.js";
import { ask, served, version } from "./memory.js";

const isValid = (schema: object, value: unknown): boolean =>
  // OpenAPI's formats are for people.
  new Ajv2020({ strict: false }).validate(schema, value) as boolean;

const floats = (...shape: number[]): Tensor =>
  tensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape });

/** A model that says the sum of each sample, in as many numbers as its output has. */
function trained(input: Input, output: Output, examples: readonly Tensor[]): TrainedModel {
  const width = output.shape.reduce((a, b) => a * b, 1);
  const forward = (...columns: Tensor[]): Tensor => {
    const [first = floats(1, 1)] = columns;
    const samples = first.shape[0] as number;
    const sums = columns.map((column) =>
      column.cast("float32").reshape([samples, -1]).sum(1, { keepDims: true }),
    );
    const sum = sums.reduce((left, right) => left.add(right));
    return sum.expand([samples, width]).reshape([samples, ...output.shape]);
  };
  const graph = GraphModel.trace(forward, examples);
  const signature = { format: 1, input, output } as const;
  return new TrainedModel({ name: "sum", sha256: "5".repeat(64), signature, graph });
}

const number: Output = { kind: "numbers", shape: [1] };
const image: Input = {
  ...{ kind: "image", dtype: "uint8", shape: [4], width: 2, height: 2 },
  ...{ channels: 1, layout: "CHW", fit: "stretch" },
};
const houses = [
  { area: 80, district: "north" },
  { area: 40, district: "south" },
];
const encoder = TableEncoder.fit(tableFromObjects(houses), {
  inputs: { area: { as: "standard" }, district: { as: "oneHot" } },
});
const gaps = TableEncoder.fit(tableFromObjects([{ visits: 3 }, { visits: null }, { visits: 1 }]), {
  inputs: { visits: { as: "standard", missing: "mean" } },
});
const words = text.Vocabulary.fit([["a", "b"]]);
const numbers: Input = { kind: "numbers", dtype: "float32", shape: [2], names: ["a", "b"] };

const kinds: Record<
  string,
  { input: Input; examples: Tensor[]; right: unknown[]; wrong: unknown[] }
> = {
  numbers: {
    input: numbers,
    examples: [floats(2, 2)],
    right: [[1, 2], { a: 1, b: 2 }],
    wrong: [[1], [1, "2"], { a: 1 }, { a: 1, c: 2 }, "1,2", null],
  },
  grid: {
    input: { kind: "numbers", dtype: "int32", shape: [2, 2] },
    examples: [tensor(new Int32Array(8), { shape: [2, 2, 2] })],
    right: [
      [
        [1, 2],
        [3, 4],
      ],
      [1, 2, 3, 4],
    ],
    wrong: [
      [[1, 2], [3]],
      [1, 2, 3],
      [1, 2, 3, 4.5],
      [1, 2, 3, 2 ** 31],
    ],
  },
  image: {
    input: image,
    examples: [tensor(new Uint8Array(8), { shape: [2, 4] })],
    right: [[0, 1, 2, 255]],
    wrong: [[0, 1, 2], [0, 1, 2, 256], [0, 1, 2, -1], 7],
  },
  text: {
    input: {
      ...{ kind: "text", dtype: "int32", shape: [3], padding: 0 },
      tokenizer: { by: "words", lowerCase: true, numbers: true, punctuation: false },
      vocabulary: words.toJSON(),
    },
    examples: [tensor(new Int32Array(6), { shape: [2, 3] })],
    right: ["a b a", ""],
    wrong: [7, null, ["a"]],
  },
  table: {
    input: { kind: "table", encoder: encoder.toJSON() },
    examples: [floats(2, 3)],
    right: [houses[0], { area: "41.5", district: "south" }],
    wrong: [
      [80, "north"],
      { area: 80, distrit: "north" },
      { area: { m2: 80 }, district: "north" },
      { area: null, district: "north" },
      { district: "north" },
    ],
  },
  "a table with values that are missing": {
    input: { kind: "table", encoder: gaps.toJSON() },
    examples: [floats(2, 1)],
    right: [{ visits: 3 }, { visits: null }, {}],
    wrong: [{ visits: [3] }, null],
  },
  several: {
    input: { kind: "several", inputs: { left: numbers, right: image } },
    examples: [floats(2, 2), tensor(new Uint8Array(8), { shape: [2, 4] })],
    right: [{ left: [1, 2], right: [0, 1, 2, 3] }],
    wrong: [
      { left: [1, 2] },
      { left: [1, 2], right: [0] },
      [
        [1, 2],
        [0, 1, 2, 3],
      ],
    ],
  },
};

describe.each(Object.entries(kinds))("%s", (_name, { input, examples, right, wrong }) => {
  const model = servedModel(trained(input, number, examples));

  test("what its schema says is what it takes", async () => {
    for (const sample of right) {
      expect([sample, isValid(model.input, sample)]).toEqual([sample, true]);
      const [answer] = model.describe(await model.predict(await model.encode([sample])));
      expect(isValid(model.answer, answer)).toBe(true);
    }
    for (const sample of wrong) {
      expect([sample, isValid(model.input, sample)]).toEqual([sample, false]);
      await expect(model.encode([right[0], sample])).rejects.toMatchObject({
        statusCode: 400,
        field: expect.stringMatching(/^inputs\[1\]/),
      });
    }
  });
});

test.each<Output>([
  { kind: "classes", shape: [3], names: ["x", "y", "z"], activation: "softmax" },
  { kind: "classes", shape: [1], names: ["no", "yes"], activation: "sigmoid" },
  { kind: "positions", shape: [2, 3], names: ["x", "y"], activation: "softmax" },
  { kind: "numbers", shape: [2], names: ["price", "rent"], units: ["€", "€ a month"] },
  { kind: "numbers", shape: [2, 2] },
])("answers are what their schema says: $kind $shape", async (output) => {
  const model = servedModel(trained(numbers, output, [floats(2, 2)]));
  const outputs = await model.predict(await model.encode([[1, 2]]));
  expect(outputs).toEqual(new Float32Array(output.shape.reduce((a, b) => a * b, 1)).fill(3));
  const [answer] = model.describe(outputs);
  expect(isValid(model.answer, answer)).toBe(true);
  expect(isValid(model.answer, { numbers: "1", positions: 1, class: 1 })).toBe(false);
});

test("an answer that is Infinity is a mistake of its sample, in JSON and raw", async () => {
  const model = servedModel(trained(numbers, number, [floats(2, 2)]));
  const server = await served([version(model)]);
  for (const accept of ["application/json", "application/octet-stream"]) {
    const inputs = [
      [1, 2],
      [3e38, 3e38],
    ];
    const { status, body } = await ask(server, { inputs }, { headers: { accept } });
    expect([status, body]).toMatchObject([400, { field: "inputs[1]" }]);
  }
});

test("an error repeats the beginning of what is long", async () => {
  const server = await served([version(servedModel(trained(numbers, number, [floats(2, 2)])))]);
  const long = "x".repeat(100_000);
  for (const body of [{ inputs: [long] }, { inputs: [{ [long]: 1 }] }, { [long]: 1 }]) {
    const answer = await ask(server, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body).length).toBeLessThan(1000);
  }
});

test("a file of an image is a sample, where the model takes images", async () => {
  const picture = trained(image, number, [tensor(new Uint8Array(8), { shape: [2, 4] })]);
  await warmUp(picture, 4);
  const server = await served([
    version(servedModel(picture), "one", "picture"),
    version(servedModel(trained(numbers, number, [floats(2, 2)])), "one", "numbers"),
  ]);
  const png = await sharp(Buffer.from([1, 2, 3, 4]), { raw: { width: 2, height: 2, channels: 1 } })
    .png()
    .toBuffer();
  const post = (name: string, type: string, body: Uint8Array<ArrayBuffer>) =>
    fetch(`${server.url}/v1/models/${name}/predict`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
  const answer = await post("picture", "image/png", new Uint8Array(png));
  expect(await answer.json()).toMatchObject({ predictions: [{ numbers: 10 }] });
  const cut = await post("picture", "image/png", new Uint8Array(png.subarray(0, 30)));
  expect(cut.status).toBe(400);
  expect(await cut.json()).toMatchObject({ field: "inputs[0]" });
  const other = await post("numbers", "image/png", new Uint8Array(png));
  expect(other.status).toBe(415);
});

test("an index that the model lacks is the mistake of who sent it, and of nobody beside him", async () => {
  const input: Input = { kind: "numbers", dtype: "int32", shape: [1] };
  const embedding = new nn.Embedding(4, 1);
  const examples = [tensor(new Int32Array(2), { shape: [2, 1] })];
  const graph = GraphModel.trace(
    (indices) => embedding.forward(indices).reshape([-1, 1]),
    examples,
  );
  const signature = { format: 1, input, output: number } as const;
  const parts = { name: "rows", sha256: "6".repeat(64), signature, graph };
  const server = await served([version(servedModel(new TrainedModel(parts)))]);
  const answers = await Promise.all(
    [[3], [4], [0]].map((sample) => ask(server, { inputs: [sample] })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 400, 200]);
  expect(answers[1]?.body).toMatchObject({ field: "inputs", error: expect.stringContaining("4") });
});
