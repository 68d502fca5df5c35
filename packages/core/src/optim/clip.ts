import { ArgumentError, describeValue, requireOptions } from "../array/index.js";
import { noGradient, type Parameter, RunTimeScalar, type Tensor } from "../tensor/index.js";
import { norm as normOf } from "../tensor/norm.js";
import { requireLimit, requireParameters, type Scalar } from "./check.js";

export interface ClipOptions {
  /** Which norm is limited: 2, or Infinity for the largest element. Default 2. */
  readonly norm?: number;
}

/** The gradients that a step would use, each with its parameter. */
function gradientsOf(operation: string, parameters: readonly Parameter[]) {
  const found = parameters.flatMap((parameter) => {
    const gradient = parameter.requiresGrad ? parameter.grad : null;
    return gradient ? [{ parameter, gradient }] : [];
  });
  if (found.length > 0) return found;
  throw new ArgumentError(
    `${operation}: none of the ${parameters.length} parameters has a gradient; call it between ` +
      "loss.backward() and optimizer.step().",
  );
}

/** A limit in the graph; as a RunTimeScalar it is read anew at every run. */
const limitFor = (limit: Scalar, { dtype }: Tensor): Tensor | number =>
  limit instanceof RunTimeScalar
    ? limit.tensor(dtype === "float64" ? "float64" : "float32")
    : limit;

/**
 * Scales all gradients by one factor, so that their common norm becomes at most `maximum` and their
 * direction stays:
 *
 *     g := g min(1, maximum / (norm + 1e-6))     norm = sqrt(sum over all elements of g^2), or max |g|
 *
 * To be called between `backward()` and the optimiser's `step()`, inside `compile` as well as
 * outside. It keeps one steep place of the loss from throwing the weights far away.
 * Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", ICML 2013,
 * algorithm 1; the 1e-6 is PyTorch's.
 *
 * @param maximum above 0; as a RunTimeScalar it may change between runs, and nothing compiles anew
 * @returns the norm before, a scalar
 * @throws ArgumentError when no parameter has a gradient, or an argument is out of its range
 */
export function clipGradientNorm(
  parameters: readonly Parameter[],
  maximum: Scalar,
  options: ClipOptions = {},
): Tensor {
  requireParameters("clipGradientNorm", parameters);
  requireOptions("clipGradientNorm", options, ["norm"]);
  const { norm = 2 } = options;
  requireLimit("clipGradientNorm", "maximum", maximum);
  if (norm !== 2 && norm !== Number.POSITIVE_INFINITY) {
    throw new ArgumentError(
      `clipGradientNorm: received norm ${describeValue(norm)}, expected 2 or Infinity.`,
    );
  }
  return noGradient(() => {
    const found = gradientsOf("clipGradientNorm", parameters);
    const gradients = found.map(({ gradient }) => gradient);
    const total = normOf(gradients, norm);
    const limit = total.add(1e-6).reciprocal().multiply(limitFor(maximum, total));
    const factor = limit.minimum(1);
    for (const { parameter, gradient } of found) {
      parameter.grad = gradient.multiply(factor.cast(gradient.dtype));
    }
    return total;
  });
}

/**
 * Limits every element of every gradient to [-limit, limit], which bends their direction;
 * `clipGradientNorm` keeps it. To be called between `backward()` and the optimiser's `step()`,
 * inside `compile` as well as outside.
 *
 * @param limit above 0; as a RunTimeScalar it may change between runs, and nothing compiles anew
 * @throws ArgumentError when no parameter has a gradient, or the limit is out of its range
 */
export function clipGradientValue(parameters: readonly Parameter[], limit: Scalar): void {
  requireParameters("clipGradientValue", parameters);
  requireLimit("clipGradientValue", "limit", limit);
  noGradient(() => {
    for (const { parameter, gradient } of gradientsOf("clipGradientValue", parameters)) {
      const bound = limitFor(limit, gradient);
      const below = typeof bound === "number" ? -bound : bound.neg();
      parameter.grad = gradient.minimum(bound).maximum(below);
    }
  });
}
