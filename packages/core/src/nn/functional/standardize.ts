import { customOperation, ones, type Tensor } from "../../tensor/index.js";

const kept = { keepDims: true } as const;

/** x - mean, and variance + epsilon. */
const moments = (
  x: Tensor,
  axes: readonly number[],
  epsilon: number,
): { readonly difference: Tensor; readonly spread: Tensor } => ({
  difference: x.subtract(x.mean(axes, kept)),
  spread: x.variance(axes, kept).add(epsilon),
});

/**
 * y = s w with s = (x - mean) scale, scale = 1 / sqrt(variance + epsilon) over some axes, along which w
 * does not change. The gradient is in closed form, from two sums instead of the four that the chain
 * rule takes through mean and variance, and one of them is the gradient of w:
 *
 *   dx = w scale (dy - mean(dy) - s mean(dy s)),  dw = sum(dy s).
 *
 * For s mean(dy s) it takes d mean(dy d) / (variance + epsilon) with d = x - mean, which rounds less:
 * what is subtracted may be nearly all there is.
 *
 * Ioffe and Szegedy, "Batch Normalization", ICML 2015, section 3: the equations for the gradients of
 * x, mean and variance, put into one.
 *
 * @param weight of size 1 along `axes`; 1 if there is none
 */
export function standardize(
  x: Tensor,
  axes: readonly number[],
  epsilon: number,
  weight: Tensor | null = null,
): Tensor {
  const operation = customOperation({
    name: "standardize",
    forward: (x: Tensor, weight: Tensor) => {
      const { difference, spread } = moments(x, axes, epsilon);
      return difference.multiply(spread.sqrt().reciprocal()).multiply(weight);
    },
    backward: (gradient, { inputs: [x, weight], needs }) => {
      const { difference, spread } = moments(x, axes, epsilon);
      const scale = spread.sqrt().reciprocal();
      const product = gradient.multiply(difference);
      const along = difference.multiply(product.mean(axes, kept).divide(spread));
      const centred = gradient.subtract(gradient.mean(axes, kept)).subtract(along);
      return [
        centred.multiply(scale.multiply(weight)),
        needs[1] ? sumTo(product.sum(axes, kept).multiply(scale), weight) : null,
      ];
    },
  });
  const one = x.shape.map(() => 1);
  return operation(x, weight ?? ones(one, x.dtype === "float64" ? "float64" : "float32"));
}

/** Summed over the axes along which `like` has size 1. */
function sumTo(x: Tensor, like: Tensor): Tensor {
  const axes = x.shape.flatMap((size, axis) => (like.shape[axis] === size ? [] : [axis]));
  return x.sum(axes, kept);
}
