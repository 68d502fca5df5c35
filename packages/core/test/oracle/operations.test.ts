import { test } from "vitest";
import {
  type Differentiated,
  decode,
  describeOnDevices,
  expectAgreement,
  readFixture,
} from "./fixture.js";
import { type Arguments, type Operands, operations } from "./operationTable.js";

interface Case extends Differentiated {
  readonly operation: keyof typeof operations;
  readonly name: string;
  readonly arguments: Arguments;
}

describeOnDevices("operations as in PyTorch", (precision) => {
  test.each(readFixture<Case>("operations"))("$operation, $name", (fixture) => {
    const inputs = fixture.inputs.map((each) => decode(each, precision, true));
    const operation = operations[fixture.operation];
    const output = operation(inputs as unknown as Operands, fixture.arguments, precision);
    expectAgreement(fixture, inputs, output, precision);
  });
});
