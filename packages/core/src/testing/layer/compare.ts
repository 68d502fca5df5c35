import { VersantError } from "../../array/index.js";
import type { AnyModule } from "../../nn/index.js";
import { type Tensor, tensor } from "../../tensor/index.js";
import { decode, type EncodedTensor, largestOf, requireClose } from "../encoded.js";
import { gradcheck } from "../gradcheck.js";
import type { LayerFixture } from "./fixture.js";
import {
  build,
  differentiate,
  inputName,
  outputOf,
  type Setting,
  type Subject,
  train,
} from "./run.js";

/** Runs a part of a check, and says in an error which it was. */
export type Aspect = <R>(what: string, body: () => R) => R;

const inMode = <L extends AnyModule>(layer: L, { evaluation = false }: LayerFixture): L =>
  evaluation ? layer.eval() : layer.train();

/** Gradients of inputs and parameters agree with central differences, on the reference device. */
export function checkGradients<L extends AnyModule>(
  subject: Subject<L>,
  fixture: LayerFixture,
  aspect: Aspect,
): void {
  const dtype = "float64";
  const layer = inMode(build(subject, dtype, fixture.states), fixture);
  const inputs = subject.inputs.map((each) => decode(displaced(each), dtype));
  const run = (...given: Tensor[]): Tensor => outputOf(subject, layer, given, dtype);
  inputs.forEach((input, index) => {
    if (input.dtype !== dtype) return;
    aspect(`gradcheck of ${inputName(index)}`, () =>
      gradcheck((moved) => run(...inputs.with(index, moved)), [input]),
    );
  });
  for (const [name, parameter] of layer.namedParameters()) {
    if (!parameter.requiresGrad) continue;
    aspect(`gradcheck of ${name}`, () => gradcheck(() => run(...inputs), [parameter]));
  }
}

/** Floating elements moved by 1/1024 to 2/1024, each by another amount. */
function displaced(input: EncodedTensor): EncodedTensor {
  const { data, dtype } = input;
  if (dtype !== undefined) return input;
  const move = (index: number): number => (1 + index / data.length) / 1024;
  return { ...input, data: data.map((element, index) => Number(element) + move(index)) };
}

// Units of rounding times the scale. In float32 twice what any layer needs; a softmax is the
// longest chain.
const units = { float32: 16 * 2 ** -24, float64: 1e-13 };

/** On the device in use the layer computes what stands in the fixture. */
export function compareWithFixture<L extends AnyModule>(
  subject: Subject<L>,
  fixture: LayerFixture,
  setting: Setting,
  aspect: Aspect,
): void {
  const { dtype } = setting;
  const { output: expected, cotangent = expected } = fixture;
  const layer = inMode(build(subject, dtype, fixture.states), fixture);
  const { output, gradients } = aspect("output", () =>
    differentiate(subject, layer, cotangent, setting),
  );
  const by = (scale: readonly number[]) => (element: number) =>
    units[dtype] * (scale[element] as number);
  aspect("output", () => requireClose(output, expected, by(expected.scale)));
  for (const [name, gradient] of Object.entries(fixture.gradients ?? {})) {
    aspect(`gradient of ${name}`, () => {
      requireClose(entryOf(gradients, name), gradient, by(gradient.scale));
    });
  }
  compareTraining(subject, fixture, setting, aspect);
}

function compareTraining<L extends AnyModule>(
  subject: Subject<L>,
  { states, training }: LayerFixture,
  setting: Setting,
  aspect: Aspect,
): void {
  if (!training) return;
  const { dtype } = setting;
  const layer = build(subject, dtype, states);
  const within = (expected: EncodedTensor) => {
    // A few times what PyTorch's float32 is off by: one may add in another order.
    const rounding = dtype === "float64" ? 0 : 8 * training.rounding;
    return () => Math.max(rounding, 8 * units[dtype] * largestOf(expected));
  };
  aspect("ten training steps", () => {
    const losses = tensor(train(subject, layer, training.target, setting), { dtype: "float64" });
    requireClose(losses, training.losses, within(training.losses));
  });
  const final = layer.stateDict();
  for (const [name, expected] of Object.entries(training.states)) {
    aspect(`${name} after ten training steps`, () =>
      requireClose(entryOf(final, name), expected, within(expected)),
    );
  }
}

function entryOf(values: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const value = values.get(name);
  if (value) return value;
  throw new VersantError(
    `the layer has none, expected one; it has ${[...values.keys()].join(", ") || "none at all"}.`,
  );
}
