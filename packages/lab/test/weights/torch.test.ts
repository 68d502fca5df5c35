import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ArgumentError, manualSeed, nn, type Shape, type Tensor, tensor } from "@versant/core";
import { beforeEach, describe, expect, test } from "vitest";
import type { Renaming } from "../../src/weights/rename.js";
import { loadWeights } from "../../src/weights/weights.js";

const folder = fileURLToPath(new URL("../oracle/fixtures/torch", import.meta.url));
const pathOf = (name: string): string => `${folder}/${name}.safetensors`;

type Numbers = { readonly shape: Shape; readonly data: readonly number[] };
const answers: Record<string, { readonly input: Numbers; readonly answer: Numbers }> = JSON.parse(
  readFileSync(`${folder}/answers.json`, "utf8"),
);

const mlp = () =>
  new nn.Sequential(
    ...[new nn.Linear(6, 5), new nn.Tanh(), new nn.Linear(5, 4)],
    ...[new nn.ReLU(), new nn.Linear(4, 3)],
  );

/** The same, with names of its own. */
class Mlp extends nn.Module {
  readonly hidden = [new nn.Linear(6, 5), new nn.Linear(5, 4)];
  readonly output = new nn.Linear(4, 3);

  forward(x: Tensor): Tensor {
    const [first, second] = this.hidden as [nn.Linear, nn.Linear];
    return this.output.forward(second.forward(first.forward(x).tanh()).relu());
  }
}

const reader = () =>
  new nn.Sequential(
    ...[new nn.Conv2d(1, 3, 3, { padding: 1 }), new nn.BatchNorm2d(3), new nn.ReLU()],
    ...[new nn.Conv2d(3, 4, 3, { stride: 2, bias: false }), new nn.BatchNorm2d(4)],
    ...[new nn.ReLU(), new nn.Flatten(), new nn.Linear(16, 5)],
  );

class Tagger extends nn.Module {
  readonly embedding = new nn.Embedding(9, 4);
  readonly encoder = new nn.LSTM(4, 3, { layers: 2, bidirectional: true });
  readonly output = new nn.Linear(6, 2);

  forward(tokens: Tensor): Tensor {
    const { output } = this.encoder.forward(this.embedding.forward(tokens.cast("int32")));
    return this.output.forward(output);
  }
}

class Summer extends nn.Module {
  readonly gru = new nn.GRU(2, 4);
  readonly output = new nn.Linear(4, 1);

  forward(x: Tensor): Tensor {
    return this.output.forward(this.gru.forward(x).state.reshape([-1, 4]));
  }
}

const encoder = () => new nn.TransformerEncoderLayer(4, 2, { feedForward: 8, dropout: 0 });

beforeEach(() => manualSeed(1));

describe("weights that PyTorch saved", () => {
  const reading: Renaming = {
    "conv1.*": "layers.0.*",
    "bn1.*": "layers.1.*",
    "conv2.*": "layers.3.*",
    "bn2.*": "layers.4.*",
    "fc.*": "layers.7.*",
  };
  const encoding: Renaming = {
    "self_attn.*": "selfAttention.*",
    "linear1.*": "feedForward.hidden.*",
    "linear2.*": "feedForward.output.*",
    "norm1.*": "selfAttentionNorm.*",
    "norm2.*": "feedForwardNorm.*",
  };
  test.each<[string, () => nn.Module, Renaming?]>([
    ["mlp", mlp],
    ["mlp", () => new Mlp(), { "0.*": "hidden.0.*", "2.*": "hidden.1.*", "4.*": "output.*" }],
    ["reader", reader, reading],
    ["tagger", () => new Tagger()],
    ["summer", () => new Summer()],
    ["encoder", encoder, encoding],
    ["half", mlp],
    ["brain", mlp],
    ["double", mlp],
  ])("%s answers as there", (name, make, rename) => {
    const model = make().eval();
    const report = loadWeights(model, pathOf(name), rename && { rename });
    expect(report).toMatchObject({ fresh: [], unexpected: [] });
    const { input, answer } = answers[name] as (typeof answers)[string];
    const output = model.forward(
      tensor([...input.data], { shape: input.shape }).reshape(input.shape),
    );
    expect(output.shape).toEqual(answer.shape);
    const received = output.dataSync();
    for (const [index, value] of answer.data.entries()) {
      expect(Math.abs((received[index] ?? Number.NaN) - value)).toBeLessThan(1e-5);
    }
  });

  test("are told apart by name: what is called otherwise is said", () => {
    const { renamed } = loadWeights(new Summer(), pathOf("summer"));
    expect(renamed).toEqual({
      "gru.cells.0.inputWeight": "gru.weight_ih_l0",
      "gru.cells.0.hiddenWeight": "gru.weight_hh_l0",
      "gru.cells.0.inputBias": "gru.bias_ih_l0",
      "gru.cells.0.hiddenBias": "gru.bias_hh_l0",
    });
    const { renamed: packed } = loadWeights(encoder(), pathOf("encoder"), { rename: encoding });
    expect(packed["selfAttention.value.bias"]).toBe("self_attn.in_proj_bias");
    // Batches are counted where the mean is over all of them.
    const counting = reader();
    const [, norm] = counting.layers as [unknown, nn.BatchNorm2d];
    const other = new nn.BatchNorm2d(3, { momentum: null });
    Object.assign(norm, { batchCount: other.batchCount });
    loadWeights(counting, pathOf("reader"), { rename: reading });
    expect(other.batchCount?.itemSync()).toBe(3);
  });

  test("are refused with a list of what does not match, and the nearest names", () => {
    const model = new Mlp();
    const before = model.output.weight.dataSync();
    const load = (options?: object) => () => loadWeights(model, pathOf("mlp"), options);
    expect(load()).toThrow(ArgumentError);
    expect(load()).toThrow(
      /missing: hidden\.0\.weight \(nearest: 0\.weight\), .*; unexpected: 0\.weight \(nearest: .*\{ rename: /,
    );
    expect(load({ rename: { "0.*": "hidden.0.*", "2.*": "output.*" } })).toThrow(
      /missing: hidden\.1\.weight \(.*unexpected: 4\.weight \(nearest: hidden\.1\.weight\), 4\.bias.*of the wrong kind: output\.weight \(received float32 \(4, 5\), expected float32 \(3, 4\)\)/,
    );
    const small = () => loadWeights(new nn.Sequential(new nn.Linear(6, 5)), pathOf("mlp"));
    expect(small).toThrow(
      /nothing was loaded; unexpected: 2\.weight, .*\. \{ only: "\*" \} passes over what the model/,
    );
    expect(load({ rename: { "hidden.*": "0.*" } })).toThrow(
      'received "hidden.*" to rename, which matches no tensor of the file, expected a name such as "',
    );
    expect(load({ rename: { "0.*": 7 } })).toThrow('received 7 as the new name of "0.*"');
    expect(load({ renaming: {} })).toThrow('received an option named "renaming"');
    expect(load({ only: "hidden", except: "hidden.*" })).toThrow("leave nothing to take");
    expect(() => loadWeights(new nn.LSTM(4, 2), pathOf("summer"))).toThrow(ArgumentError);
    expect(model.output.weight.dataSync()).toEqual(before);
  });

  test("can be taken in part", () => {
    const model = new Mlp();
    const before = model.output.weight.dataSync();
    const rename = { "0.*": "hidden.0.*", "2.*": "hidden.1.*" };
    const report = loadWeights(model, pathOf("mlp"), { except: "output", rename });
    const hidden = ["hidden.0.weight", "hidden.0.bias", "hidden.1.weight", "hidden.1.bias"];
    expect(report).toMatchObject({
      taken: hidden,
      fresh: ["output.weight", "output.bias"],
      unexpected: ["4.weight", "4.bias"],
    });
    expect(model.output.weight.dataSync()).toEqual(before);
    const { taken } = loadWeights(model, pathOf("mlp"), { only: "hidden.0.*", rename });
    expect(taken).toEqual(hidden.slice(0, 2));
  });
});
