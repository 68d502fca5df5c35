import { describe, expect, test } from "vitest";
import { ArgumentError, DTypeError, ShapeError, VersantError } from "../../src/array/index.js";
import { defaultDevice, useDevice } from "../../src/device/index.js";
import { Buffer, Dropout, Linear, Module, Parameter } from "../../src/nn/index.js";
import {
  customOperation,
  manualSeed,
  observe,
  ones,
  rand,
  randomState,
  type Tensor,
  tensor,
} from "../../src/tensor/index.js";
import {
  checkLayer,
  type EncodedTensor,
  type LayerFixture,
  type ScaledTensor,
} from "../../src/testing/index.js";

type FloatDType = "float32" | "float64";

const x = tensor([
  [0.5, -1.25, 2],
  [1.5, 0.75, -0.5],
]);

/** y = f(w x) with a weight drawn at random: what the tests below do wrong is f, or more than it. */
class Scale extends Module {
  readonly weight: Parameter;

  constructor(
    dtype: FloatDType,
    readonly f: (scaled: Tensor, layer: Scale) => Tensor = (scaled) => scaled,
  ) {
    super();
    this.weight = new Parameter(rand([3]).add(0.5).cast(dtype));
  }

  forward(input: Tensor): Tensor {
    return this.f(input.mul(this.weight), this);
  }
}

const check = (f?: (scaled: Tensor, layer: Scale) => Tensor): Promise<void> =>
  checkLayer({ make: (dtype) => new Scale(dtype, f), inputs: [x], outputShape: [2, 3] });

describe("a sound layer passes", () => {
  test("with parameters, refusals, and an input whose elements stand at kinks", async () => {
    await checkLayer({
      make: (dtype) => new Linear(3, 2, { dtype }),
      inputs: [x],
      outputShape: [2, 2],
      refuses: [
        { call: (layer) => layer.forward(ones([2, 4])), error: ShapeError, message: "(2, 4)" },
      ],
    });
    await checkLayer({
      make: (dtype) => new Scale(dtype, (scaled) => scaled.relu()),
      inputs: [tensor([[0, 0, -1]])],
      outputShape: [1, 3],
    });
  });

  test.each([true, false])("with random draws, evaluation: %s", async (evaluation) => {
    await checkLayer({ make: () => new Dropout(), inputs: [x], outputShape: [2, 3], evaluation });
  });

  test("with several inputs, one of them integers, and several results", async () => {
    class Pair extends Module<[Tensor, Tensor], readonly [Tensor, Tensor]> {
      readonly weight: Parameter;

      constructor(dtype: FloatDType) {
        super();
        this.weight = new Parameter(rand([4, 3]).cast(dtype));
      }

      forward(input: Tensor, rows: Tensor): readonly [Tensor, Tensor] {
        const taken = this.weight.take(rows);
        return [taken.mul(input), taken];
      }
    }
    const inputs = [x, tensor(Int32Array.of(3, 0))];
    const subject = { make: (dtype: FloatDType) => new Pair(dtype), inputs, outputShape: [2, 3] };
    await checkLayer({ ...subject, call: (layer, a, rows) => layer.forward(a, rows as never)[0] });
    await expect(checkLayer(subject)).rejects.toThrow(
      "checkLayer: Pair: float64 on reference: the layer does not return a tensor; say with `call`",
    );
  });

  test("that stops a gradient on purpose, and says so", async () => {
    const make = (dtype: FloatDType) => new Scale(dtype, (scaled) => scaled.add(scaled.detach()));
    const subject = { make, inputs: [x], outputShape: [2, 3] };
    await checkLayer({ ...subject, gradcheck: false });
    await expect(checkLayer(subject)).rejects.toThrow("gradcheck of input 0");
  });

  test("that draws in evaluation mode, and says so", async () => {
    const make = (dtype: FloatDType) =>
      new Scale(dtype, (scaled) => scaled.add(rand([2, 3]).cast(scaled.dtype)));
    const subject = { make, inputs: [x], outputShape: [2, 3] };
    await checkLayer({ ...subject, portable: false });
    await expect(checkLayer(subject)).rejects.toThrow(
      "checkLayer: Scale: GraphModel: GraphModel.trace: random (2, 3) draws random numbers",
    );
  });

  test("without anything to train or differentiate", async () => {
    await checkLayer({
      make: (dtype) => new Scale(dtype, (scaled) => scaled.greater(0).cast(scaled.dtype)).freeze(),
      inputs: [x],
      outputShape: [2, 3],
    });
  });
});

describe("a layer that is not sound is told what is wrong", () => {
  test("a gradient", async () => {
    const wrong = customOperation({
      name: "wrong",
      forward: (a: Tensor) => a.square(),
      backward: (gradient, { inputs: [a] }) => [gradient.mul(a)],
    });
    await expect(check((scaled) => wrong(scaled))).rejects.toThrow(
      /^checkLayer: Scale: gradcheck of input 0: gradcheck: for element \[0,0\]/,
    );
  });

  test("the gradient of a parameter", async () => {
    await expect(check((scaled, { weight }) => scaled.add(weight.detach()))).rejects.toThrow(
      /^checkLayer: Scale: gradcheck of weight: gradcheck: for element/,
    );
  });

  test("a parameter that takes no part", async () => {
    class Idle extends Scale {
      readonly idle = new Parameter(ones([2]));
    }
    await expect(
      checkLayer({ make: (dtype) => new Idle(dtype), inputs: [x], outputShape: [2, 3] }),
    ).rejects.toThrow("gradcheck of idle: gradcheck: the function's result does not depend on");
  });

  test("the output's shape", async () => {
    await expect(check((scaled) => scaled.unsqueeze(0))).rejects.toThrow(
      "checkLayer: Scale: float64 on reference: output shape: received (1, 2, 3), expected (2, 3).",
    );
  });

  test("the output's dtype", async () => {
    await expect(
      checkLayer({
        make: () => new Scale("float32"),
        call: (layer, input) => layer.forward(input.cast("float32")),
        inputs: [x],
        outputShape: [2, 3],
      }),
    ).rejects.toThrow("output dtype: received float32 from a layer made for float64");
  });

  test("a result that depends on the dtype, or on the mode of execution", async () => {
    await expect(
      check((scaled) => (scaled.dtype === "float32" ? scaled.mul(1.001) : scaled)),
    ).rejects.toThrow(/^checkLayer: Scale: output, float32 on \w+, eager: element \[0,0\] is/);
    await expect(check((scaled) => scaled.mul(scaled.sum().itemSync()))).rejects.toThrow(
      /^checkLayer: Scale: .*compiled: /,
    );
  });

  test("steps that are compiled again and again", async () => {
    let calls = 0;
    const changing = (): number => calls++;
    await expect(
      check((scaled) => {
        observe(changing);
        return scaled;
      }),
    ).rejects.toThrow(
      /ten training steps, float\d+ on \w+, compiled: ten equal steps were compiled/,
    );
  });

  test("a state that is not saved", async () => {
    class Hidden extends Scale {
      readonly #factor: Parameter;

      constructor(dtype: FloatDType) {
        super(dtype);
        this.#factor = new Parameter(rand([3]).cast(dtype));
      }

      override forward(input: Tensor): Tensor {
        return super.forward(input).mul(this.#factor);
      }
    }
    await expect(
      checkLayer({ make: (dtype) => new Hidden(dtype), inputs: [x], outputShape: [2, 3] }),
    ).rejects.toThrow(
      "checkLayer: Hidden: state dict: in evaluation mode a layer that was given the state of another",
    );
  });

  test("a buffer that is not saved", async () => {
    class Counting extends Scale {
      readonly #count: Buffer;

      constructor(dtype: FloatDType) {
        super(dtype);
        this.#count = new Buffer(ones([], dtype));
      }

      override forward(input: Tensor): Tensor {
        if (this.training) this.#count.assign(this.#count.add(1));
        return super.forward(input).mul(this.training ? 1 : this.#count);
      }
    }
    await expect(
      checkLayer({ make: (dtype) => new Counting(dtype), inputs: [x], outputShape: [2, 3] }),
    ).rejects.toThrow("property of its own? element [0,0] is");
  });

  const make = (dtype: FloatDType): Scale => new Scale(dtype);
  const fine = { make, inputs: [x], outputShape: [2, 3] };

  test.each<[unknown, string]>([
    [undefined, "checkLayer: received undefined as the check, expected a plain object of make,"],
    [{}, "checkLayer: received undefined as make, expected a Function."],
    [
      { ...fine, make: () => 3 },
      "checkLayer: received 3 as the result of make, expected a Module.",
    ],
    [{ ...fine, call: 3 }, "checkLayer: received 3 as call"],
    [
      { ...fine, inputs: x },
      "checkLayer: received a Tensor as inputs, expected a list of Tensors.",
    ],
    [{ ...fine, outputShape: 2 }, "checkLayer: received 2 as outputShape"],
    [{ ...fine, refuses: {} }, "checkLayer: received a plain object as refuses, expected a list"],
    [{ ...fine, gradcheck: "no" }, 'checkLayer: received gradcheck "no", expected true or false.'],
    [{ ...fine, evaluation: 1 }, "checkLayer: received evaluation 1, expected true or false."],
    [
      { make, fixture: {} },
      "checkLayer: received a plain object as the fixture, expected an object with states, a list",
    ],
    [{ make, fixture: null }, "checkLayer: received null as the fixture"],
  ])("the check %#", async (wrong, message) => {
    await expect(checkLayer(wrong as never)).rejects.toThrow(message);
    await checkLayer({ ...fine, call: undefined as never, refuses: undefined as never });
  });

  test("a misspelt field", async () => {
    await expect(
      checkLayer({ make: () => new Dropout(), inputs: [x], outputshape: [2, 3] } as never),
    ).rejects.toThrow('checkLayer: received an option named "outputshape"');
  });
});

describe("refusals", () => {
  const refusal = (
    refuse: (layer: Linear) => unknown,
    error: typeof ShapeError = ShapeError,
    message = "expected",
  ): Promise<void> =>
    checkLayer({
      make: (dtype) => new Linear(3, 2, { dtype }),
      inputs: [x],
      outputShape: [2, 2],
      refuses: [{ call: refuse, error, message }],
    });

  test("an error that does not name the layer", async () => {
    await expect(
      refusal(() => {
        throw new ShapeError("matmul: received (2, 4), expected (2, 3).");
      }),
    ).rejects.toThrow(
      "checkLayer: Linear(3, 2): refusals: received ShapeError: matmul: received (2, 4), expected " +
        '(2, 3)., expected it to name Linear(3, 2) "checked"',
    );
  });

  test("no error at all, one of another class, another message", async () => {
    const call = (layer: Linear): Tensor => layer.forward(ones([2, 4]));
    await expect(refusal(() => null)).rejects.toThrow("nothing was thrown, expected ShapeError");
    await expect(refusal(call, DTypeError)).rejects.toThrow(
      'received ShapeError: Linear(3, 2) "checked": received shape (2, 4), expected (..., 3)',
    );
    await expect(refusal(call, ShapeError, "(2, 5)")).rejects.toThrow(
      'expected ShapeError with "(2, 5)".',
    );
    await refusal(call, ShapeError, "(2, 4)");
    await refusal((layer) => layer.forward(3 as never), ArgumentError, "received 3");
  });
});

describe("a fixture", () => {
  const scaled = (data: number[], shape = [data.length]): ScaledTensor => ({
    shape,
    data,
    scale: data.map(() => 4),
  });

  /** y = 2 x with target 0: the gradient of mean(y^2) by w is 2 y x / 3. */
  const fixture: LayerFixture = {
    states: { weight: { shape: [3], data: [2, 2, 2] } },
    inputs: [{ shape: [3], data: [1, 0, -0.5] }],
    output: scaled([2, 0, -1]),
    cotangent: { shape: [3], data: [1, 2, 3] },
    gradients: { "input 0": scaled([2, 4, 6]), weight: scaled([1, 0, -1.5]) },
  };
  const against = (changed: Partial<LayerFixture>): Promise<void> =>
    checkLayer({ make: (dtype) => new Scale(dtype), fixture: { ...fixture, ...changed } });

  /** Ten steps of v := 0.9 v + g, w := w - 0.05 v on w_i alone. */
  function tenSteps(): { losses: EncodedTensor; weight: EncodedTensor; target: EncodedTensor } {
    const inputs = [1, 0, -0.5];
    const weights = [2, 2, 2];
    const velocity = [0, 0, 0];
    const losses = Array.from({ length: 10 }, () => {
      const outputs = inputs.map((input, i) => input * (weights[i] as number));
      inputs.forEach((input, i) => {
        const gradient = (2 * (outputs[i] as number) * input) / 3;
        velocity[i] = 0.9 * (velocity[i] as number) + gradient;
        weights[i] = (weights[i] as number) - 0.05 * (velocity[i] as number);
      });
      return outputs.reduce((sum, each) => sum + each ** 2, 0) / 3;
    });
    return {
      losses: { shape: [10], data: losses },
      weight: { shape: [3], data: weights },
      target: { shape: [3], data: [0, 0, 0] },
    };
  }

  test("that is right passes, also in its ten training steps", async () => {
    const { losses, weight, target } = tenSteps();
    await against({ training: { losses, target, states: { weight }, rounding: 1e-6 } });
    await expect(
      against({
        training: { losses, target, states: { weight: target }, rounding: 1e-6 },
      }),
    ).rejects.toThrow("weight after ten training steps, float32 on");
    await expect(
      against({
        training: {
          losses: scaled([...losses.data].map(() => 1)),
          target,
          states: {},
          rounding: 0,
        },
      }),
    ).rejects.toThrow("ten training steps, float32 on");
  });

  test.each([
    ["the output", { output: scaled([2, 0, -1.001]) }, "eager: element [2] is -1, expected -1.001"],
    ["the shape", { output: scaled([2, 0, -1], [1, 3]) }, "output shape: received (3,)"],
    ["a gradient", { gradients: { weight: scaled([1, 0.1, -1.5]) } }, "gradient of weight, float"],
    ["another's gradient", { gradients: { bias: scaled([1]) } }, "gradient of bias, float"],
    ["a state that the layer lacks", { states: {} }, "nothing was loaded; missing: weight"],
  ])("disagrees in %s", async (_, changed, message) => {
    await expect(against(changed)).rejects.toThrow(message);
  });
});

test("device and random draws are put back, whether it passes or not", async () => {
  manualSeed(9);
  const draws = randomState();
  await useDevice("wasm");
  await check();
  await expect(check((scaled) => scaled.sum())).rejects.toThrow(VersantError);
  expect(defaultDevice().name).toBe("wasm");
  expect(randomState()).toEqual(draws);
});
