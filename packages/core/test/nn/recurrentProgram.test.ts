import { describe, expect, test } from "vitest";
import { compileGraph } from "../../src/compile/index.js";
import { inventoryOf } from "../../src/graph/index.js";
import { meanSquaredError } from "../../src/loss/index.js";
import { GRU, LSTM, RNN } from "../../src/nn/index.js";
import { Adam } from "../../src/optim/index.js";
import type { Instruction, Program } from "../../src/program/index.js";
import { captureFunction } from "../../src/tensor/captured.js";
import type { Tensor } from "../../src/tensor/index.js";

type Layer = { forward(input: Tensor, options: { lengths: Tensor }): { output: Tensor } };

/** The Program of a training step on 4 sequences of `steps` steps and unequal lengths. */
function trainingProgram(
  layer: Layer & { parameters(): ConstructorParameters<typeof Adam>[0] },
  steps: number,
): Program {
  const optimizer = new Adam(layer.parameters());
  const { graph } = captureFunction(
    (input, target, lengths) => {
      const { output } = layer.forward(input, { lengths });
      const cost = meanSquaredError(output, target);
      cost.backward();
      optimizer.step();
      return cost;
    },
    [
      { shape: [4, steps, 3], dtype: "float32" },
      { shape: [4, steps, 16], dtype: "float32" },
      { shape: [4], dtype: "int32" },
    ],
    false,
  );
  return compileGraph(graph, inventoryOf(graph));
}

/** The kinds of all instructions, bodies of loops included. */
const kindsOf = (instructions: readonly Instruction[]): string[] =>
  instructions.flatMap((each) => [
    each.kind,
    ...(each.kind === "repeat" ? kindsOf(each.body) : []),
  ]);

describe("a training step of a recurrent layer", () => {
  const options = { layers: 2, bidirectional: true };
  test.each([
    ["RNN", new RNN(3, 8, options)],
    ["LSTM", new LSTM(3, 8, options)],
    ["GRU", new GRU(3, 8, options)],
  ])("%s over 500 steps has the instructions of one over 50", (_, layer) => {
    const [short, long] = [trainingProgram(layer, 50), trainingProgram(layer, 500)];
    expect(kindsOf(long.compute)).toEqual(kindsOf(short.compute));
    expect(kindsOf(long.commit)).toEqual(kindsOf(short.commit));
    expect(long.buffers.length).toBe(short.buffers.length);
  });
});
