import { ArgumentError, describeValue } from "../../array/index.js";
import { rand, randn, type Tensor, where } from "../../tensor/index.js";
import { checkFloating } from "../check.js";
import { Module } from "../module.js";

/**
 * While training, x + e with e ~ N(0, deviation^2) drawn for each element; in evaluation mode, the
 * identity. Bishop, "Training with Noise is Equivalent to Tikhonov Regularization", 1995.
 */
export class GaussianNoise extends Module {
  /**
   * @param deviation standard deviation of the noise. Default 0.1
   * @throws ArgumentError for one that is negative or not finite
   */
  constructor(readonly deviation = 0.1) {
    super();
    if (Number.isFinite(deviation) && deviation >= 0) return;
    throw new ArgumentError(
      `GaussianNoise: received deviation ${describeValue(deviation)}, expected a finite number of ` +
        "at least 0.",
    );
  }

  /** @throws DTypeError for integers */
  forward(input: Tensor): Tensor {
    const x = checkFloating(this, input);
    return this.training ? x.add(randn(x.shape).cast(x.dtype).multiply(this.deviation)) : x;
  }

  override toString(): string {
    return `GaussianNoise(${this.deviation})`;
  }
}

/**
 * While training, sets each element to 0 with probability p; in evaluation mode, the identity. Unlike
 * `Dropout` it leaves the others as they are: what is missing is to be restored from them.
 * Vincent, Larochelle, Bengio and Manzagol, "Extracting and Composing Robust Features with Denoising
 * Autoencoders", ICML 2008, section 2.3.
 */
export class MaskingNoise extends Module {
  /**
   * @param p share of elements to hide, from 0 to 1. Default 0.25
   * @throws ArgumentError for another p
   */
  constructor(readonly p = 0.25) {
    super();
    if (typeof p === "number" && p >= 0 && p <= 1) return;
    throw new ArgumentError(
      `MaskingNoise: received p ${describeValue(p)}, expected a number from 0 to 1; p is the share ` +
        "of elements to hide.",
    );
  }

  /** @throws DTypeError for integers */
  forward(input: Tensor): Tensor {
    const x = checkFloating(this, input);
    return this.training ? where(rand(x.shape).less(this.p), 0, x) : x;
  }

  override toString(): string {
    return `MaskingNoise(${this.p})`;
  }
}
