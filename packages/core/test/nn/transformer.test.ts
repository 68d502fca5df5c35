import { expect, test } from "vitest";
import { TransformerEncoderLayer, BatchNorm1d, TransformerDecoder } from "../../src/nn/index.js";
import { randn } from "../../src/tensor/index.js";
test("x", () => {
  const l = new TransformerEncoderLayer(8, 2, { feedForward: 16 });
  console.log(String(l.eval().forward(randn([1,3,8]), {causal:true})));
  const d = new TransformerDecoder(8, 2, 2, { feedForward: 16 });
  console.log([...d.namedParameters().keys()]);
  console.log(String(d.eval().forward(randn([1,3,8]), randn([1,2,8]))));
  const b = new BatchNorm1d(3); console.log(String(b.forward(randn([4,3]))), String(b.runningVariance));
});
