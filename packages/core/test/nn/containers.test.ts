import { describe, expect, test } from "vitest";
import { ArgumentError, ShapeError } from "../../src/array/index.js";
import {
  Identity,
  Linear,
  Module,
  ModuleList,
  ReLU,
  Residual,
  Sequential,
} from "../../src/nn/index.js";
import { ones, type Tensor, tensor } from "../../src/tensor/index.js";
import { expectElements } from "./values.js";

describe("ModuleList", () => {
  class Scaled extends Module<[Tensor, number]> {
    readonly linear = new Linear(2, 2);

    forward(input: Tensor, factor: number): Tensor {
      return this.linear.forward(input).mul(factor);
    }
  }

  class Model extends Module {
    readonly blocks = new ModuleList([new Scaled(), new Scaled(), new Scaled()]);

    forward(input: Tensor): Tensor {
      let x = input;
      for (const block of this.blocks) x = block.forward(x, 0.5);
      return x;
    }
  }

  test("is iterated, counted and looked into, from both ends", () => {
    const { blocks } = new Model();
    expect(blocks.length).toBe(3);
    expect([...blocks]).toEqual(blocks.layers);
    expect(blocks.at(-1)).toBe(blocks.at(2));
    expect(String(blocks)).toBe("ModuleList(3)");
  });

  test("its members are those of the model, by their places", () => {
    const model = new Model();
    expect([...model.namedParameters().keys()].slice(0, 2)).toEqual([
      "blocks.layers.0.linear.weight",
      "blocks.layers.0.linear.bias",
    ]);
    expect(model.parameters().length).toBe(6);
    model.blocks.freeze();
    expect(model.parameters().some(({ requiresGrad }) => requiresGrad)).toBe(false);
    expect(model.forward(ones([1, 2])).shape).toEqual([1, 2]);
  });

  test("does not change with the list it was made of", () => {
    const layers = [new ReLU()];
    const list = new ModuleList(layers);
    layers.push(new ReLU());
    expect(list.length).toBe(1);
  });

  test.each([3, -4, 0.5, "0"])("refuses the index %s, by its path", (index) => {
    const { blocks } = new Model();
    expect(() => blocks.at(index as number)).toThrow(ArgumentError);
    expect(() => blocks.at(index as number)).toThrow(
      /^ModuleList\(3\) "blocks": received index .*, expected an integer from -3 to 2\.$/,
    );
  });

  test("is not called, and holds nothing but modules", () => {
    expect(() => new Model().blocks.forward()).toThrow('ModuleList(3) "blocks": a list has no');
    expect(() => new ModuleList([new ReLU(), 3] as never)).toThrow(
      "ModuleList: received 3 as element 1 of the layers, expected a Module.",
    );
    expect(() => new ModuleList(new ReLU() as never)).toThrow(
      "ModuleList: received a ReLU as the layers, expected a list of Modules.",
    );
  });
});

describe("Residual", () => {
  test("adds the input to what the body makes of it", () => {
    expectElements(new Residual(new ReLU()).forward(tensor([-1, 2])), [-1, 4]);
    const double = new Residual(new Sequential(), { shortcut: new ReLU() });
    expectElements(double.forward(tensor([-1, 2])), [-1, 4]);
  });

  test("refuses a body that changes the shape, even where it would broadcast", () => {
    const model = new Sequential(new Residual(new Linear(3, 1)));
    expect(() => model.forward(ones([2, 3]))).toThrow(ShapeError);
    expect(() => model.forward(ones([2, 3]))).toThrow(
      'Residual "layers.0": received shape (2, 1) from the body, expected (2, 3) as from the input; ' +
        "give a shortcut that changes the shape alike.",
    );
    const shortcut = new Linear(3, 2);
    expect(() => new Residual(new Linear(3, 1), { shortcut }).forward(ones([2, 3]))).toThrow(
      "expected (2, 2) as from the shortcut",
    );
  });

  test.each<[string, () => unknown]>([
    ["a plain object", () => ({ output: ones([2]) })],
    ["undefined", () => undefined],
    ["a Promise", async () => ones([2])],
  ])("refuses a body or shortcut that returns %s", (what, forward) => {
    const odd = Object.assign(new ReLU(), { forward: forward as () => Tensor });
    expect(() => new Residual(odd).forward(ones([2]))).toThrow(
      `Residual: received ${what} as the output of the body, expected a Tensor`,
    );
    expect(() => new Residual(new ReLU(), { shortcut: odd }).forward(ones([2]))).toThrow(
      `Residual: received ${what} as the output of the shortcut, expected a Tensor`,
    );
  });

  test("refuses what are no modules", () => {
    expect(() => new Residual(3 as never)).toThrow("Residual: received 3 as the body");
    expect(() => new Residual(new ReLU(), { shortcut: 3 as never })).toThrow(
      "Residual: received 3 as the shortcut, expected a Module.",
    );
  });
});

test.each([new Sequential(), new Identity()])("%s hands on tensors only", (layer) => {
  expect(() => layer.forward([1] as never)).toThrow(
    `${layer}: received a list of 1 as the input, expected a Tensor.`,
  );
});
