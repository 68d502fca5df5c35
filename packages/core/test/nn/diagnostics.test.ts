import { beforeEach, describe, expect, test } from "vitest";
import { meanSquaredError } from "../../src/loss/index.js";
import {
  type Diagnosis,
  Diagnostics,
  GRU,
  init,
  Linear,
  Module,
  ReLU,
  Sequential,
  Sigmoid,
} from "../../src/nn/index.js";
import { Adam, type Optimizer, SGD } from "../../src/optim/index.js";
import {
  compile,
  explain,
  manualSeed,
  noGradient,
  ones,
  Parameter,
  randn,
  scan,
  type Tensor,
  tensor,
  zeros,
} from "../../src/tensor/index.js";

beforeEach(() => manualSeed(3));

const list = (each: Tensor): number[] => [...each.dataSync()];

/** A step that brings the answer of the model to 0. */
const stepOf = (model: Module, optimizer: Optimizer = new SGD(model.parameters())) =>
  function step(x: Tensor): Tensor {
    const prediction = model.forward(x);
    const cost = meanSquaredError(prediction, zeros(prediction.shape));
    cost.backward();
    optimizer.step();
    return cost;
  };

function diagnose(model: Module, x: Tensor, step = stepOf(model)) {
  const diagnostics = new Diagnostics(model);
  compile(step)(x);
  diagnostics.stop();
  const { latest } = diagnostics;
  if (!latest) throw new Error("nothing was measured");
  return latest;
}

/** Linear layers of one neuron, each of which multiplies by `slope`. */
const chain = (layers: number, slope: number): Sequential =>
  new Sequential(
    ...Array.from({ length: layers }, () => {
      return new Linear(1, 1, { bias: false, initializer: init.constant(slope) });
    }),
  );

describe("gradients through five layers", () => {
  test.each([
    [0.1, 1e-5, "vanishing gradients", "that of layers.0 is 1e-5 of that of layers.5"],
    [10, 1e5, "exploding gradients", "that of layers.0 is 1e+5 times that of layers.5"],
  ])("of slope %d reach the first as %d", (slope, expected, kind, words) => {
    const { layers, warnings } = diagnose(chain(6, slope), ones([4, 1]));
    expect(layers.map(({ path }) => path)).toEqual([0, 1, 2, 3, 4, 5].map((n) => `layers.${n}`));
    const last = layers[5]?.gradient ?? Number.NaN;
    layers.forEach(({ gradient }, index) => {
      expect(gradient / last / slope ** (5 - index)).toBeCloseTo(1, 5);
    });
    expect((layers[0]?.gradient ?? 0) / last / expected).toBeCloseTo(1, 5);
    expect(warnings).toMatchObject([{ kind, path: "layers.0" }]);
    expect(warnings[0]?.message).toContain(words);
  });
});

describe("warnings", () => {
  const deep = (activation: () => Module, initializer: init.Initializer): Sequential =>
    new Sequential(
      ...Array.from({ length: 10 }, () => [
        new Linear(16, 16, { initializer }),
        activation(),
      ]).flat(),
      new Linear(16, 16, { initializer }),
    );
  const x = randn([64, 16]);

  test("name the layers of a deep network of sigmoids whose gradient vanishes", () => {
    const { warnings } = diagnose(
      deep(() => new Sigmoid(), init.xavierUniform()),
      x,
    );
    expect(warnings.map(({ kind, path }) => [kind, path])).toEqual([
      ["vanishing gradients", "layers.0"],
    ]);
    expect(warnings[0]?.message).toMatch(
      /^The gradients vanish: that of layers\.0 is \d\.?\de-\d+ of that of layers\.20, so it hardly/,
    );
  });

  test("name the layers of a deep network whose gradient explodes", () => {
    const { warnings } = diagnose(
      deep(() => new ReLU(), init.normal(2)),
      x,
    );
    expect(warnings.map(({ kind, path }) => [kind, path])).toEqual([
      ["exploding gradients", "layers.0"],
    ]);
  });

  test("are not given for ReLU with He initialisation, nor where all has been learnt", () => {
    expect(
      diagnose(
        deep(() => new ReLU(), init.heNormal()),
        x,
      ).warnings,
    ).toEqual([]);
    expect(diagnose(chain(6, 0), x.at(0).unsqueeze(1)).warnings).toEqual([]);
  });
});

describe("dead units", () => {
  /** What is seen of a ReLU that is given these, one after the other. */
  function watch(...inputs: Tensor[]): Diagnosis[] {
    class Gate extends Module {
      scale = new Parameter(ones([1]));
      relu = new ReLU();
      forward(x: Tensor): Tensor {
        return this.relu.forward(x.mul(this.scale)).mul(this.scale);
      }
    }
    const model = new Gate();
    const diagnostics = new Diagnostics(model);
    const step = compile(stepOf(model, new SGD(model.parameters(), { learningRate: 1e-9 })));
    const seen = inputs.map((x) => {
      step(x);
      return diagnostics.latest as Diagnosis;
    });
    diagnostics.stop();
    return seen;
  }

  /** Two samples of ten units, of which the first `dead` are 0. */
  const units = (dead: number): Tensor =>
    tensor([0, 1].map(() => Array.from({ length: 10 }, (_, unit) => (unit < dead ? -1 : 1))));

  test("are told of when the same nine tenths were so three looks in a row", () => {
    const seen = watch(units(9), units(10), units(9), units(9));
    const shares = seen.map(({ relus }) => relus.map(({ share, lasting }) => [share, lasting]));
    expect(shares).toEqual([[[0.9, 0]], [[1, 0]], [[0.9, 0.9]], [[0.9, 0.9]]]);
    const kinds = seen.map(({ warnings }) => warnings.map(({ kind }) => kind));
    expect(kinds).toEqual([[], [], ["dead units"], ["dead units"]]);
    expect(seen[2]?.warnings[0]?.message).toMatch(
      /^90 % of the units of relu were 0 for every sample, three looks in a row/,
    );
  });

  test("that come and go, or are fewer, are nothing to tell of", () => {
    const others = units(9).mul(-1);
    const comeAndGo = watch(units(9), units(9), others, units(9), units(9), others);
    expect(comeAndGo.flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(watch(units(8), units(8), units(8), units(8)).at(-1)?.warnings).toEqual([]);
  });

  test("of images are channels, wherever in the image they are 0", () => {
    const image = (...channels: number[][]): Tensor =>
      tensor(channels.flat()).reshape([1, channels.length, 1, 2]);
    const [seen] = watch(image([-1, -1], [-1, 1], [1, 1], [-2, -2]));
    expect(seen?.relus.map(({ share }) => share)).toEqual([0.5]);
  });

  test("begin anew where a batch has other units", () => {
    const seen = watch(units(10), units(10), zeros([2, 3]), units(10));
    expect(seen.map(({ relus }) => relus[0]?.lasting)).toEqual([0, 0, 0, 0]);
  });
});

describe("parameters", () => {
  const input = tensor([
    [1, 2],
    [0.5, -1],
  ]);

  test("have the norms of gradient and weight, and the size of the update against the weight", () => {
    const model = new Linear(2, 3);
    const initial = model.stateDict();
    const { parameters } = diagnose(model, input, stepOf(model, new Adam(model.parameters())));
    const after = model.parameters().map(list);
    model.loadStateDict(initial);
    const before = model.parameters().map(list);
    meanSquaredError(model.forward(input), zeros([2, 3])).backward();
    expect(parameters.map(({ path }) => path)).toEqual(["weight", "bias"]);
    parameters.forEach((row, index) => {
      const [old = [], now = []] = [before[index], after[index]];
      const gradient = list(model.parameters()[index]?.grad as Tensor);
      const update = now.map((value, element) => value - (old[element] ?? 0));
      expect(row.weight / Math.hypot(...old)).toBeCloseTo(1, 5);
      expect(row.gradient / Math.hypot(...gradient)).toBeCloseTo(1, 5);
      expect(row.updateRatio / (Math.hypot(...update) / Math.hypot(...old))).toBeCloseTo(1, 4);
    });
  });

  test("that were 0 have an infinite ratio, and those of no optimiser a ratio of 0", () => {
    const model = new Linear(2, 1, { initializer: init.constant(0.5) });
    const { weight } = model;
    const both = diagnose(model, input).parameters;
    expect(both[1]).toMatchObject({ path: "bias", weight: 0, updateRatio: Infinity });
    const one = diagnose(model, input, stepOf(model, new SGD([weight]))).parameters;
    expect(one[1]).toMatchObject({ path: "bias", updateRatio: 0 });
    expect(one[1]?.gradient).toBeGreaterThan(0);
    model.freeze("bias");
    expect(diagnose(model, input).parameters.map(({ path }) => path)).toEqual(["weight"]);
  });

  test.each([1e-25, 1e25])("have norms far below and above what has a square: %d", (size) => {
    class Scaled extends Module {
      weight = new Parameter(tensor([3 * size, 4 * size]));
      forward(x: Tensor): Tensor {
        return x.mul(this.weight);
      }
    }
    const model = new Scaled();
    const cost = (x: Tensor): Tensor => {
      const sum = model.forward(x).sum();
      sum.backward();
      return sum;
    };
    const [row] = diagnose(model, ones([1, 2]), cost).parameters;
    expect((row?.weight ?? 0) / (5 * size)).toBeCloseTo(1, 5);
    const { layers } = diagnose(model, ones([1, 2]), (x) => {
      const scaled = model.forward(x).mul(size).sum();
      scaled.backward();
      return scaled;
    });
    expect((layers[0]?.gradient ?? 0) / (Math.SQRT2 * size)).toBeCloseTo(1, 5);
  });
});

describe("layers", () => {
  test("that are called twice count with both calls; without gradient they are missing", () => {
    class Model extends Module {
      first = new Linear(2, 2);
      shared = new Linear(2, 2);
      looped = new Linear(2, 2);
      forward(x: Tensor): Tensor {
        const twice = this.shared.forward(this.shared.forward(this.first.forward(x)));
        const { outputs } = scan(
          (_, [row]) => ({ carries: [], outputs: [this.looped.forward(row as Tensor)] }),
          { carries: [], sequences: [twice] },
        );
        return outputs[0] as Tensor;
      }
    }
    const model = new Model().freeze("first");
    for (const layer of [model.shared, model.looped]) {
      layer.weight.assign(
        tensor([
          [2, 0],
          [0, 2],
        ]),
      );
      layer.bias?.assign(zeros([2]));
    }
    model.first.weight.assign(
      tensor([
        [1, 0],
        [0, 1],
      ]),
    );
    model.first.bias?.assign(zeros([2]));
    const { layers, parameters } = diagnose(model, tensor([[1, 0]]));
    // The answer is (8, 0), and the gradient of the mean square (8, 0).
    expect(layers).toEqual([{ path: "shared", gradient: Math.fround(Math.hypot(16, 32)) }]);
    expect(parameters.map(({ path }) => path)).toEqual([
      "shared.weight",
      "shared.bias",
      "looped.weight",
      "looped.bias",
    ]);
  });
});

test("a layer that runs its cells itself stands for them", () => {
  class Reader extends Module {
    rnn = new GRU(2, 3);
    unused = new Linear(2, 2);
    output = new Linear(3, 1);
    forward(x: Tensor): Tensor {
      return this.output.forward(this.rnn.forward(x).output.mean(1));
    }
  }
  const { layers } = diagnose(new Reader(), randn([2, 4, 2]));
  expect(layers.map(({ path }) => path)).toEqual(["rnn", "output"]);
});

describe("ReLUs", () => {
  test("are found where the function is used, and named after what they follow", () => {
    class Block extends Module {
      layer = new Linear(2, 2);
      forward(x: Tensor): Tensor {
        return x.add(this.layer.forward(x).relu()).relu();
      }
    }
    class Model extends Module {
      first = new Linear(2, 2);
      block = new Block();
      forward(x: Tensor): Tensor {
        const a = this.first.forward(x).reshape([-1]).relu().reshape(x.shape);
        return this.block.forward(a).mul(2).relu().relu();
      }
    }
    const { relus } = diagnose(new Model(), randn([4, 2]));
    expect(relus.map(({ path }) => path)).toEqual([
      "first (relu)",
      "block.layer (relu)",
      "block",
      "in Model (relu)",
      "Model",
    ]);
  });
});

describe("measuring", () => {
  const model = () => new Sequential(new Linear(3, 4), new ReLU(), new Linear(4, 1));
  const x = randn([8, 3]);

  test("compiles once, is over after stop, and changes no bit of what is learnt", () => {
    const [watched, twin] = [model(), model()];
    twin.loadStateDict(watched.stateDict());
    const plain = explain(stepOf(watched), x);
    const diagnostics = new Diagnostics(watched);
    const step = compile(stepOf(watched));
    const other = compile(stepOf(twin));
    expect(diagnostics.latest).toBeNull();
    for (let run = 0; run < 6; run++) {
      if (run % 2 === 0) diagnostics.start();
      else diagnostics.stop();
      const before = diagnostics.latest;
      step(x);
      other(x);
      expect(diagnostics.latest === before).toBe(run % 2 === 1);
    }
    expect(step.programs).toBe(2);
    expect(watched.parameters().map(list)).toEqual(twin.parameters().map(list));
    expect(explain(stepOf(watched), x)).toBe(plain);
    expect(watched.modules().some((module) => Object.hasOwn(module, "forward"))).toBe(false);
  });

  test("adds one output to the Program, of one number each", () => {
    const watched = model();
    const returned = (text: string): string[] =>
      /^return (.*)$/m.exec(text)?.[1]?.split(", ") ?? [];
    const plain = returned(explain(stepOf(watched), x)).length;
    const diagnostics = new Diagnostics(watched);
    const measuring = explain(stepOf(watched), x);
    diagnostics.stop();
    expect(returned(measuring)).toHaveLength(plain + 1);
    // Two layers, three numbers for each of four parameters, four units of a ReLU.
    expect(measuring).toMatch(/float32\[18\] output 1/);
  });

  test("sees nothing in functions without backward pass, nor in eager use", () => {
    const watched = model();
    const diagnostics = new Diagnostics(watched);
    compile((input: Tensor) => noGradient(() => watched.forward(input)))(x);
    compile((input: Tensor) => watched.forward(input))(x);
    watched.forward(x).sum().backward();
    expect(diagnostics.latest).toBeNull();
    diagnostics.stop();
  });

  test("needs a module", () => {
    expect(() => new Diagnostics([] as unknown as Module)).toThrow(
      "Diagnostics: received a list of 0 as the model, expected a Module",
    );
  });
});

test("a diagnosis reads as tables", () => {
  const model = new Sequential(
    new Linear(1, 1, { initializer: init.constant(0.5) }),
    new ReLU(),
    new Linear(1, 1, { bias: false, initializer: init.constant(2) }),
  );
  const text = String(diagnose(model, tensor([[2]])));
  expect(text.split("\n")).toEqual([
    "layer     gradient of its output",
    "--------------------------------",
    "layers.0                       8",
    "layers.2                       4",
    "",
    "parameter        gradient  weight  update / weight",
    "--------------------------------------------------",
    "layers.0.weight        16     0.5             0.32",
    "layers.0.bias           8       0         Infinity",
    "layers.2.weight         4       2             0.02",
    "",
    "ReLU      dead units  lasting",
    "-----------------------------",
    "layers.1         0 %      0 %",
    "",
    "No warnings.",
  ]);
  const ill = String(diagnose(chain(6, 0.1), ones([1, 1])));
  expect(ill).toMatch(/layers\.0 +\de-\d+\n/);
  expect(ill.split("\n").at(-1)).toMatch(/^The gradients vanish/);
});
