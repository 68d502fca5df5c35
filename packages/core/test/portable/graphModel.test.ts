import { compile, GraphModel, type Tensor } from "@versant/core";
import { describe, expect, test } from "vitest";
import { architectures } from "./architectures.js";

/** Written down and read again. */
function again(traced: GraphModel): GraphModel {
  return GraphModel.fromJSON(JSON.parse(JSON.stringify(traced)), traced.stateDict());
}

describe.each(architectures)("$name", ({ make, inputs, options }) => {
  test("answers with the same bits for any number of samples", () => {
    const model = make();
    const traced = GraphModel.trace(model, inputs(2, 7), options);
    const read = again(traced);
    expect(model.training).toBe(true);
    model.eval();
    const original = compile((...x: Tensor[]) => model.forward(...x));
    const portable = compile((...x: Tensor[]) => read.forward(...x));
    for (const samples of [1, 4, 17]) {
      for (const steps of options ? [1, 9, 7] : [7]) {
        const x = inputs(samples, steps);
        const expected = original(...x);
        const answer = portable(...x);
        expect(answer.shape).toEqual(expected.shape);
        expect(answer.dataSync()).toEqual(expected.dataSync());
        expect(read.forward(...x).dataSync()).toEqual(model.forward(...x).dataSync());
      }
    }
  });
});
