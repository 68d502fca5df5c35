import { customOperation, ones, type Tensor } from "../../tensor/index.js";

const kept = { keepDims: true } as const;

/** (x - mean) / sqrt(variance + epsilon), and what the difference is multiplied by for that. */
function scaled(
  x: Tensor,
  axes: readonly number[],
  epsilon: number,
): { readonly standard: Tensor; readonly scale: Tensor } {
  const scale = x.variance(axes, kept).add(epsilon).sqrt().reciprocal();
  return { standard: x.subtract(x.mean(axes, kept)).multiply(scale), scale };
}

/**
 * y = s w with s = (x - mean) scale, scale = 1 / sqrt(variance + epsilon) over some axes, along which w
 * does not change. The gradient is in closed form, from two sums instead of the four that the chain
 * rule takes through mean and variance, and one of them is the gradient of w:
 *
 *   dx = w scale (dy - mean(dy) - s mean(dy s)),  dw = sum(dy s).
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
    forward: (x: Tensor, weight: Tensor) => scaled(x, axes, epsilon).standard.multiply(weight),
    backward: (gradient, { inputs: [x, weight], needs }) => {
      const { standard, scale } = scaled(x, axes, epsilon);
      const product = gradient.multiply(standard);
      const own = gradient.subtract(gradient.mean(axes, kept));
      const centred = own.subtract(standard.multiply(product.mean(axes, kept)));
      return [centred.multiply(scale.multiply(weight)), needs[1] ? sumTo(product, weight) : null];
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
