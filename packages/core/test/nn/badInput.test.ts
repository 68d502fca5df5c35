import { describe, expect, test } from "vitest";
import { ArgumentError, DTypeError } from "../../src/array/index.js";
import * as nn from "../../src/nn/index.js";
import { arange, ones } from "../../src/tensor/index.js";

const loading = (dict: unknown, options?: unknown) =>
  new nn.Linear(3, 2).loadStateDict(dict as never, options as never);

describe("layers that no type checker has seen", () => {
  test.each([3, [1, 2, 3], undefined])("Linear refuses the input %j", (input) => {
    expect(() => new nn.Linear(3, 2).forward(input as never)).toThrow(
      /^Linear\(3, 2\): received .* as the input, expected a Tensor\.$/,
    );
  });

  test("Linear says that a size was a string", () => {
    expect(() => new nn.Linear("3" as never, 2)).toThrow('received inFeatures "3"');
  });

  test("a layer that cannot be held is an error of its shape", () => {
    const builds = [nn.Linear, nn.Embedding, nn.PositionalEmbedding].map(
      (Layer) => (): unknown => new Layer(1e6, 1e6),
    );
    for (const build of [...builds, () => new nn.LayerNorm([1e6, 1e6])]) {
      expect(build).toThrow(/^[A-Z]\w+\(10+, 10+\): .* 1000000000000 elements, expected at most/);
    }
  });

  test.each([[nn.ReLU], [[new nn.ReLU()]], [undefined]])("Sequential refuses %j", (layer) => {
    expect(() => new nn.Sequential(layer as never)).toThrow(
      /^Sequential: received .* as layer 0, expected a Module\.$/,
    );
  });

  test.each<[unknown, string]>([
    ["he", 'received "he" as the initializer, expected one such as nn.init.heUniform(), with'],
    [() => [1, 2], "received a list of 2 from the initializer, expected it to return"],
    [(values: Float32Array) => values.fill(Number.NaN, 1, 2), "received NaN from the initializer"],
    [(values: Float32Array) => values.fill(Infinity), "received Infinity from the initializer"],
  ])("an initializer %s is refused", (initializer, message) => {
    const act = () => new nn.Linear(3, 2, { initializer: initializer as never });
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(`Linear(3, 2): ${message}`);
  });

  test.each<[string, (options: object) => unknown]>([
    ["Linear(3, 2): received bias", (bias) => new nn.Linear(3, 2, { bias } as never)],
    ["Conv2d(3, 2): received bias", (bias) => new nn.Conv2d(3, 2, 1, { bias } as never)],
    [
      "TiedLinear(2, 3): received bias",
      (bias) => new nn.TiedLinear(new nn.Linear(3, 2), { bias } as never),
    ],
    ["LayerNorm(3): received bias", (bias) => new nn.LayerNorm(3, { bias } as never)],
    ["LayerNorm(3): received affine", (affine) => new nn.LayerNorm(3, { affine } as never)],
    ["RMSNorm(3): received affine", (affine) => new nn.RMSNorm(3, { affine } as never)],
    ["GroupNorm(1, 3): received affine", (affine) => new nn.GroupNorm(1, 3, { affine } as never)],
    ["BatchNorm1d(3): received affine", (affine) => new nn.BatchNorm1d(3, { affine } as never)],
    [
      "BatchNorm1d(3): received trackRunningStatistics",
      (flag) => new nn.BatchNorm1d(3, { trackRunningStatistics: flag } as never),
    ],
    ["MaxPool1d: received ceilMode", (ceilMode) => new nn.MaxPool1d(2, { ceilMode } as never)],
    [
      "AvgPool1d: received countIncludePad",
      (flag) => new nn.AvgPool1d(2, { countIncludePad: flag } as never),
    ],
    [
      "MemoryNetwork(3, 2): received positionEncoding",
      (flag) => new nn.MemoryNetwork(3, 2, { positionEncoding: flag } as never),
    ],
    ["Linear.loadStateDict: received strict", (strict) => loading(new Map(), { strict })],
  ])("%s has to be true or false", (message, build) => {
    for (const [flag, written] of [
      ["no", '"no"'],
      [0, "0"],
      [null, "null"],
    ]) {
      expect(() => build(flag as never)).toThrow(`${message} ${written}, expected true or false.`);
    }
  });

  test.each<[string, (options: { dtype: never }) => unknown]>([
    ["Linear(3, 2)", (options) => new nn.Linear(3, 2, options)],
    ["Conv1d(3, 2)", (options) => new nn.Conv1d(3, 2, 1, options)],
    ["PReLU", (options) => new nn.PReLU(options)],
    ["Embedding(3, 2)", (options) => new nn.Embedding(3, 2, options)],
    ["PositionalEmbedding(3, 2)", (options) => new nn.PositionalEmbedding(3, 2, options)],
    ["MemoryNetwork(3, 2)", (options) => new nn.MemoryNetwork(3, 2, options)],
    ["LayerNorm(3)", (options) => new nn.LayerNorm(3, options)],
    ["RMSNorm(3)", (options) => new nn.RMSNorm(3, options)],
    ["GroupNorm(1, 3)", (options) => new nn.GroupNorm(1, 3, options)],
    ["BatchNorm2d(3)", (options) => new nn.BatchNorm2d(3, options)],
  ])("%s has floating weights only", (name, build) => {
    for (const dtype of ["int8", "int32", null]) {
      const act = () => build({ dtype: dtype as never });
      expect(act).toThrow(ArgumentError);
      expect(act).toThrow(`${name}: received dtype ${JSON.stringify(dtype)}, expected "float32"`);
    }
  });

  test.each<[string, (x: never) => unknown]>([
    ["elu", nn.functional.elu],
    ["gelu", nn.functional.gelu],
    ["leakyRelu", nn.functional.leakyRelu],
    ["silu", nn.functional.silu],
    ["softplus", nn.functional.softplus],
    ["step", nn.functional.step],
    ["dropout", nn.functional.dropout],
    ["layerNorm", (x) => nn.functional.layerNorm(x, 2)],
    ["rmsNorm", (x) => nn.functional.rmsNorm(x, 2)],
    ["groupNorm", (x) => nn.functional.groupNorm(x, 2)],
    ["batchNorm", (x) => nn.functional.batchNorm(x, { mean: ones([1]), variance: ones([1]) })],
    ["channelStatistics", nn.functional.channelStatistics],
  ])("functional.%s refuses what is no tensor", (name, act) => {
    for (const x of [undefined, [1, 2]]) {
      expect(() => act(x as never)).toThrow(ArgumentError);
      expect(() => act(x as never)).toThrow(
        /^(\w+): received .* as the input, expected a Tensor\.$/,
      );
      expect(() => act(x as never)).toThrow(`${name}: received`);
    }
  });

  test.each([
    ["PReLU", () => new nn.PReLU({ channels: 0 })],
    ["PReLU", () => new nn.PReLU({ channels: 1.5 })],
    ["LeakyReLU", () => new nn.LeakyReLU(Number.NaN)],
    ["Dropout", () => new nn.Dropout("0.5" as never)],
    ["PReLU", () => new nn.PReLU({ initial: Number.NaN })],
    ["ELU", () => new nn.ELU("1" as never)],
    ["Softplus", () => new nn.Softplus({ beta: 0 })],
    ["Softplus", () => new nn.Softplus({ threshold: Number.NaN })],
    ["softplus", () => nn.functional.softplus(ones([1]), { beta: -1 })],
    ["Softmax", () => new nn.Softmax(0.5)],
    ["LogSoftmax", () => new nn.LogSoftmax("1" as never)],
    ["Flatten", () => new nn.Flatten(Number.NaN)],
    ["GELU", () => new nn.GELU({ approximate: "fast" as never })],
    ["gelu", () => nn.functional.gelu(ones([1]), { approximate: "fast" as never })],
  ])("%s refuses an option out of its range", (name, act) => {
    expect(act).toThrow(ArgumentError);
    expect(act).toThrow(new RegExp(`^${name}: received`));
  });

  test.each([
    ["Linear", () => new nn.Linear(3, 2, null as never)],
    ["Linear", () => new nn.Linear(3, 2, false as never)],
    ["PReLU", () => new nn.PReLU(3 as never)],
    ["GELU", () => new nn.GELU("tanh" as never)],
    ["gelu", () => nn.functional.gelu(ones([1]), "tanh" as never)],
    ["Softplus", () => new nn.Softplus(2 as never)],
    ["Residual", () => new nn.Residual(new nn.ReLU(), new nn.ReLU() as never)],
    ["Linear.loadStateDict", () => loading(new Map(), null)],
  ])("%s refuses what are no options", (name, act) => {
    expect(act).toThrow(
      new RegExp(`^${name}: received .* as the options, expected a plain object`),
    );
  });

  test("a state dict is a Map of tensors", () => {
    expect(() => loading({})).toThrow(
      "Linear.loadStateDict: received a plain object as the state dict, expected a Map; new Map(",
    );
    expect(() => loading(new Map([["weight", [1, 2]]]))).toThrow(
      "Linear.loadStateDict: received a list of 2 as weight, expected a Tensor.",
    );
  });

  test("Dropout of integers is refused whatever p is", () => {
    expect(() => new nn.Dropout(0.5).forward(arange(4))).toThrow(DTypeError);
  });
});
