import type { Tensor } from "../../tensor/index.js";
import { Module } from "../module.js";

/** Merges the axes from `startAxis` on: (N, C, H, W) to (N, C H W). */
export class Flatten extends Module {
  /** @param startAxis default 1, which keeps the batch */
  constructor(readonly startAxis = 1) {
    super();
  }

  forward(input: Tensor): Tensor {
    return input.flatten(this.startAxis);
  }
}
