import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GraphModel, nn, type Tensor, tensor, zeros } from "@versant/core";
import type * as ort from "onnxruntime-web";
import { describe, expect, test } from "vitest";
import { compareExport } from "../../../../scripts/verify/onnxAgreement.mjs";
import { loadExperiment } from "../../src/experiment/load.js";
import { TrainedModel } from "../../src/model/trainedModel.js";
import { exportOnnx } from "../../src/onnx/exportOnnx.js";
import { encodeOnnx } from "../../src/onnx/model.js";
import { modelMessage } from "../../src/onnx/schema.js";
import { saveWeights } from "../../src/weights/weights.js";
import { type Example, images, scaled, tokens, yesOrNo } from "../browser/examples.js";
import { run } from "../command/run.js";
import { temporaryFolder } from "../ledger/temporary.js";
import { expectAgreement, expectClose, OnnxSession, storedState } from "./runOnnx.js";

const graphOf = ({ forward, samples }: Example): GraphModel =>
  GraphModel.trace(forward, [samples], { names: ["sample"] });

async function exported(example: Example): Promise<{ model: TrainedModel; file: Uint8Array }> {
  const path = join(temporaryFolder(), "model.onnx");
  const { signature } = example;
  const parts = { name: "digits", sha256: "5a", run: "brave-ibis", signature };
  const model = new TrainedModel({ ...parts, graph: graphOf(example) });
  await exportOnnx(model, path);
  return { model, file: readFileSync(path) };
}

/** Three samples, the example's among them. */
const samplesOf = ({ samples, sample }: Example): Tensor =>
  tensor([sample, sample.map(() => 1), sample.toReversed()], { dtype: samples.dtype });

describe("exportOnnx", () => {
  test("takes the bytes of images, and says what they mean", async () => {
    const example = images();
    const { model, file } = await exported(example);
    const { graph, metadataProps, ...rest } = modelMessage.toObject(modelMessage.decode(file), {
      longs: Number,
    });
    expect(rest).toMatchObject({
      irVersion: 10,
      opsetImport: [{ domain: "", version: 21 }],
      producerName: "versant",
    });
    expect(graph.input).toEqual([
      {
        name: "input",
        type: {
          tensorType: {
            elemType: 2,
            shape: { dim: [{ dimParam: "N" }, { dimValue: 144 }] },
          },
        },
      },
    ]);
    const metadata = metadataProps.map(({ key, value }: { key: string; value: string }) => [
      key,
      value,
    ]);
    expect(Object.fromEntries(metadata)).toEqual({
      "versant.name": "digits",
      "versant.run": "brave-ibis",
      "versant.sha256": "5a",
      "versant.signature": JSON.stringify(model.signature),
    });
    const weights = graph.initializer.map(({ name }: { name: string }) => name);
    expect(weights).toEqual(expect.arrayContaining([...model.graph.stateDict().keys()]));
    expect(graph.node.map(({ opType }: { opType: string }) => opType)).toEqual([
      ...["Cast", "Div", "Gemm", "Relu", "Gemm", "Softmax"],
    ]);
  });

  test.each<[string, () => Example, string]>([
    ["probabilities of classes", images, "probabilities"],
    ["numbers in people's scale", scaled, "numbers"],
    ["probabilities at each position", tokens, "probabilities"],
  ])("gives %s as a second output", async (_, make, second) => {
    const example = make();
    const { file } = await exported(example);
    const inputs = samplesOf(example);
    const session = await OnnxSession.open(file);
    const outputs = await session.run([inputs]);
    await session.close();
    expect([...outputs.keys()]).toEqual(["output", second]);
    expectClose(outputs.get(second) as ort.Tensor, example.whole(inputs));
  });

  test("gives the probability of the second of two classes", async () => {
    const example = yesOrNo();
    const { model, file } = await exported(example);
    const inputs = samplesOf(example);
    const session = await OnnxSession.open(file);
    const outputs = await session.run([inputs]);
    await session.close();
    const scores = await model.predict([inputs]);
    expectClose(outputs.get("probabilities") as ort.Tensor, scores.sigmoid());
  });

  test("takes float64 in people's scale, too", async () => {
    const scale = { mean: [3, 1], deviation: [2, 4] };
    const weight = tensor(Float64Array.of(1, 2, 3, 4), { shape: [2, 2] });
    const graph = GraphModel.trace((x) => x.matmul(weight), [zeros([2, 2], "float64")]);
    const file = encodeOnnx(graph.toJSON(), storedState(graph.stateDict()), {
      inputs: [{ name: "lengths", scale }],
      answers: { name: "numbers", by: scale },
    });
    const session = await OnnxSession.open(file);
    const outputs = await session.run([tensor(Float64Array.of(5, 1), { shape: [1, 2] })]);
    await session.close();
    // (1, 0) in the model's scale gives (1, 2) there.
    expect(outputs.get("numbers")?.data).toEqual(Float64Array.of(5, 9));
  });

  test("says what cannot be written", async () => {
    const layer = new nn.Linear(2, 1);
    const document = GraphModel.trace(layer as nn.Module<Tensor[]>, [tensor([[1, 2]])]).toJSON();
    expect(() => encodeOnnx(document, new Map())).toThrow(
      "onnx: received a state without weight, which the graph reads; expected the tensors that",
    );
    // No machine of ours has to hold them.
    const data = Object.create(Float32Array.prototype, { byteLength: { value: 2 ** 31 } });
    const large = { dtype: "float32", shape: [2 ** 29], data } as const;
    expect(() =>
      encodeOnnx(
        document,
        new Map([
          ["weight", large],
          ["bias", large],
        ]),
      ),
    ).toThrow(/onnx: received 4.* of tensors, expected less than 2 GiB/);
  });
});

/** With states of names that others have in the file. */
class Clash extends nn.Module {
  readonly input = new nn.Parameter(tensor([[1, 2]]));
  readonly output = new nn.Parameter(tensor([3, 4]));
  forward(x: Tensor): Tensor {
    return x.mul(this.input).add(this.output);
  }
}

test("states whose names are taken get others", async () => {
  const example = [
    tensor([
      [5, 6],
      [7, 8],
    ]),
  ];
  const { file } = await expectAgreement(new Clash() as nn.Module<Tensor[]>, [example]);
  const { graph } = modelMessage.toObject(modelMessage.decode(file));
  const names = graph.initializer.map(({ name }: { name: string }) => name);
  expect(names.sort()).toEqual(["input_1", "output_1"]);
});

describe("versant export --format onnx", () => {
  test("writes the model of a file", async () => {
    const folder = temporaryFolder();
    const [file, path] = [join(folder, "model.safetensors"), join(folder, "model.onnx")];
    const example = images();
    const graph = graphOf(example);
    const portable = { graph, signature: example.signature };
    await saveWeights(graph.stateDict(), file, { portable });
    expect(await run("export", file, "--format", "onnx", "--to", path)).toMatchObject({ code: 0 });
    const session = await OnnxSession.open(readFileSync(path));
    const inputs = samplesOf(example);
    expectClose((await session.run([inputs])).get("output") as ort.Tensor, graph.forward(inputs));
    await session.close();
    const { code, err } = await run(
      "export",
      file,
      "--format",
      "onnx",
      "--to",
      join(file, "x.onnx"),
    );
    expect(code).toBe(1);
    expect(err).toMatch(/--to: cannot write/);
  });
});

describe("examples answer the same", () => {
  test.each([
    ["calculator", { samples: 100, epochs: 1 }],
    ["table", { epochs: 1 }],
    ["memory", { stories: 50, epochs: 1 }],
  ])("%s", async (name, hyperparameters) => {
    const path = fileURLToPath(new URL(`../../../../examples/${name}.ts`, import.meta.url));
    const { difference } = await compareExport(await loadExperiment(path), { hyperparameters });
    expect(difference).toBeLessThan(1e-4);
  });
});
