import { requireFlag, requireInstance, requireOptions } from "../../array/index.js";
import { Parameter, type Tensor } from "../../tensor/index.js";
import { requireInput } from "../check.js";
import { initialValues, torchDefault } from "../init/index.js";
import { Module } from "../module.js";
import { Linear } from "./linear.js";

export interface TiedLinearOptions {
  /** Add a bias of its own. Default true. */
  readonly bias?: boolean;
}

/**
 * y = x W + b with the weight W (outFeatures, inFeatures) of another layer: (..., outFeatures) back
 * to (..., inFeatures). As the decoder of that layer it has half the weights of an auto-encoder.
 * The bias starts as that of a Linear does.
 */
export class TiedLinear extends Module {
  /** The other layer's. */
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  /** @throws ArgumentError for what is not a Linear, and for an unknown option */
  constructor(linear: Linear, options: TiedLinearOptions = {}) {
    super();
    requireInstance("TiedLinear", "the layer to tie to", linear, Linear);
    requireOptions("TiedLinear", options, ["bias"]);
    const { bias = true } = options;
    const { inFeatures, outFeatures, weight } = linear;
    const fans = { fanIn: outFeatures, fanOut: inFeatures };
    const dtype = weight.dtype === "float64" ? "float64" : "float32";
    this.weight = weight;
    requireFlag(String(this), "bias", bias);
    this.bias = bias
      ? new Parameter(initialValues(torchDefault(), [inFeatures], fans, dtype, String(this)))
      : null;
  }

  /** @throws ShapeError, DTypeError when `input` is not (..., outFeatures) of the weight's dtype */
  forward(input: Tensor): Tensor {
    const { weight, bias } = this;
    requireInput(this, input, ["...", weight.shape[0] as number], { dtype: weight.dtype });
    const product = input.matmul(weight);
    return bias ? product.add(bias) : product;
  }

  override toString(): string {
    const [outFeatures, inFeatures] = this.weight.shape;
    return `TiedLinear(${outFeatures}, ${inFeatures})`;
  }
}
