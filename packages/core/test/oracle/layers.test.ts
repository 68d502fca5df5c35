import { nn, type Tensor } from "@versant/core";
import { expect, test } from "vitest";
import {
  type Differentiated,
  decode,
  describeOnDevices,
  expectAgreement,
  type Precision,
  readFixture,
} from "./fixture.js";

interface Case extends Differentiated {
  readonly layer: keyof typeof layers;
  readonly name: string;
  /** PyTorch's names; the inputs after the first are their values. */
  readonly parameters: readonly string[];
}

/** The layers of the generator; parameters are listed in PyTorch's order. */
const layers = {
  linear: (dtype) => new nn.Linear(4, 3, { dtype }),
  linearWithoutBias: (dtype) => new nn.Linear(4, 3, { bias: false, dtype }),
  relu: () => new nn.ReLU(),
  leakyRelu: () => new nn.LeakyReLU(),
  leakyReluSlope: () => new nn.LeakyReLU(0.2),
  prelu: (dtype) => new nn.PReLU({ dtype }),
  preluPerChannel: (dtype) => new nn.PReLU({ channels: 4, dtype }),
  gelu: () => new nn.GELU(),
  geluTanh: () => new nn.GELU({ approximate: "tanh" }),
  sigmoid: () => new nn.Sigmoid(),
  tanh: () => new nn.Tanh(),
  softmax: () => new nn.Softmax(),
  flatten: () => new nn.Flatten(),
  mlp: (dtype) =>
    new nn.Sequential(
      new nn.Linear(3, 6, { dtype }),
      new nn.ReLU(),
      new nn.Linear(6, 4, { dtype }),
      new nn.ReLU(),
      new nn.Linear(4, 2, { dtype }),
    ),
  mixed: (dtype) =>
    new nn.Sequential(
      new nn.Flatten(),
      new nn.Linear(6, 5, { dtype }),
      new nn.GELU(),
      new nn.Linear(5, 4, { dtype }),
      new nn.Tanh(),
      new nn.Linear(4, 3, { dtype }),
      new nn.Softmax(),
    ),
} satisfies Record<string, (dtype: Precision["dtype"]) => nn.Module>;

describeOnDevices("layers as in PyTorch", (precision) => {
  test.each(readFixture<Case>("layers"))("$layer, $name", (fixture) => {
    const [input, ...values] = fixture.inputs.map((each) => decode(each, precision, true));
    const model = layers[fixture.layer](precision.dtype);
    const parameters = model.namedParameters();
    // Sequential keeps its layers in the property `layers`.
    const names = [...parameters.keys()].map((name) => name.replace(/^layers\./, ""));
    expect(names).toEqual(fixture.parameters);
    const list = [...parameters.values()];
    list.forEach((parameter, index) => {
      parameter.assign(values[index] as Tensor);
    });
    const x = input as Tensor;
    expectAgreement(fixture, [x, ...list], model.forward(x), precision);
  });
});
