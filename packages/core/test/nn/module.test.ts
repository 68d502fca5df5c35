import { describe, expect, test } from "vitest";
import { Buffer, init, Linear, Module, Parameter, ReLU, Sequential } from "../../src/nn/index.js";
import { compile, ones, type Tensor, tensor, zeros } from "../../src/tensor/index.js";

class Mlp extends Module {
  hidden = [new Linear(2, 3), new Linear(3, 3)];
  output = new Linear(3, 1, { bias: false });
  seen = new Buffer(zeros([]), "");
  /** Plain tensors are configuration, alone and in arrays. */
  scale = ones([2]);
  scales = [ones([2]), ones([2])];
  optional: Linear | null = null;

  forward(x: Tensor): Tensor {
    for (const layer of this.hidden) x = layer.forward(x).relu();
    return this.output.forward(x);
  }
}

const values = (state: { dataSync(): ArrayLike<number> }): number[] => [
  ...Array.from(state.dataSync()),
];

describe("modes", () => {
  class Doubling extends Module {
    override forward(x: Tensor): Tensor {
      return this.training ? x.mul(2) : x;
    }
  }

  test("that a compiled function changes and puts back compile nothing anew", () => {
    const model = new Sequential(new Doubling());
    const both = compile((x: Tensor) => {
      const evaluated = model.eval().forward(x);
      return evaluated.add(model.train().forward(x));
    });
    const results = [1, 2, 3].map((value) => both(tensor([value])).itemSync());
    expect(results).toEqual([3, 6, 9]);
    expect(both.programs).toBe(1);
  });

  test("that a compiled function reads choose the Program", () => {
    const model = new Sequential(new Doubling());
    const run = compile((x: Tensor) => model.forward(x));
    const one = tensor([1]);
    const inMode = (training: boolean): number => {
      (model.layers[0] as Module).training = training;
      return run(one).itemSync();
    };
    expect([inMode(true), inMode(false), inMode(true), inMode(false)]).toEqual([2, 1, 2, 1]);
    expect(run.programs).toBe(2);
  });
});

describe("modes that no type checker has seen", () => {
  test("training is true or false", () => {
    const layer = new Linear(1, 1);
    expect(() => Object.assign(layer, { training: "no" })).toThrow(
      'Linear(1, 1): received training "no", expected true or false.',
    );
    expect(layer.training).toBe(true);
  });
});

describe("members", () => {
  test.each([new Linear(1, 1), new Parameter(ones([1])), [new Linear(1, 1)]])(
    "have no dots in their names: %s",
    (member) => {
      const model = Object.assign(new Mlp(), { "output.weight": member });
      expect(() => model.parameters()).toThrow(
        'Mlp: received a module, parameter or buffer in property "output.weight", expected a name ' +
          "without dots, as they part the names of a path.",
      );
    },
  );

  test("are modules, parameters and buffers, alone or in arrays, by path", () => {
    const model = new Mlp();
    expect([...model.namedParameters().keys()]).toEqual([
      "hidden.0.weight",
      "hidden.0.bias",
      "hidden.1.weight",
      "hidden.1.bias",
      "output.weight",
    ]);
    expect([...model.namedBuffers().keys()]).toEqual(["seen"]);
    expect([...model.namedModules().keys()]).toEqual(["", "hidden.0", "hidden.1", "output"]);
    expect(model.children()).toEqual([...model.hidden, model.output]);
    expect(model.modules()[0]).toBe(model);
    expect(model.buffers()).toEqual([model.seen]);
  });

  test("are named after their path in the largest model that listed them", () => {
    const model = new Mlp();
    model.output.parameters();
    expect(model.output.weight.name).toBe("weight");
    const whole = new Sequential(model, new ReLU());
    whole.parameters();
    expect(model.output.weight.name).toBe("layers.0.output.weight");
    model.parameters();
    expect(model.output.weight.name).toBe("layers.0.output.weight");
  });

  test("a name that the user gave stays", () => {
    class Scaled extends Module {
      factor = new Parameter(ones([]), "temperature");
      forward(x: Tensor): Tensor {
        return x.mul(this.factor);
      }
    }
    const model = new Scaled();
    expect([...model.namedParameters().keys()]).toEqual(["factor"]);
    expect(model.factor.name).toBe("temperature");
  });

  test("a tied parameter and a shared module count once", () => {
    class Tied extends Module {
      first = new Linear(2, 2);
      again = this.first;
      weight = this.first.weight;
      forward(x: Tensor): Tensor {
        return this.again.forward(this.first.forward(x));
      }
    }
    const model = new Tied();
    expect([...model.namedParameters().keys()]).toEqual(["weight", "first.bias"]);
    expect(model.children()).toEqual([model.first]);
    const dict = model.stateDict();
    expect([...dict.keys()]).toEqual(["weight", "first.bias"]);
    model
      .forward(ones([1, 2]))
      .sum()
      .backward();
    expect(model.weight.grad).not.toBeNull();
    expect(model.weight.grad?.shape).toEqual([2, 2]);
  });

  test("a module that holds its parent does not loop", () => {
    class Child extends Module {
      constructor(readonly parent: Module) {
        super();
      }
      forward(x: Tensor): Tensor {
        return x;
      }
    }
    class Parent extends Module {
      child = new Child(this);
      forward(x: Tensor): Tensor {
        return this.child.forward(x);
      }
    }
    expect([...new Parent().namedModules().keys()]).toEqual(["", "child"]);
  });

  test.each([
    ["an object", (layer: Linear) => ({ layer })],
    ["a Map", (layer: Linear) => new Map([["layer", layer]])],
    ["a Set", (layer: Linear) => new Set([layer])],
    ["a nested array", (layer: Linear) => [[layer]]],
  ])("inside %s are refused instead of left untrained", (_, hide) => {
    class Hiding extends Module {
      readonly parts = hide(new Linear(1, 1));
      forward(x: Tensor): Tensor {
        return x;
      }
    }
    expect(() => new Hiding().parameters()).toThrow(
      /Hiding: property "parts(\.0)?" holds a module.*flat array/,
    );
  });

  test("in a private field are left out", () => {
    class Hiding extends Module {
      readonly #teacher = new Linear(1, 1);
      forward(x: Tensor): Tensor {
        return this.#teacher.forward(x);
      }
    }
    expect(new Hiding().parameters()).toEqual([]);
  });
});

describe("modes", () => {
  test("train and eval reach every module below", () => {
    const model = new Mlp();
    expect(model.modules().every(({ training }) => training)).toBe(true);
    expect(model.eval()).toBe(model);
    expect(model.modules().some(({ training }) => training)).toBe(false);
    model.output.train();
    expect(model.modules().map(({ training }) => training)).toEqual([false, false, false, true]);
    model.train();
    expect(model.modules().every(({ training }) => training)).toBe(true);
  });

  test("frozen parameters get no gradient until they are thawed", () => {
    const model = new Mlp();
    const [first, second] = model.hidden as [Linear, Linear];
    first.freeze();
    const backward = () =>
      model
        .forward(ones([1, 2]))
        .sum()
        .backward();
    backward();
    expect(first.weight.requiresGrad).toBe(false);
    expect(first.weight.grad).toBeNull();
    expect(second.weight.grad).not.toBeNull();
    first.thaw();
    backward();
    expect(first.weight.grad).not.toBeNull();
  });
});

describe("state dict", () => {
  test("holds the values of now and restores them", () => {
    const model = new Mlp();
    const before = model.parameters().map(values);
    const dict = model.stateDict();
    expect([...dict.keys()]).toEqual([...model.namedParameters().keys(), "seen"]);
    for (const parameter of model.parameters()) parameter.assign(parameter.mul(0).add(7));
    model.seen.assign(ones([]));
    expect([...dict.values()].slice(0, 5).map(values)).toEqual(before);

    expect(model.loadStateDict(dict)).toEqual({ missing: [], unexpected: [] });
    expect(model.parameters().map(values)).toEqual(before);
    expect(values(model.seen)).toEqual([0]);
  });

  test("moves between models of the same sizes", () => {
    const [a, b] = [new Mlp(), new Mlp()];
    const x = tensor([[0.3, -2]]);
    b.loadStateDict(a.stateDict());
    expect(values(b.forward(x))).toEqual(values(a.forward(x)));
  });

  test("an error lists every name that does not fit, and nothing changes", () => {
    const model = new Linear(2, 3);
    const before = values(model.weight);
    const dict = new Map([
      ["weight", ones([3, 4])],
      ["extra", ones([1])],
    ]);
    expect(() => model.loadStateDict(dict)).toThrow(
      "Linear.loadStateDict: nothing was loaded; missing: bias; unexpected: extra; of the wrong " +
        "kind: weight (received float32 (3, 4), expected float32 (3, 2)).",
    );
    expect(values(model.weight)).toEqual(before);
  });

  test("a value that cannot be computed changes nothing", () => {
    const model = new Linear(2, 3);
    const before = model.parameters().map(values);
    const dict = new Map([
      ["weight", ones([3, 2])],
      ["bias", ones([2]).take(tensor(Int32Array.of(0, 1, 9)))],
    ]);
    expect(() => model.loadStateDict(dict)).toThrow("received index 9");
    expect(model.parameters().map(values)).toEqual(before);
  });

  test("strict: false loads what both have and reports the rest, but no wrong shape", () => {
    const model = new Linear(2, 3);
    const dict = new Map([
      ["weight", ones([3, 2])],
      ["extra", ones([1])],
    ]);
    expect(model.loadStateDict(dict, { strict: false })).toEqual({
      missing: ["bias"],
      unexpected: ["extra"],
    });
    expect(values(model.weight)).toEqual([1, 1, 1, 1, 1, 1]);
    dict.set("weight", zeros([3, 2], "int32"));
    expect(() => model.loadStateDict(dict, { strict: false })).toThrow(
      "weight (received int32 (3, 2), expected float32 (3, 2))",
    );
  });
});

test("initialisers can be chosen, and the bias then starts at 0", () => {
  const layer = new Linear(2, 2, { initializer: init.constant(0.5) });
  expect(values(layer.weight)).toEqual([0.5, 0.5, 0.5, 0.5]);
  expect(values(layer.bias as Parameter)).toEqual([0, 0]);
});
