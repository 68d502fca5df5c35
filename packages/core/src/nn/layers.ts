import { requireInstance } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";
import { checkDropProbability, dropout } from "./functional.js";
import { Module } from "./module.js";

/** One layer after the other: the output of each is the input of the next. */
export class Sequential extends Module {
  readonly layers: readonly Module[];

  /** @throws ArgumentError for what is not a Module */
  constructor(...layers: readonly Module[]) {
    super();
    layers.forEach((layer, index) => {
      requireInstance("Sequential", `layer ${index}`, layer, Module);
    });
    this.layers = layers;
  }

  forward(input: Tensor): Tensor {
    return this.layers.reduce((x, layer) => layer.forward(x), input);
  }
}

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

/**
 * While training, sets each element to 0 with probability p and multiplies the others by
 * 1 / (1 - p); in evaluation mode, the identity. Srivastava et al., "Dropout", JMLR 2014.
 */
export class Dropout extends Module {
  readonly p: number;

  /**
   * @param p share of elements to drop, from 0 to below 1. Default 0.5
   * @throws ArgumentError for another p
   */
  constructor(p = 0.5) {
    super();
    this.p = checkDropProbability(p);
  }

  forward(input: Tensor): Tensor {
    return this.training ? dropout(input, this.p) : input;
  }
}
