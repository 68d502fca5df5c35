import { requireInstance, requireOptions } from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { requireOutput } from "../check.js";
import { Module } from "../module.js";

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
