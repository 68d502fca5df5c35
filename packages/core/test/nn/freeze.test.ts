import { describe, expect, test } from "vitest";
import { DataLoader, TensorDataset } from "../../src/data/index.js";
import { meanSquaredError } from "../../src/loss/index.js";
import { BatchNorm1d, Linear, Module, Parameter, ReLU, Sequential } from "../../src/nn/index.js";
import { Adam, SGD } from "../../src/optim/index.js";
import { compile, explain, ones, randn, type Tensor, zeros } from "../../src/tensor/index.js";
import { Trainer } from "../../src/train/index.js";

class Mlp extends Module {
  encoder = new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 4));
  hidden = [new Linear(4, 4), new Linear(4, 4)];
  output = new Linear(4, 1);
  scale = new Parameter(ones([]));

  forward(x: Tensor): Tensor {
    let h = this.encoder.forward(x);
    for (const layer of this.hidden) h = layer.forward(h).relu();
    return this.output.forward(h).mul(this.scale);
  }
}

const frozenIn = (model: Module): string[] =>
  [...model.namedParameters()].flatMap(([path, { requiresGrad }]) => (requiresGrad ? [] : [path]));

const both = (...paths: string[]): string[] =>
  paths.flatMap((path) => [`${path}.weight`, `${path}.bias`]);

const encoder = both("encoder.layers.0", "encoder.layers.2");
const hidden = both("hidden.0", "hidden.1");

describe("freeze", () => {
  test.each([
    ["encoder", encoder],
    ["encoder.*", encoder],
    ["encoder.layers", encoder],
    ["encoder.layers.0", both("encoder.layers.0")],
    ["encoder.layers.2.bias", ["encoder.layers.2.bias"]],
    ["hidden", hidden],
    ["hidden.1", both("hidden.1")],
    ["h*n.0", both("hidden.0")],
    ["*.bias", [...encoder, ...hidden, ...both("output")].filter((path) => path.endsWith("bias"))],
    ["*1*t", ["hidden.1.weight"]],
    ["scale", ["scale"]],
    [
      ["hidden.0", "scale"],
      ["scale", ...both("hidden.0")],
    ],
  ])("%j freezes what it names", (patterns, expected) => {
    const model = new Mlp();
    expect(model.freeze(patterns)).toBe(model);
    expect(new Set(frozenIn(model))).toEqual(new Set(expected));
    model.freeze().thaw(patterns);
    const rest = [...model.namedParameters().keys()].filter((path) => !expected.includes(path));
    expect(frozenIn(model)).toEqual(rest);
  });

  test("dots and brackets are no wildcards", () => {
    const model = new Mlp();
    expect(() => model.freeze("hidden?0")).toThrow("matches no parameter");
    expect(() => model.freeze("hidden..")).toThrow("matches no parameter");
    expect(() => model.freeze("[a-z]*")).toThrow("matches no parameter");
  });

  test("a module's path stands for all of its parameters, shared ones too", () => {
    class Tied extends Module {
      first = new Linear(2, 2);
      weight = this.first.weight;
      forward(x: Tensor): Tensor {
        return this.first.forward(x);
      }
    }
    expect(frozenIn(new Tied().freeze("first"))).toEqual(["weight", "first.bias"]);
  });

  test("a pattern that matches nothing changes nothing and names what is near", () => {
    const model = new Mlp();
    expect(() => model.freeze(["hidden.0", "encodr.layers.0"])).toThrow(
      'Mlp.freeze: received "encodr.layers.0", which matches no parameter, expected a path such as ' +
        '"encoder.layers.0", "encoder.layers.2", "encoder.layers"; * stands for any characters.',
    );
    expect(() => model.thaw("hiden.*.weight")).toThrow(
      /^Mlp\.thaw: .* such as "hidden\.0\.weight", "hidden\.1\.weight"/,
    );
    expect(() => model.freeze("encoder.layers.1")).toThrow("matches no parameter");
    expect(() => model.freeze("")).toThrow("matches no parameter");
    expect(() => new ReLU().freeze("x")).toThrow("expected nothing, as there is none.");
    expect(frozenIn(model)).toEqual([]);
  });

  test.each([
    [7, "received 7 as a pattern"],
    [{ pattern: "encoder" }, "received a plain object as a pattern"],
    [["encoder", null], "received null as a pattern"],
    [[], "received a list of 0 as a pattern"],
  ])("%j is no pattern", (patterns, message) => {
    expect(() => new Mlp().freeze(patterns as unknown as string)).toThrow(message);
  });

  test.each([0, "false", null])("a parameter is not frozen by %j", (trained) => {
    const { scale } = new Mlp();
    expect(() => Object.assign(scale, { requiresGrad: trained })).toThrow(
      /^parameter \(\): received requiresGrad .*, expected true or false\.$/,
    );
    expect(scale.requiresGrad).toBe(true);
  });
});

describe("frozen parts", () => {
  /** Linear layers of one width, without activations. */
  const chain = (layers: number): Sequential =>
    new Sequential(...Array.from({ length: layers }, () => new Linear(3, 3)));

  const training = (model: Sequential, optimizer = new Adam(model.parameters())) =>
    function step(x: Tensor): Tensor {
      const cost = meanSquaredError(model.forward(x), zeros([8, 3]));
      cost.backward();
      optimizer.step();
      return cost;
    };

  const productsIn = (text: string): number => [...text.matchAll(/^matmul: /gm)].length;

  test.each([0, 1, 2, 3])("cost no gradient: the first %i of 4", (frozen) => {
    const model = chain(4);
    for (let layer = 0; layer < frozen; layer++) model.freeze(`layers.${layer}`);
    const forward = 4;
    const ofWeights = 4 - frozen;
    // The first layer that is trained hands no gradient on.
    const ofInputs = ofWeights - 1;
    expect(productsIn(explain(training(model), zeros([8, 3])))).toBe(
      forward + ofWeights + ofInputs,
    );
  });

  test("stay as they are while the rest trains, and go on when they are thawed", () => {
    const model = chain(3);
    const step = compile(training(model));
    const input = randn([8, 3]);
    const run = (steps: number): boolean[] => {
      const before = model.parameters().map((each) => [...each.dataSync()]);
      for (let index = 0; index < steps; index++) step(input);
      return model.parameters().map((each, index) => {
        const old = before[index] ?? [];
        return each.dataSync().every((value, element) => value === old[element]);
      });
    };
    const trained = [false, false];
    // Adam has moments for every parameter by then, which would move it on.
    expect(run(3)).toEqual([...trained, ...trained, ...trained]);
    model.freeze("layers.0");
    expect(run(3)).toEqual([true, true, ...trained, ...trained]);
    expect(step.programs).toBe(2);
    model.thaw("layers.0.bias");
    expect(run(3)).toEqual([true, false, ...trained, ...trained]);
    expect(step.programs).toBe(3);
    model.thaw();
    expect(run(3)).toEqual([...trained, ...trained, ...trained]);
    expect(step.programs).toBe(3);
  });

  test.each([
    ["move", undefined],
    ["stand still", (norm: BatchNorm1d) => norm.eval()],
  ])("have running statistics that %s in a fit", async (what, onFitStart) => {
    const norm = new BatchNorm1d(3);
    const model = new Sequential(norm, new Linear(3, 1)).freeze("layers.0");
    const before = [...norm.stateDict().values()].map((each) => [...each.dataSync()]);
    const trainer = new Trainer({
      model,
      loss: meanSquaredError,
      optimizer: new SGD(model.parameters()),
      callbacks: [{ onFitStart: () => void onFitStart?.(norm) }],
    });
    const data = new TensorDataset([randn([8, 3]).add(5), zeros([8, 1])]);
    await trainer.fit({ train: new DataLoader(data, { batchSize: 4 }), epochs: 1 });
    const after = new Map(
      [...norm.stateDict()].map(([name, each]) => [name, [...each.dataSync()]]),
    );
    expect(after.get("weight")).toEqual(before[0]);
    if (what === "move") expect(after.get("runningMean")?.every((mean) => mean > 0)).toBe(true);
    else expect([...after.values()]).toEqual(before);
  });
});
