import { loss, type Tensor } from "@versant/core";
import { test } from "vitest";
import {
  type Differentiated,
  decode,
  describeOnDevices,
  type Encoded,
  expectAgreement,
  readFixture,
} from "./fixture.js";

interface Case extends Differentiated {
  readonly loss: string;
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Options that are tensors. */
  readonly tensors: Readonly<Record<string, Encoded>>;
  /** Absent of distances, which are not reduced. */
  readonly reduction?: string;
}

const losses = loss as unknown as Record<string, (...parts: readonly unknown[]) => Tensor>;

describeOnDevices("losses as in PyTorch", (precision) => {
  test.each(readFixture<Case>("losses"))("$loss, $name, reduction $reduction", (fixture) => {
    const inputs = fixture.inputs.map((each) => decode(each, precision, true));
    const tensors = Object.entries(fixture.tensors).map(
      ([name, encoded]) => [name, decode(encoded, precision)] as const,
    );
    const reduction = fixture.reduction && { reduction: fixture.reduction };
    const options = { ...fixture.options, ...Object.fromEntries(tensors), ...reduction };
    const output = losses[fixture.loss]?.(...inputs, options);
    if (!output) throw new Error(`there is no loss named ${fixture.loss}`);
    expectAgreement(fixture, inputs, output, precision);
  });
});
