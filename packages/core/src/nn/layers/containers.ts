import { requireInstance } from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { Module } from "../module.js";

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
