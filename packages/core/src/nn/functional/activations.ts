import { ArgumentError, describeValue, requireOptions } from "../../array/index.js";
import { type Tensor, type TensorLike, where } from "../../tensor/index.js";

// Activations that are not methods of Tensor; relu, sigmoid, tanh and softmax are.

/**
 * The threshold unit: 1 where x > 0, else 0. Its derivative is 0 everywhere (and undefined at 0),
 * so no gradient flows through it and what lies before it cannot be learned by descent.
 */
export const step = (x: Tensor): Tensor => x.greater(0).cast(x.dtype);

/**
 * x where x > 0, else slope x; derivative 1 or slope (slope at 0). With a tensor as slope, which
 * broadcasts, this is PReLU.
 * Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.
 *
 * @param slope default 0.01
 */
export const leakyRelu = (x: Tensor, slope: TensorLike = 0.01): Tensor =>
  where(x.greater(0), x, x.multiply(slope));

export interface GeluOptions {
  /** "none": with erf, exact. "tanh": the approximation, as GPT-2 uses. Default "none". */
  readonly approximate?: "none" | "tanh";
}

/**
 * x P(Z <= x) for standard normal Z: x (1 + erf(x / sqrt 2)) / 2, or with "tanh"
 * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
 * Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)", 2016.
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  requireOptions("gelu", options, ["approximate"]);
  const { approximate = "none" } = options;
  if (approximate !== "none" && approximate !== "tanh") {
    throw new ArgumentError(
      `gelu: received approximate ${describeValue(approximate)}, expected "none" or "tanh".`,
    );
  }
  const inner =
    approximate === "tanh"
      ? x
          .multiply(x.square().multiply(0.044715).add(1))
          .multiply(Math.sqrt(2 / Math.PI))
          .tanh()
      : x.multiply(Math.SQRT1_2).erf();
  return x.multiply(0.5).multiply(inner.add(1));
}
