import { ArgumentError, describeValue, requireCount, requireOptions } from "../../array/index.js";
import { Parameter, type Tensor } from "../../tensor/index.js";
import { requireInput } from "../check.js";
import { leakyRelu } from "../functional/activations.js";
import { constant, initialValues } from "../init/index.js";
import { Module } from "../module.js";

export interface PReLUOptions {
  /** 1: one slope for all; C: one for each channel of (N, C, ...). Default 1. */
  readonly channels?: number;
  /** Default 0.25. */
  readonly initial?: number;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

/**
 * x where x > 0, else a x, with trained a; derivative 1 or a in x, 0 or x in a.
 * He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", ICCV 2015. Keep weight decay off `weight`.
 */
export class PReLU extends Module {
  /** (channels,) */
  readonly weight: Parameter;

  constructor(options: PReLUOptions = {}) {
    super();
    requireOptions("PReLU", options, ["channels", "initial", "dtype"]);
    const { channels = 1, initial = 0.25, dtype = "float32" } = options;
    requireCount("PReLU", "channels", channels);
    if (!Number.isFinite(initial)) {
      throw new ArgumentError(
        `PReLU: received initial ${describeValue(initial)}, expected a finite number.`,
      );
    }
    const fans = { fanIn: 1, fanOut: 1 };
    const slopes = initialValues(constant(initial), [channels], fans, dtype, "PReLU");
    this.weight = new Parameter(slopes);
  }

  /**
   * @throws ShapeError when axis 1 of `input` does not have the layer's channels, DTypeError when it
   *   has another dtype than the slopes
   */
  forward(input: Tensor): Tensor {
    const { weight } = this;
    const { size: channels, dtype } = weight;
    if (channels === 1) {
      requireInput(this, input, ["..."], { dtype });
      return leakyRelu(input, weight.reshape([]));
    }
    requireInput(this, input, ["N", channels, "..."], {
      dtype,
      mend: () => `axis 1 has one channel for each of the ${channels} slopes`,
    });
    const positions = new Array<number>(input.rank - 2).fill(1);
    return leakyRelu(input, weight.reshape([channels, ...positions]));
  }

  override toString(): string {
    const { size: channels } = this.weight;
    return channels === 1 ? "PReLU" : `PReLU({ channels: ${channels} })`;
  }
}
