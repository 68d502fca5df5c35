import { formatShape, type Shape, ShapeError, sameShape, VersantError } from "../../array/index.js";
import { meanSquaredError } from "../../loss/index.js";
import type { AnyModule } from "../../nn/index.js";
import { SGD } from "../../optim/index.js";
import { compile, gradients, manualSeed, Parameter, Tensor } from "../../tensor/index.js";
import { decode, type EncodedTensor } from "../encoded.js";

/** What layers are checked in: float64 on the reference device, float32 on the others. */
export type FloatDType = "float32" | "float64";
export type Mode = "eager" | "compiled";

/** A layer with everything that its computation depends on. */
export interface Subject<L extends AnyModule> {
  readonly make: (dtype: FloatDType) => L;
  readonly call: (layer: L, ...inputs: Tensor[]) => Tensor;
  readonly inputs: readonly EncodedTensor[];
  readonly outputShape: Shape;
}

/** How a layer is run. */
export interface Setting {
  readonly dtype: FloatDType;
  readonly mode: Mode;
}

export type EncodedStates = Readonly<Record<string, EncodedTensor>>;

/** The seed of every run, so that each draws the same numbers. */
const seed = 1;
const steps = 10;

/** Whether there is anything for an optimiser. */
export const isTrained = (layer: AnyModule): boolean =>
  layer.parameters().some(({ requiresGrad }) => requiresGrad);

/** A new layer with given states. */
export function build<L extends AnyModule>(
  { make }: Subject<L>,
  dtype: FloatDType,
  states: EncodedStates,
): L {
  manualSeed(seed);
  const layer = make(dtype);
  const own = layer.stateDict();
  const given = Object.entries(states).map(([name, value]): [string, Tensor] => [
    name,
    decode(value, own.get(name)?.dtype ?? dtype),
  ]);
  layer.loadStateDict(new Map(given));
  return layer;
}

/** The output of a layer, if it is what the layer should give. */
export function outputOf<L extends AnyModule>(
  { call, outputShape }: Subject<L>,
  layer: L,
  inputs: Tensor[],
  dtype: FloatDType,
): Tensor {
  const output: unknown = call(layer, ...inputs);
  if (!(output instanceof Tensor)) {
    throw new VersantError(
      "the layer does not return a tensor; say with `call` which of its results to check.",
    );
  }
  if (!sameShape(output.shape, outputShape)) {
    throw new ShapeError(
      `output shape: received ${formatShape(output.shape)}, expected ${formatShape(outputShape)}.`,
    );
  }
  if (output.dtype === dtype) return output;
  throw new VersantError(
    `output dtype: received ${output.dtype} from a layer made for ${dtype}, expected ${dtype}; does ` +
      "`make` pass its dtype on to every part?",
  );
}

export const inputName = (index: number): string => `input ${index}`;

/**
 * The output, and the gradients of sum(output * cotangent) by the name of what they belong to:
 * "input 0", or the path of a parameter. No gradients where the output depends on nothing tracked.
 */
export function differentiate<L extends AnyModule>(
  subject: Subject<L>,
  layer: L,
  cotangent: EncodedTensor,
  { dtype, mode }: Setting,
): { output: Tensor; gradients: ReadonlyMap<string, Tensor> } {
  const weights = decode(cotangent, dtype);
  // Inside a compiled function gradients are those of parameters, so floating inputs are made some.
  const inputs = subject.inputs.map((each) =>
    each.dtype === undefined ? new Parameter(decode(each, dtype)) : decode(each, dtype),
  );
  const owners = new Map<string, Parameter>();
  inputs.forEach((each, index) => {
    if (each instanceof Parameter) owners.set(inputName(index), each);
  });
  for (const [name, parameter] of layer.namedParameters()) {
    if (parameter.requiresGrad) owners.set(name, parameter);
  }
  const run = (...others: Tensor[]): Tensor[] => {
    const rest = others.values();
    const given = inputs.map((each) =>
      each instanceof Parameter ? each : (rest.next().value as Tensor),
    );
    const output = outputOf(subject, layer, given, dtype);
    if (!output.requiresGrad) return [output];
    return [output, ...gradients(output.multiply(weights).sum(), [...owners.values()])];
  };
  manualSeed(seed);
  const others = inputs.filter((each) => !(each instanceof Parameter));
  const [output, ...found] = (mode === "compiled" ? compile(run) : run)(...others);
  const named = found.map((gradient, index): [string, Tensor] => [
    [...owners.keys()][index] as string,
    gradient,
  ]);
  return { output: output as Tensor, gradients: new Map(named) };
}

/** The losses of ten steps, as `TrainingFixture` describes them; the layer is changed. */
export function train<L extends AnyModule>(
  subject: Subject<L>,
  layer: L,
  target: EncodedTensor,
  { dtype, mode }: Setting,
): number[] {
  layer.train();
  const optimizer = new SGD(layer.parameters(), { learningRate: 0.05, momentum: 0.9 });
  const run = (y: Tensor, ...inputs: Tensor[]): Tensor => {
    const loss = meanSquaredError(outputOf(subject, layer, inputs, dtype), y);
    loss.backward();
    optimizer.step();
    return loss;
  };
  const compiled = compile(run);
  const step = mode === "compiled" ? compiled : run;
  const inputs = subject.inputs.map((each) => decode(each, dtype));
  const y = decode(target, dtype);
  manualSeed(seed);
  const losses = Array.from({ length: steps }, () => step(y, ...inputs).itemSync());
  if (mode === "compiled" && compiled.programs > 1) {
    throw new VersantError(
      `ten equal steps were compiled ${compiled.programs} times, expected once; does the layer look ` +
        "at something outside of the graph that changes?",
    );
  }
  return losses;
}
