import type { Tensor } from "../../tensor/index.js";
import { checkFloating } from "../check.js";
import { checkDropProbability, dropout } from "../functional/dropout.js";
import { Module } from "../module.js";

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
    this.p = checkDropProbability("Dropout", p);
  }

  forward(input: Tensor): Tensor {
    const x = checkFloating(this, input);
    return this.training ? dropout(x, this.p) : x;
  }

  override toString(): string {
    return `Dropout(${this.p})`;
  }
}
