import { formatShape, requireFlag, requireOptions, ShapeError, sameShape } from "../array/index.js";
import { type Tensor, where } from "../tensor/index.js";
import { matchTarget, requireDType, requireFloating } from "./check.js";
import { type LossOptions, type Reduction, reduce } from "./reduction.js";

export interface DivergenceOptions {
  /** The target is log p, not p. Default false. */
  readonly logTarget?: boolean;
  /** "batchMean" divides the sum by N, "mean" by the number of elements. Default "batchMean". */
  readonly reduction?: Reduction | "batchMean";
}

/**
 * Kullback-Leibler divergence of q, which the model predicts, from p: sum of p (log p - log q),
 * where p = 0 costs nothing, also as log p = -Infinity, which gives NaN in PyTorch. Up to the entropy
 * of p, which does not depend on the model, the cross-entropy. Only "batchMean" and "sum" give the
 * divergence; PyTorch's default is "mean", which divides by the number of outcomes too.
 * Kullback and Leibler, "On Information and Sufficiency", 1951.
 *
 * @param logProbabilities log q, (N, ...), as `x.logSoftmax()` gives
 * @param target p, or log p with `logTarget`, of the same shape
 * @throws ShapeError, DTypeError when they do not fit
 */
export function klDivergence(
  logProbabilities: Tensor,
  target: Tensor,
  options: DivergenceOptions = {},
): Tensor {
  const operation = "klDivergence";
  requireOptions(operation, options, ["logTarget", "reduction"]);
  const { logTarget = false, reduction = "batchMean" } = options;
  requireFlag(operation, "logTarget", logTarget);
  const y = matchTarget(operation, logProbabilities, target);
  const [samples] = logProbabilities.shape;
  if (samples === undefined) {
    throw new ShapeError(
      `${operation}: received log-probabilities ${formatShape([])}, expected (N, ...).`,
    );
  }
  const impossible = y.equal(logTarget ? Number.NEGATIVE_INFINITY : 0);
  // There p counts as 1: neither an infinite logarithm nor its derivative is computed.
  const possible = where(impossible, logTarget ? 0 : 1, y);
  const [p, logP] = logTarget ? [possible.exp(), possible] : [possible, possible.log()];
  const losses = where(impossible, 0, p.multiply(logP.subtract(logProbabilities)));
  const batchMean = (each: Tensor): Tensor => each.sum().divide(samples);
  return reduce(operation, losses, reduction, { batchMean });
}

/**
 * KL(N(m, exp(s)) || N(0, 1)), the Kullback-Leibler divergence of independent features: the mean
 * over samples of sum_d (m^2 + exp(s) - 1 - s) / 2, which is 0 where m = s = 0. It holds the codes
 * of a variational auto-encoder together.
 * Kingma and Welling, "Auto-Encoding Variational Bayes", ICLR 2014, appendix B.
 *
 * @param mean m, (..., d)
 * @param logVariance s, of the same shape
 * @returns a scalar, or (...) without reduction
 * @throws ShapeError, DTypeError when they do not fit
 */
export function gaussianDivergence(
  mean: Tensor,
  logVariance: Tensor,
  options: LossOptions = {},
): Tensor {
  const operation = "gaussianDivergence";
  requireOptions(operation, options, ["reduction"]);
  requireFloating(operation, "the mean", mean);
  requireFloating(operation, "the logarithm of the variance", logVariance);
  if (mean.rank === 0 || !sameShape(mean.shape, logVariance.shape)) {
    throw new ShapeError(
      `${operation}: received a mean ${formatShape(mean.shape)} and logarithms of variances ` +
        `${formatShape(logVariance.shape)}, expected (..., d) twice.`,
    );
  }
  requireDType(operation, "logarithms of variances", logVariance, mean.dtype);
  const twice = mean.square().add(logVariance.exp()).subtract(1).subtract(logVariance);
  return reduce(operation, twice.sum(-1).multiply(0.5), options.reduction);
}
