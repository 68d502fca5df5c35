import { requireFlag, requireInstance, requireOptions } from "../../array/index.js";
import { Parameter, type Tensor } from "../../tensor/index.js";
import { requireInput, requireOutput } from "../check.js";
import { initialValues, torchDefault } from "../init/index.js";
import { Module } from "../module.js";
import { Linear } from "./linear.js";

export interface AutoEncoderOptions {
  /** What spoils the input while training, such as `new MaskingNoise(0.25)`. Default: nothing. */
  readonly corruption?: Module;
}

/**
 * decode(encode(x)): a network whose target is its own input, so that the code between its halves
 * has to say what matters of it. With a corruption it is given spoilt inputs to restore, and learns
 * what goes with what even where the code is wide:
 *
 * ```ts
 * const model = new nn.AutoEncoder(
 *   new nn.Sequential(new nn.Linear(784, 32), new nn.ReLU()),
 *   new nn.Sequential(new nn.Linear(32, 784), new nn.Sigmoid()),
 *   { corruption: new nn.MaskingNoise(0.25) },
 * );
 * loss.meanSquaredError(model.forward(x), x);
 * ```
 *
 * Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science 2006;
 * with a corruption, Vincent, Larochelle, Bengio and Manzagol, "Extracting and Composing Robust
 * Features with Denoising Autoencoders", ICML 2008.
 */
export class AutoEncoder extends Module {
  readonly corruption: Module | null;

  /** @throws ArgumentError for what is not a Module, and for an unknown option */
  constructor(
    readonly encoder: Module,
    readonly decoder: Module,
    options: AutoEncoderOptions = {},
  ) {
    super();
    requireInstance("AutoEncoder", "the encoder", encoder, Module);
    requireInstance("AutoEncoder", "the decoder", decoder, Module);
    requireOptions("AutoEncoder", options, ["corruption"]);
    const { corruption } = options;
    if (corruption !== undefined) {
      requireInstance("AutoEncoder", "the corruption", corruption, Module);
    }
    this.corruption = corruption ?? null;
  }

  /** The code of inputs as they are. */
  encode(input: Tensor): Tensor {
    return this.encoder.forward(input);
  }

  /** What a code stands for. */
  decode(code: Tensor): Tensor {
    return this.decoder.forward(code);
  }

  /** The reconstruction; while training, from what the corruption left of the input. */
  forward(input: Tensor): Tensor {
    return this.decode(this.encode(this.corruption ? this.#spoil(input, this.corruption) : input));
  }

  #spoil(input: Tensor, corruption: Module): Tensor {
    const spoilt = corruption.forward(input);
    requireOutput(this, "the output of the corruption", spoilt);
    return spoilt;
  }
}

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
