import { ArgumentError, requireList, requireOptions } from "../array/index.js";
import { Tensor, zeros } from "../tensor/index.js";
import { requireFloating } from "./check.js";
import { requireAtLeastZero, requireShare } from "./options.js";

// Penalties are added to a loss, and say beforehand what weights are probable: the sum of both is
// the negative logarithm of the posterior, up to scale and a constant.

/**
 * alpha / 2 |w|_2^2, over all elements of all parameters; its gradient is alpha w. A Gaussian prior
 * on the weights (ridge regression): they shrink in proportion to their size, and none becomes 0. A
 * step of plain SGD multiplies them by 1 - learningRate alpha, as its `weightDecay` does.
 *
 * ```ts
 * const weights = model.parameters().filter(({ rank }) => rank > 1);
 * const objective = (prediction: Tensor, target: Tensor) =>
 *   loss.meanSquaredError(prediction, target).add(loss.l2Penalty(weights, 0.01));
 * ```
 *
 * @param parameters what is penalised; usually weights without biases
 * @param alpha at least 0, where the penalty is a 0 without gradient
 * @returns a scalar
 * @throws ArgumentError for an empty list, for what is no tensor, for an alpha out of its range
 */
export function l2Penalty(parameters: readonly Tensor[], alpha: number): Tensor {
  const half = alpha / 2;
  return penalty("l2Penalty", parameters, alpha, (w) => w.square().sum().multiply(half));
}

/**
 * alpha |w|_1, over all elements of all parameters; its gradient is alpha sign(w), and 0 at 0. A
 * Laplace prior on the weights (lasso): many of them belong at exactly 0. Steps along this gradient
 * jump across 0 and do not land there; the optimisers' option `proximalL1` does.
 *
 * @param parameters what is penalised; usually weights without biases
 * @param alpha at least 0, where the penalty is a 0 without gradient
 * @returns a scalar
 * @throws ArgumentError for an empty list, for what is no tensor, for an alpha out of its range
 */
export function l1Penalty(parameters: readonly Tensor[], alpha: number): Tensor {
  return penalty("l1Penalty", parameters, alpha, (w) => w.abs().sum().multiply(alpha));
}

export interface ElasticNetOptions {
  /** The share of alpha that falls to the L1 norm, from 0 to 1. Default 0.5. */
  readonly l1Ratio?: number;
}

/**
 * alpha (l1Ratio |w|_1 + (1 - l1Ratio) / 2 |w|_2^2): sparse as L1 is, and of weights that do the same
 * work it keeps all, as L2 does. The parameters are those of scikit-learn.
 * Zou and Hastie, "Regularization and variable selection via the elastic net", 2005.
 *
 * @param parameters what is penalised; usually weights without biases
 * @param alpha at least 0, where the penalty is a 0 without gradient
 * @returns a scalar
 * @throws ArgumentError for an empty list, for what is no tensor, for an alpha or a ratio out of its
 *   range
 */
export function elasticNetPenalty(
  parameters: readonly Tensor[],
  alpha: number,
  options: ElasticNetOptions = {},
): Tensor {
  requireOptions("elasticNetPenalty", options, ["l1Ratio"]);
  const { l1Ratio = 0.5 } = options;
  requireShare("elasticNetPenalty", "l1Ratio", l1Ratio);
  const [absolute, squared] = [alpha * l1Ratio, (alpha * (1 - l1Ratio)) / 2];
  return penalty("elasticNetPenalty", parameters, alpha, (w) =>
    w.abs().sum().multiply(absolute).add(w.square().sum().multiply(squared)),
  );
}

function penalty(
  operation: string,
  parameters: readonly Tensor[],
  alpha: number,
  of: (parameter: Tensor) => Tensor,
): Tensor {
  requireList(operation, "the parameters", parameters, Tensor);
  parameters.forEach((each, index) => {
    requireFloating(operation, `element ${index} of the parameters`, each);
  });
  const [first] = parameters;
  if (!first) {
    throw new ArgumentError(
      `${operation}: received an empty list of parameters, expected at least one, such as ` +
        "model.parameters().",
    );
  }
  requireAtLeastZero(operation, "alpha", alpha);
  // Not 0 times the norm: that would be NaN for a weight that is not finite.
  if (alpha === 0) return zeros([], first.dtype);
  return parameters.map(of).reduce((total, each) => total.add(each));
}
