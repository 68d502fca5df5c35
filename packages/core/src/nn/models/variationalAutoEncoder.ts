import { formatShape, requireInstance, ShapeError } from "../../array/index.js";
import { randn, slice, type Tensor } from "../../tensor/index.js";
import { requireOutput } from "../check.js";
import { Module } from "../module.js";
import { labelOf } from "../path.js";

/** The distribution N(mean, exp(logVariance)) of the codes of a batch: both (N, ..., d). */
export interface CodeDistribution {
  readonly mean: Tensor;
  readonly logVariance: Tensor;
}

export interface VariationalReconstruction extends CodeDistribution {
  readonly reconstruction: Tensor;
}

/**
 * An auto-encoder that can draw new samples. The encoder gives a distribution of codes,
 * q(z | x) = N(m, exp(s)), as m and s side by side in (N, ..., 2 d); the decoder is given
 *
 *     z = m + exp(s / 2) e,  e ~ N(0, 1)
 *
 * while training, and m in evaluation mode. Drawn so, z has a gradient in m and s. The loss holds
 * codes near N(0, 1), where `model.decode(randn([n, d]))` then finds samples:
 *
 * ```ts
 * const { reconstruction, mean, logVariance } = model.forward(x);
 * const cost = loss
 *   .binaryCrossEntropy(reconstruction, x, { reduction: "sum" })
 *   .add(loss.gaussianDivergence(mean, logVariance, { reduction: "sum" }));
 * ```
 *
 * Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014.
 */
export class VariationalAutoEncoder extends Module<[input: Tensor], VariationalReconstruction> {
  /** @throws ArgumentError for what is not a Module */
  constructor(
    readonly encoder: Module,
    readonly decoder: Module,
  ) {
    super();
    requireInstance("VariationalAutoEncoder", "the encoder", encoder, Module);
    requireInstance("VariationalAutoEncoder", "the decoder", decoder, Module);
  }

  /** @throws ShapeError when the last axis of what the encoder gives cannot be halved */
  encode(input: Tensor): CodeDistribution {
    const both = this.encoder.forward(input);
    requireOutput(this, "the output of the encoder", both);
    const width = both.shape.at(-1) ?? 1;
    if (width % 2 === 1) {
      throw new ShapeError(
        `${labelOf(this)}: received shape ${formatShape(both.shape)} from the encoder, expected ` +
          "(N, ..., 2 d), means and logarithms of variances side by side.",
      );
    }
    const rest = both.shape.slice(0, -1).map(() => slice());
    const half = width / 2;
    return {
      mean: both.at(...rest, slice(0, half)),
      logVariance: both.at(...rest, slice(half)),
    };
  }

  /** What a code (N, ..., d) stands for. */
  decode(code: Tensor): Tensor {
    return this.decoder.forward(code);
  }

  forward(input: Tensor): VariationalReconstruction {
    const { mean, logVariance } = this.encode(input);
    const code = this.training ? draw(mean, logVariance) : mean;
    return { reconstruction: this.decode(code), mean, logVariance };
  }
}

function draw(mean: Tensor, logVariance: Tensor): Tensor {
  const noise = randn(mean.shape).cast(mean.dtype);
  return mean.add(logVariance.multiply(0.5).exp().multiply(noise));
}
