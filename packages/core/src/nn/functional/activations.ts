import {
  ArgumentError,
  describeValue,
  formatShape,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { customOperation, Tensor, type TensorLike, where } from "../../tensor/index.js";
import { requireFloats, requireTensor, stretchesTo } from "./check.js";

// Activations that are not methods of Tensor; relu, sigmoid, tanh, softmax and logSoftmax are.

/**
 * The threshold unit: 1 where x > 0, else 0. Its derivative is 0 everywhere (and undefined at 0),
 * so no gradient flows through it and what lies before it cannot be learned by descent.
 */
export function step(x: Tensor): Tensor {
  requireTensor("step", x);
  return x.greater(0).cast(x.dtype);
}

/**
 * x where x > 0, else slope x; derivative 1 or slope (slope at 0). With a tensor as slope, which
 * broadcasts, this is PReLU.
 * Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013.
 *
 * @param slope default 0.01
 * @throws ShapeError for slopes that do not broadcast to the shape of x
 */
export function leakyRelu(x: Tensor, slope: TensorLike = 0.01): Tensor {
  requireTensor("leakyRelu", x);
  if (slope instanceof Tensor && !stretchesTo(slope.shape, x.shape)) {
    throw new ShapeError(
      `leakyRelu: received slopes of shape ${formatShape(slope.shape)}, expected one that ` +
        `broadcasts to ${formatShape(x.shape)}, the shape of the input.`,
    );
  }
  return where(x.greater(0), x, x.multiply(slope));
}

/**
 * x where x > 0, else alpha (exp(x) - 1); derivative 1 or alpha exp(x) (alpha at 0).
 * Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential
 * Linear Units (ELUs)", ICLR 2016.
 *
 * @param alpha default 1
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  requireFloats("elu", x);
  const below = expm1(x.clamp({ max: 0 })).multiply(alpha);
  return where(x.greater(0), x, below);
}

/** exp(x) - 1 for x <= 0, accurate near 0; its derivative is accurate far from 0 as well. */
const expm1 = customOperation({
  name: "expm1",
  // 2 t / (1 - t) with t = tanh(x / 2): nothing cancels.
  forward: (x: Tensor) => {
    const t = x.multiply(0.5).tanh();
    return t.multiply(2).divide(t.neg().add(1));
  },
  backward: (gradient, { inputs: [x] }) => [gradient.multiply(x.exp())],
});

/**
 * x / (1 + exp(-x)), also called swish.
 * Elfwing, Uchibe and Doya, "Sigmoid-Weighted Linear Units for Neural Network Function Approximation
 * in Reinforcement Learning", Neural Networks 2018.
 */
export function silu(x: Tensor): Tensor {
  requireFloats("silu", x);
  return x.multiply(x.sigmoid());
}

export interface SoftplusOptions {
  /** Above 0: the larger, the nearer to ReLU. Default 1. */
  readonly beta?: number;
  /** Where beta x is above it, the result is x itself. Default 20. */
  readonly threshold?: number;
}

/** The options of softplus with their defaults, for the operation or layer that an error names. */
export function checkSoftplus(
  operation: string,
  options: SoftplusOptions,
): Required<SoftplusOptions> {
  requireOptions(operation, options, ["beta", "threshold"]);
  const { beta = 1, threshold = 20 } = options;
  if (!(Number.isFinite(beta) && beta > 0)) {
    throw new ArgumentError(
      `${operation}: received beta ${describeValue(beta)}, expected a finite number above 0.`,
    );
  }
  if (typeof threshold !== "number" || Number.isNaN(threshold)) {
    throw new ArgumentError(
      `${operation}: received threshold ${describeValue(threshold)}, expected a number.`,
    );
  }
  return { beta, threshold };
}

/**
 * log(1 + exp(beta x)) / beta, a smooth ReLU with values above 0; derivative 1 / (1 + exp(-beta x)).
 * Dugas, Bengio, Belisle, Nadeau and Garcia, "Incorporating Second-Order Functional Knowledge for
 * Better Option Pricing", NIPS 2000.
 */
export function softplus(x: Tensor, options: SoftplusOptions = {}): Tensor {
  requireFloats("softplus", x);
  const { beta, threshold } = checkSoftplus("softplus", options);
  const scaled = x.multiply(beta);
  // max(x, 0) + log(1 + exp(-|x|)) does not overflow; at 0 the maximum passes half of the gradient.
  const tail = scaled.abs().neg().exp().log1p();
  const smooth = scaled.maximum(0).add(tail).divide(beta);
  return where(scaled.greater(threshold), x, smooth);
}

export interface GeluOptions {
  /** "none": with erf, exact. "tanh": the approximation, as GPT-2 uses. Default "none". */
  readonly approximate?: "none" | "tanh";
}

/** Whether GELU is to be approximated, for the operation or layer that an error names. */
export function checkApproximation(operation: string, options: GeluOptions): "none" | "tanh" {
  requireOptions(operation, options, ["approximate"]);
  const { approximate = "none" } = options;
  if (approximate === "none" || approximate === "tanh") return approximate;
  throw new ArgumentError(
    `${operation}: received approximate ${describeValue(approximate)}, expected "none" or "tanh".`,
  );
}

/**
 * x P(Z <= x) for standard normal Z: x (1 + erf(x / sqrt 2)) / 2, or with "tanh"
 * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.
 * Hendrycks and Gimpel, "Gaussian Error Linear Units (GELUs)", 2016.
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  requireFloats("gelu", x);
  const inner =
    checkApproximation("gelu", options) === "tanh"
      ? x
          .multiply(x.square().multiply(0.044715).add(1))
          .multiply(Math.sqrt(2 / Math.PI))
          .tanh()
      : x.multiply(Math.SQRT1_2).erf();
  return x.multiply(0.5).multiply(inner.add(1));
}
