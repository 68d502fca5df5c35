import { type Shape, sizeOf } from "../../array/index.js";
import type { AnyModule } from "../../nn/index.js";
import { manualSeed, type Tensor, tensor } from "../../tensor/index.js";
import { type EncodedTensor, encode, largestOf, type ScaledTensor } from "../encoded.js";
import type { LayerFixture, TrainingFixture } from "./fixture.js";
import { build, differentiate, type EncodedStates, isTrained, type Subject, train } from "./run.js";

const setting = { dtype: "float64", mode: "eager" } as const;

/** What a layer itself computes in float64, on the device in use. */
export function recordFixture<L extends AnyModule>(
  subject: Subject<L>,
  evaluation: boolean,
): LayerFixture {
  manualSeed(0);
  // In float32, so that every device starts from the same numbers.
  const states = encodeStates(subject.make("float32"));
  const layer = build(subject, setting.dtype, states);
  if (evaluation) layer.eval();
  const cotangent = waveOf(subject.outputShape);
  const { output, gradients } = differentiate(subject, layer, cotangent, setting);
  const fixture: LayerFixture = {
    evaluation,
    states,
    inputs: subject.inputs,
    output: scaled(output),
    cotangent,
    gradients: Object.fromEntries([...gradients].map(([name, each]) => [name, scaled(each)])),
  };
  if (evaluation || !isTrained(layer)) return fixture;
  return { ...fixture, training: recordTraining(subject, states, cotangent) };
}

function recordTraining<L extends AnyModule>(
  subject: Subject<L>,
  states: EncodedStates,
  target: EncodedTensor,
): TrainingFixture {
  const layer = build(subject, setting.dtype, states);
  const losses = encode(tensor(train(subject, layer, target, setting), { dtype: setting.dtype }));
  return { target, losses, states: encodeStates(layer), rounding: 1e-5 * largestOf(losses) };
}

const encodeStates = (layer: AnyModule): EncodedStates =>
  Object.fromEntries([...layer.stateDict()].map(([name, value]) => [name, encode(value)]));

/** The scale is ten times the largest element: how rounding adds up in the layer is not known. */
function scaled(value: Tensor): ScaledTensor {
  const encoded = encode(value);
  return { ...encoded, scale: encoded.data.map(() => 10 * largestOf(encoded)) };
}

/** Numbers from -1 to 1 that all differ. */
const waveOf = (shape: Shape): EncodedTensor => ({
  shape,
  data: Array.from({ length: sizeOf(shape) }, (_, index) => Math.fround(Math.sin(3 * index + 1))),
});
