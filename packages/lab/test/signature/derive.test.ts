import { TableEncoder, tableFromObjects } from "@versant/core";
import { describe, expect, test } from "vitest";
import {
  ArgumentError,
  concatenate,
  input,
  loss,
  nn,
  output,
  type PortableParts,
  portableModel,
  rand,
  StreamLoader,
  slice,
  type Tensor,
  TensorDataset,
  tensor,
  text,
  zeros,
} from "../../src/index.js";

/** The signature of a model that was trained on this. */
const signatureOf = (parts: PortableParts) => portableModel(parts).signature;

const labels = (...values: number[]): Tensor => tensor(Int32Array.from(values));

const vocabulary = text.Vocabulary.fit([["late", "refund", "late"]]);

const encoder = TableEncoder.fit(
  tableFromObjects([
    { area: 40, town: "Rome", rent: 600, kind: "flat" },
    { area: 80, town: "Oslo", rent: 900, kind: "house" },
  ]),
  {
    inputs: { area: { as: "standard" }, town: { as: "index" } },
    target: { rent: { as: "standard" } },
  },
);

class Rents extends nn.Module<[features: Tensor, indices: Tensor]> {
  readonly town = new nn.Embedding(2, 3);
  readonly output = new nn.Linear(4, 1);

  forward(features: Tensor, indices: Tensor): Tensor {
    return this.output.forward(
      concatenate([features, this.town.forward(indices.at(slice(), 0))], 1),
    );
  }
}

describe("what follows without being said", () => {
  test("classes of an integer target, with the dataset's bytes before its transform", () => {
    const data = new TensorDataset([zeros([4, 6], "uint8"), labels(0, 1, 2, 1)], {
      transform: (pixels, label) => [pixels.cast("float32").div(255), label],
    });
    expect(signatureOf({ model: new nn.Linear(6, 3), data, loss: loss.crossEntropy })).toEqual({
      format: 1,
      input: { kind: "numbers", dtype: "uint8", shape: [6] },
      output: { kind: "classes", shape: [3], names: ["0", "1", "2"], activation: "softmax" },
    });
  });

  test.each([
    ["binaryCrossEntropyWithLogits", "sigmoid"],
    ["binaryCrossEntropy", "none"],
  ] as const)("two classes of %s", (name, activation) => {
    const data = new TensorDataset([rand([3, 2]), zeros([3, 1])]);
    const parts = { model: new nn.Linear(2, 1), data, loss: loss[name] };
    expect(signatureOf(parts).output).toEqual({
      kind: "classes",
      shape: [1],
      names: ["0", "1"],
      activation,
    });
  });

  test("a class for each position of a sequence of targets", () => {
    const data = new TensorDataset([rand([2, 5, 4]), zeros([2, 4], "int32")]);
    const model = new nn.Conv1d(5, 3, 1);
    expect(signatureOf({ model, data, loss: loss.crossEntropy }).output).toEqual({
      kind: "positions",
      shape: [3, 4],
      names: ["0", "1", "2"],
      activation: "softmax",
    });
  });

  test("rows of a table, and the target in its unit", () => {
    const table = tableFromObjects([{ area: 60, town: "Rome", rent: 700 }]);
    const data = encoder.dataset(table);
    const parts = { model: new Rents(), data, loss: loss.meanSquaredError, preprocessing: encoder };
    expect(signatureOf(parts)).toEqual({
      format: 1,
      input: { kind: "table", encoder: encoder.toJSON() },
      output: {
        kind: "numbers",
        names: ["rent"],
        scale: { mean: [750], deviation: [150] },
        shape: [1],
      },
    });
  });

  test("the classes of a table's target", () => {
    const table = tableFromObjects([
      { area: 40, kind: "flat" },
      { area: 80, kind: "house" },
    ]);
    const kinds = TableEncoder.fit(table, {
      inputs: { area: { as: "standard" } },
      target: { kind: { as: "index" } },
    });
    const data = kinds.dataset(table);
    const parts = { data, loss: loss.crossEntropy, preprocessing: kinds };
    expect(signatureOf({ ...parts, model: new nn.Linear(1, 2) }).output).toMatchObject({
      names: ["flat", "house"],
    });
  });

  test("images of a stream, several inputs by the names of their columns", () => {
    const columns = [
      { name: "image", shape: [3, 4, 2], dtype: "uint8" },
      { name: "age", shape: [], dtype: "float32" },
      { name: "label", shape: [], dtype: "int32" },
    ] as const;
    const source = { columns, async *read() {} };
    const data = new StreamLoader(source, { batchSize: 2 });
    class Both extends nn.Module<[Tensor, Tensor]> {
      readonly linear = new nn.Linear(24, 2);
      forward(image: Tensor, age: Tensor): Tensor {
        return this.linear.forward(image.cast("float32").flatten(1)).add(age.unsqueeze(1));
      }
    }
    expect(signatureOf({ model: new Both(), data, loss: loss.crossEntropy }).input).toEqual({
      kind: "several",
      inputs: {
        image: {
          ...{ kind: "image", width: 2, height: 4, channels: 3, layout: "CHW", fit: "stretch" },
          ...{ dtype: "uint8", shape: [3, 4, 2] },
        },
        age: { kind: "numbers", dtype: "float32", shape: [] },
      },
    });
  });

  test("numbers in their shape", () => {
    const data = new TensorDataset([rand([3, 2]), rand([3, 2])]);
    const parts = { model: new nn.Linear(2, 2), data, loss: loss.meanSquaredError };
    expect(signatureOf(parts).output).toEqual({ kind: "numbers", shape: [2] });
  });
});

describe("what a setup says", () => {
  const data = new TensorDataset([rand([3, 2]), rand([3, 1])]);
  const parts = { model: new nn.Linear(2, 1), data, loss: loss.meanSquaredError };

  test("stands in the signature", () => {
    const signature = {
      input: input.numbers({ names: ["a", "b"], scale: { deviation: tensor([100, 50]) } }),
      output: output.numbers({ names: ["sum"], units: ["kg"], scale: { mean: 3 } }),
    };
    expect(signatureOf({ ...parts, signature })).toMatchObject({
      input: { names: ["a", "b"], scale: { mean: [0], deviation: [100, 50] } },
      output: { names: ["sum"], units: ["kg"], scale: { mean: [3], deviation: [1] } },
    });
  });

  test.each<[string, PortableParts["signature"], string]>([
    ["names", { input: input.numbers({ names: ["a"] }) }, "1 names for the input of shape (2,)"],
    ["pixels", { input: input.image({ width: 9, height: 9 }) }, "expected 9 x 9 x 1 pixels"],
    ["tokens", { input: input.text({ words: {}, vocabulary, length: 4 }) }, "expected int32 (4)"],
    ["columns", { input: input.table(encoder) }, "expected float32 (1,), as the encoder gives it"],
    ["classes", { output: output.classes(["a", "b", "c"]) }, "3 classes for answers of shape (1,)"],
    [
      "too many inputs",
      { input: { a: input.numbers(), b: input.numbers() } },
      'input "b" has no stored tensor left',
    ],
    ["scale", { output: output.numbers({ scale: { mean: [1, 2] } }) }, "2 numbers as mean"],
  ])("is refused where it does not fit the model: %s", (_, signature, message) => {
    expect(() => portableModel({ ...parts, signature })).toThrow(message);
  });

  test("is refused where it is written wrongly", () => {
    expect(() => input.image({ width: 0, height: 2 })).toThrow(ArgumentError);
    expect(() => input.image({ width: 2, height: 2, channels: 2 as never })).toThrow("1 or 3");
    expect(() => input.numbers({ scale: { deviation: 0 } })).toThrow("deviations above 0");
    expect(() => input.numbers({ names: ["a", "a"] })).toThrow('"a" twice');
    expect(() => input.text({ vocabulary, length: 3 })).toThrow("0 ways to cut a text");
    expect(() => input.text({ characters: {}, vocabulary: ["a"], length: 3 })).toThrow("padding");
    expect(() => input.table({} as never)).toThrow("TableEncoder");
    expect(() => output.classes([])).toThrow("list of texts");
    expect(() => output.numbers({ unit: "kg" } as never)).toThrow("unit");
  });

  test("leaves the random stream where it is", () => {
    const draw = (): number => rand([1]).itemSync();
    const model = new nn.Sequential(new nn.Dropout(0.5), new nn.Linear(2, 1));
    draw();
    portableModel({ ...parts, model });
    expect(() => portableModel({ ...parts, model: new Draws() })).toThrow("random");
  });
});

class Draws extends nn.Module {
  forward(x: Tensor): Tensor {
    return x.add(rand(x.shape));
  }
}
