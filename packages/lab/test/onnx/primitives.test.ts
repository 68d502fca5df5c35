import { GraphModel, type Tensor } from "@versant/core";
import fc from "fast-check";
import type * as ort from "onnxruntime-web";
import { describe, test } from "vitest";
import { encodeOnnx } from "../../src/onnx/model.js";
import { cases } from "./documents.js";
import { expectClose, OnnxSession, storedState } from "./runOnnx.js";
import { choices, Sketch } from "./sketch.js";

describe("every primitive means the same as in Versant", () => {
  test.each(Object.entries(cases))("%s", async (_, make) => {
    const property = fc.asyncProperty(choices, async (chosen) => {
      const sketch = new Sketch(chosen);
      const document = sketch.document(make(sketch));
      const model = GraphModel.fromJSON(document, sketch.state);
      const session = await OnnxSession.open(encodeOnnx(document, storedState(sketch.state)));
      try {
        for (const samples of chosen.dynamic ? [1, 5] : [1]) {
          const inputs: Tensor[] = sketch.tensors(samples);
          const output = (await session.run(inputs)).get("output");
          expectClose(output as ort.Tensor, model.forward(...inputs));
        }
      } finally {
        await session.close();
      }
    });
    await fc.assert(property, { numRuns: 3 });
  });
});
