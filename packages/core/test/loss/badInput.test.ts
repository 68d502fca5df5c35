import { expect, test } from "vitest";
import * as loss from "../../src/loss/index.js";
import * as metrics from "../../src/metrics/index.js";
import { ones } from "../../src/tensor/index.js";

test.each(Object.entries(loss))("%s refuses a target that is no tensor", (_, compute) => {
  for (const target of [undefined, 1, [1, 2]]) {
    expect(() => compute(ones([4, 2]), target as never)).toThrow(
      /received .* as the (target|labels), expected a Tensor/,
    );
  }
});

test.each([metrics.accuracy(), metrics.meanSquaredError(), metrics.r2()])(
  "$name refuses a target that is no tensor",
  ({ statistics }) => {
    expect(() => statistics(ones([4, 2]), undefined as never)).toThrow(/expected a Tensor/);
  },
);

test("what are no options", () => {
  expect(() => metrics.meanSquaredError(200 as never)).toThrow("mse: received 200 as the options");
});

test("a unit is a finite number", () => {
  expect(() => metrics.meanSquaredError({ unit: Number.NaN })).toThrow("mse: received unit NaN");
  expect(() => metrics.meanAbsoluteError({ unit: "2" as never })).toThrow('unit "2"');
});
