import { beforeEach, describe, expect, test } from "vitest";
import { meanSquaredError } from "../../src/loss/index.js";
import { Linear, Module, Probe, ReLU, Sequential } from "../../src/nn/index.js";
import { SGD } from "../../src/optim/index.js";
import {
  compile,
  explain,
  gradients,
  manualSeed,
  noGradient,
  ones,
  randn,
  scan,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";

beforeEach(() => manualSeed(7));

const list = (each: Tensor | undefined): number[] => [...(each as Tensor).dataSync()];

const input = tensor([
  [0.5, -1, 2],
  [1, 0.25, -0.5],
]);

class Mlp extends Module {
  hidden = [new Linear(3, 4), new Linear(4, 4)];
  output = new Linear(4, 1);

  forward(x: Tensor): Tensor {
    for (const layer of this.hidden) x = layer.forward(x).relu();
    return this.output.forward(x);
  }
}

const training = (model: Mlp, optimizer = new SGD(model.parameters(), { learningRate: 0.1 })) =>
  function step(x: Tensor): Tensor {
    const cost = meanSquaredError(model.forward(x), ones([2, 1]));
    cost.backward();
    optimizer.step();
    return cost;
  };

/** What several runs compute is rounded in between, which one run need not do. */
const close = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(close) : expect.closeTo(value as number, 5);

/** Output and gradient of each hidden layer as they are before a step, by the definition. */
function expected(model: Mlp): { outputs: number[][]; gradients: number[][] } {
  const [first, second] = model.hidden as [Linear, Linear];
  const a = first.forward(input);
  const b = second.forward(a.relu());
  const cost = meanSquaredError(model.output.forward(b.relu()), ones([2, 1]));
  return { outputs: [a, b].map(list), gradients: gradients(cost, [a, b]).map(list) };
}

function expectRead(probe: Probe, { outputs, gradients }: ReturnType<typeof expected>): void {
  const read = ["hidden.0", "hidden.1"].map((path) => list(probe.gradients.get(path)));
  expect([...probe.outputs.values()].map(list)).toEqual(close(outputs));
  expect(read).toEqual(close(gradients));
}

describe("a probe of a compiled training step", () => {
  test("has outputs and gradients of every run", () => {
    const model = new Mlp();
    const probe = new Probe(model, "hidden.*");
    const step = compile(training(model));
    for (let run = 0; run < 3; run++) {
      const before = expected(model);
      step(input);
      expect([...probe.outputs.keys()]).toEqual(["hidden.0", "hidden.1"]);
      expectRead(probe, before);
    }
    expect(step.programs).toBe(1);
  });

  test("compiles once when it starts, and nothing when it stops or starts again", () => {
    const model = new Mlp();
    const step = compile(training(model));
    step(input);
    const probe = new Probe(model);
    step(input);
    expect(step.programs).toBe(2);
    probe.stop();
    const last = list(probe.outputs.get("hidden.0"));
    step(input);
    expect(list(probe.outputs.get("hidden.0"))).toEqual(last);
    probe.start();
    probe.start();
    const before = expected(model);
    step(input);
    expect(list(probe.outputs.get("hidden.0"))).toEqual(close(before.outputs[0]));
    expect(step.programs).toBe(2);
  });

  test("costs nothing before and after, and changes no bit of what is learnt", () => {
    const model = new Mlp();
    const twin = new Mlp();
    twin.loadStateDict(model.stateDict());
    const plain = explain(training(model), input);
    const probe = new Probe(model);
    expect(explain(training(model), input)).not.toBe(plain);
    const [step, other] = [compile(training(model)), compile(training(twin))];
    for (let run = 0; run < 5; run++) step(input);
    for (let run = 0; run < 5; run++) other(input);
    expect(model.parameters().map(list)).toEqual(twin.parameters().map(list));
    probe.stop();
    expect(explain(training(model), input)).toBe(plain);
    expect(model.modules().some((module) => Object.hasOwn(module, "forward"))).toBe(false);
  });

  test("brings out what the statistic says, and nothing more", () => {
    const model = new Mlp();
    const probe = new Probe(model, "hidden.0", { statistic: (x) => x.abs().max() });
    const { outputs, gradients } = expected(model);
    compile(training(model))(input);
    const largest = (values: number[] = []): number[] => [Math.max(...values.map(Math.abs))];
    expect([...probe.outputs.keys(), ...probe.gradients.keys()]).toEqual(["hidden.0", "hidden.0"]);
    expect(list(probe.outputs.get("hidden.0"))).toEqual(close(largest(outputs[0])));
    expect(list(probe.gradients.get("hidden.0"))).toEqual(close(largest(gradients[0])));
  });

  test("has no gradients before frozen layers and without backward pass", () => {
    const model = new Mlp();
    model.freeze("hidden.0");
    const probe = new Probe(model, "hidden.*");
    compile((x: Tensor) => noGradient(() => model.forward(x)))(input);
    expect([probe.outputs.size, probe.gradients.size]).toEqual([2, 0]);
    compile(training(model))(input);
    expect([...probe.gradients.keys()]).toEqual(["hidden.1"]);
  });

  test("and another on the same layers do not disturb each other", () => {
    const model = new Mlp();
    const probes = [new Probe(model, "hidden.0"), new Probe(model, "hidden.*")] as const;
    const step = compile(training(model));
    const before = expected(model);
    step(input);
    probes[0].stop();
    expect(list(probes[0].outputs.get("hidden.0"))).toEqual(close(before.outputs[0]));
    expectRead(probes[1], before);
    const now = expected(model);
    step(input);
    expect(list(probes[0].outputs.get("hidden.0"))).toEqual(close(before.outputs[0]));
    expectRead(probes[1], now);
    probes[1].stop();
    expect(model.modules().some((module) => Object.hasOwn(module, "forward"))).toBe(false);
  });
});

test("in eager use a probe has outputs after forward and gradients after backward", () => {
  const model = new Mlp();
  const before = expected(model);
  const probe = new Probe(model, "hidden.*");
  const cost = meanSquaredError(model.forward(input), ones([2, 1]));
  expect([...probe.outputs.values()].map(list)).toEqual(close(before.outputs));
  expect(probe.gradients.size).toBe(0);
  cost.backward();
  expectRead(probe, before);
});

describe("names", () => {
  test("a layer called again has a number, in every pass anew", () => {
    class Twice extends Module {
      first = new Linear(3, 3);
      relu = new ReLU();
      forward(x: Tensor): Tensor {
        return this.relu.forward(this.first.forward(this.relu.forward(x)));
      }
    }
    const model = new Twice();
    const probe = new Probe(model, "relu");
    for (let pass = 0; pass < 2; pass++) model.forward(input);
    const outputs = new Map([...probe.outputs].map(([name, each]) => [name, list(each)]));
    probe.stop();
    expect(outputs).toEqual(
      new Map([
        ["relu", list(input.relu())],
        ["relu#2", list(model.forward(input))],
      ]),
    );
  });

  test("of the tensors of an output are the way to each", () => {
    class Several extends Module<[Tensor], unknown> {
      forward(x: Tensor): unknown {
        return { output: x, state: [x.mul(2), { deep: x.mul(3) }], length: 3, none: null };
      }
    }
    class Outer extends Module<[Tensor], unknown> {
      inner = new Several();
      forward(x: Tensor): unknown {
        return this.inner.forward(x);
      }
    }
    const model = new Outer();
    const probe = new Probe(model, "inner");
    expect(model.forward(input)).toMatchObject({ length: 3, none: null });
    expect([...probe.outputs.keys()]).toEqual([
      "inner:output",
      "inner:state.0",
      "inner:state.1.deep",
    ]);
    expect(list(probe.outputs.get("inner:state.1.deep"))).toEqual(list(input.mul(3)));
  });

  test("of the tensors of the model's output are the way to each, apart from its layers", () => {
    class Halves extends Module<[Tensor], { output: Tensor; state: Tensor }> {
      output = new Linear(3, 3);
      forward(x: Tensor): { output: Tensor; state: Tensor } {
        return { output: x.neg(), state: this.output.forward(x) };
      }
    }
    const model = new Halves();
    const probe = new Probe(model);
    const { output, state } = model.forward(input);
    expect([...probe.outputs.keys()]).toEqual(["output", ":output", "state"]);
    expect(list(probe.outputs.get(":output"))).toEqual(list(output));
    expect(list(probe.outputs.get("output"))).toEqual(list(state));
  });

  test("default to all layers and the model itself", () => {
    const model = new Sequential(new Linear(3, 2), new ReLU());
    const probe = new Probe(model);
    const output = list(model.forward(input));
    expect([...probe.outputs.keys()]).toEqual(["layers.0", "layers.1", ""]);
    expect(list(probe.outputs.get(""))).toEqual(output);
  });
});

describe("in the body of a scan", () => {
  class Recurrent extends Module {
    cell = new Linear(3, 3);
    output = new Linear(3, 1);

    forward(sequence: Tensor): Tensor {
      const { carries } = scan(
        ([h], [x]) => {
          const next = this.cell.forward(h as Tensor).add(x as Tensor);
          return { carries: [next], outputs: [] };
        },
        { carries: [ones([3])], sequences: [sequence] },
      );
      return this.output.forward(carries[0] as Tensor);
    }
  }

  test.each(["eager", "compiled"])("a layer has the outputs of all iterations, %s", (mode) => {
    const model = new Recurrent();
    const probe = new Probe(model, ["cell", "output"]);
    const pass = (x: Tensor): Tensor => {
      const cost = model.forward(x).sum();
      cost.backward();
      return cost;
    };
    (mode === "eager" ? pass : compile(pass))(input);
    const outputs = probe.outputs.get("cell");
    expect(outputs?.shape).toEqual([2, 3]);
    probe.stop();
    const first = model.cell.forward(ones([3]));
    const second = model.cell.forward(first.add(input.at(0)));
    expect(list(outputs)).toEqual(close([...list(first), ...list(second)]));
    // The loop that runs the other way keeps the gradients of its iterations to itself.
    expect([...probe.gradients.keys()]).toEqual(["output"]);
  });

  test("a loop in a loop has an axis for each", () => {
    class Nested extends Module {
      cell = new Recurrent();
      forward(x: Tensor): Tensor {
        const { outputs } = scan(
          (_, [slice]) => ({ carries: [], outputs: [this.cell.forward(slice as Tensor)] }),
          { carries: [], sequences: [x] },
        );
        return outputs[0] as Tensor;
      }
    }
    const model = new Nested();
    const probe = new Probe(model, "cell.cell");
    compile((x: Tensor) => model.forward(x))(randn([4, 2, 3]));
    expect(probe.outputs.get("cell.cell")?.shape).toEqual([4, 2, 3]);
  });
});

test("a forward that throws leaves nothing behind", () => {
  const model = new Mlp();
  const probe = new Probe(model, "hidden.0");
  expect(() => model.forward(ones([2, 5]))).toThrow("received shape (2, 5)");
  model.forward(input);
  expect([...probe.outputs.keys()]).toEqual(["hidden.0"]);
});

test.each([
  [() => new Probe({} as Module), "Probe: received a plain object as the model, expected a Module"],
  [
    () => new Probe(new Mlp(), "hiden.*"),
    'Probe: received "hiden.*", which matches no layer, expected a path such as "hidden.0", ',
  ],
  [() => new Probe(new Mlp(), []), "Probe: received a list of 0 as a pattern, expected a path"],
  [
    () => new Probe(new Mlp(), "*", { every: 2 } as object),
    'received an option named "every", expected names among statistic',
  ],
  [
    () => new Probe(new Mlp(), "*", { statistic: "max" as never }),
    'received "max" as statistic, expected a Function',
  ],
  [
    () => {
      const model = new Mlp();
      new Probe(model, "*", { statistic: (() => 3) as never });
      model.forward(input);
    },
    "received 3 as the result of statistic, expected a Tensor",
  ],
])("bad input %#", (make, message) => {
  expect(make).toThrow(message);
});
