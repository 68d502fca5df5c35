import { ArgumentError, describeValue } from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { checkAxis, requireInput } from "../check.js";
import { Module } from "../module.js";

/** Merges the axes from `startAxis` on: (N, C, H, W) to (N, C H W). Takes any dtype. */
export class Flatten extends Module {
  /** @param startAxis default 1, which keeps the batch; a negative one counts from the end */
  constructor(readonly startAxis = 1) {
    super();
    if (Number.isInteger(startAxis)) return;
    throw new ArgumentError(
      `Flatten: received startAxis ${describeValue(startAxis)}, expected an integer.`,
    );
  }

  /** @throws ShapeError when `input` does not have that axis */
  forward(input: Tensor): Tensor {
    requireInput(this, input, ["..."]);
    return input.flatten(checkAxis(this, this.startAxis, input));
  }

  override toString(): string {
    return `Flatten(${this.startAxis})`;
  }
}
