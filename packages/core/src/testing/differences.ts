import {
  formatShape,
  makeArray,
  Storage,
  sizeOf,
  type TypedArray,
  VersantError,
} from "../array/index.js";
import { createReference } from "../device/reference/index.js";
import { coordinatesOf } from "../device/reference/values.js";
import { gradients } from "../gradient/index.js";
import { cast, multiply, sum } from "../graph/build.js";
import { type Graph, inventoryOf, makeNode, type Node } from "../graph/index.js";

export interface DifferenceOptions {
  /** How far each element is moved. Default 1e-6. */
  readonly epsilon?: number;
  /** Largest |analytical - numerical| / max(1, |numerical|) that passes. Default 1e-5. */
  readonly tolerance?: number;
}

/**
 * Compares, on the reference device, the gradient of f = sum(weights * output) with central
 * differences (f(x + epsilon) - f(x - epsilon)) / (2 epsilon), for every element of every input.
 * The weights differ from each other, so that no two elements can hide behind each other's sum.
 *
 * @param data the values of `inputs`; float64, whatever the dtype of the leaf
 * @throws VersantError naming the first input and element that disagree
 */
export function compareWithDifferences(
  output: Node,
  inputs: readonly Node<"input">[],
  data: readonly Float64Array[],
  { epsilon = 1e-6, tolerance = 1e-5 }: DifferenceOptions = {},
): void {
  const weights = weightsFor(output);
  const analytical = runOnReference(
    inputs,
    gradients(output, inputs, weights).map((gradient) => cast(gradient, "float64")),
  )(data);
  const weighted = cast(multiply(output, weights), "float64");
  const loss = sum(
    weighted,
    output.shape.map((_, axis) => axis),
  );
  const run = runOnReference(inputs, [loss]);
  const arrays = data.map((each) => each.slice());
  arrays.forEach((array, index) => {
    array.forEach((x, element) => {
      const lossAt = (moved: number): number => {
        array[element] = moved;
        return run(arrays)[0]?.[0] as number;
      };
      const numerical = (lossAt(x + epsilon) - lossAt(x - epsilon)) / (2 * epsilon);
      array[element] = x;
      const received = analytical[index]?.[element] as number;
      if (Math.abs(received - numerical) <= tolerance * Math.max(1, Math.abs(numerical))) return;
      const { shape = [] } = inputs[index] ?? {};
      throw new VersantError(
        `gradcheck: for element [${coordinatesOf(element, shape)}] of input ${index}, of shape ` +
          `${formatShape(shape)}, the gradient is ${received} where differences give ` +
          `${numerical} (epsilon ${epsilon}, tolerance ${tolerance}); the backward is wrong, or ` +
          "the function has a kink there.",
      );
    });
  });
}

/** A leaf like `node` with fixed values that are all different. */
export function weightsFor({ shape, dtype }: Node): Node {
  const elements = Float64Array.from(
    { length: sizeOf(shape) },
    (_, i) => 0.5 + Math.sin(3 * i + 1),
  );
  return makeNode("value", [], { storage: Storage.of(dtype, makeArray(dtype, elements)), shape });
}

/** The function from the inputs' values to those of `outputs`, without any pass of the compiler. */
function runOnReference(
  inputs: readonly Node<"input">[],
  outputs: readonly Node[],
): (data: readonly TypedArray[]) => TypedArray[] {
  const graph: Graph = { inputs, outputs, updates: [], checks: [] };
  const inventory = inventoryOf(graph);
  const executable = createReference().load({
    graph,
    inventory,
    program: () => {
      throw new Error("the reference device interprets the graph");
    },
  });
  const scalars = Float64Array.from(inventory.scalars, (source) => source.read());
  return (data) => {
    const results = outputs.map(({ dtype, shape }) => makeArray(dtype, sizeOf(shape)));
    const failure = executable.run(data, results, scalars);
    if (failure) throw new VersantError(`gradcheck: the function fails at ${failure.label}.`);
    return results;
  };
}
