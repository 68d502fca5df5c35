import { loss } from "@versant/core";
import { test } from "vitest";
import {
  type Differentiated,
  decode,
  describeOnDevices,
  expectAgreement,
  readFixture,
} from "./fixture.js";

interface Case extends Differentiated {
  readonly loss:
    | "mse"
    | "mae"
    | "binaryCrossEntropy"
    | "binaryCrossEntropyWithLogits"
    | "crossEntropy";
  readonly name: string;
  readonly reduction: loss.Reduction;
}

describeOnDevices("losses as in PyTorch", (precision) => {
  test.each(readFixture<Case>("losses"))("$loss, $name, $reduction", (fixture) => {
    const [prediction, target] = fixture.inputs;
    if (!prediction || !target) throw new Error("a loss takes a prediction and a target");
    const x = decode(prediction, precision, true);
    const y = decode(target, precision);
    const output = loss[fixture.loss](x, y, { reduction: fixture.reduction });
    expectAgreement(fixture, [x, y], output, precision);
  });
});
