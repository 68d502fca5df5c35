import {
  DTypeError,
  formatShape,
  isFloating,
  requireFlag,
  requireInstance,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { arange, Tensor, where } from "../../tensor/index.js";
import { type Caller, stretchesTo } from "./check.js";
import { checkDropProbability, dropout as drop } from "./dropout.js";

export interface AttentionOptions {
  /**
   * Broadcasts to (..., T, S). bool: true where a query may attend to a key, which is the meaning of
   * PyTorch's `scaled_dot_product_attention` and the opposite of its `nn.MultiheadAttention`.
   * Floating: added to the scores, so that 0 allows and -Infinity forbids. Default: all may.
   */
  readonly mask?: Tensor;
  /** Query t attends to the keys 0 to t and no further. Default false. */
  readonly causal?: boolean;
  /** Share of the weights to drop, from 0 to below 1. Default 0. */
  readonly dropout?: number;
}

const optionNames = ["mask", "causal", "dropout"];

/**
 * softmax(Q K^T / sqrt(d)) V: each query gets the mean of the values, weighted by how well their
 * keys match it. Queries (..., T, d), keys (..., S, d) and values (..., S, e) give (..., T, e).
 *
 * A query that may attend to no key gets zeros, and nothing behind it a gradient; PyTorch gives
 * NaN. `dropout` drops in every mode: it is the layer that knows whether it is trained.
 *
 * Vaswani et al., "Attention Is All You Need", NeurIPS 2017, equation 1.
 *
 * @throws ShapeError, DTypeError when queries, keys, values and mask do not fit; ArgumentError for a
 *   dropout out of its range
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  options: AttentionOptions = {},
): Tensor {
  requireOptions(operation, options, optionNames);
  const { mask, causal = false, dropout = 0 } = options;
  requireFlag(operation, "causal", causal);
  checkDropProbability(operation, dropout, "dropout");
  requireMatching(query, key, value);
  const width = query.shape.at(-1) as number;
  // The queries are smaller than the scores.
  let scores = query.multiply(1 / Math.sqrt(width)).matmul(key.transpose());
  if (mask !== undefined) {
    requireMask(() => operation, mask, scores);
    scores = mask.dtype === "bool" ? where(mask, scores, -Infinity) : scores.add(mask);
  }
  if (causal) scores = where(pastOf(scores), scores, -Infinity);
  // Under the causal mask alone every query sees at least the first key.
  const weights = mask !== undefined ? softmaxOrZeros(scores) : scores.softmax(-1);
  return (dropout === 0 ? weights : drop(weights, dropout)).matmul(value);
}

const operation = "scaledDotProductAttention";

function requireMatching(query: Tensor, key: Tensor, value: Tensor): void {
  for (const [what, given] of Object.entries({ query, key, value })) {
    requireInstance(operation, `the ${what}`, given, Tensor);
    if (!isFloating(given.dtype)) {
      throw new DTypeError(
        `${operation}: received ${given.dtype} for the ${what}, expected a floating dtype; convert ` +
          'it with .cast("float32").',
      );
    }
  }
  const [features, keyFeatures] = [query.shape.at(-1), key.shape.at(-1)];
  const [keys, values] = [key.shape.at(-2), value.shape.at(-2)];
  const deep = Math.min(query.rank, key.rank, value.rank) >= 2;
  const fitting = deep && features === keyFeatures && keys === values;
  if (fitting && keys !== 0) return;
  const known = fitting ? " with at least one key" : "";
  throw new ShapeError(
    `${operation}: received query ${formatShape(query.shape)}, key ${formatShape(key.shape)} and ` +
      `value ${formatShape(value.shape)}, expected (..., T, d), (..., S, d) and (..., S, e)${known}` +
      `${deep && !fitting && features === keys ? "; is the key transposed?" : "."}`,
  );
}

/**
 * Refuses what is no mask of scores with the given dtype and shape.
 *
 * @throws ArgumentError, ShapeError, DTypeError
 */
export function requireMask(
  caller: Caller,
  mask: unknown,
  { dtype, shape }: Pick<Tensor, "dtype" | "shape">,
): asserts mask is Tensor {
  if (!(mask instanceof Tensor)) requireInstance(caller(), "the mask", mask, Tensor);
  if (mask.dtype !== "bool" && mask.dtype !== dtype) {
    throw new DTypeError(
      `${caller()}: received a mask of ${mask.dtype}, expected bool, true where a query may attend ` +
        `to a key, or ${dtype}, which is added to the scores; make bools with .notEqual(0).`,
    );
  }
  if (!stretchesTo(mask.shape, shape)) {
    throw new ShapeError(
      `${caller()}: received a mask of shape ${formatShape(mask.shape)}, expected one that ` +
        `broadcasts to ${formatShape(shape)}: the queries by the keys.`,
    );
  }
}

/** (T, S): true where the key stands no later than the query. */
function pastOf(scores: Tensor): Tensor {
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  return arange(keys).lessEqual(arange(queries).unsqueeze(1));
}

/** softmax over the last axis, and zeros, whose gradient is zero, where all scores are -Infinity. */
function softmaxOrZeros(scores: Tensor): Tensor {
  // Unlike greater(-Infinity), this lets NaN through to be seen.
  const reached = scores.max(-1, { keepDims: true }).notEqual(-Infinity);
  return where(reached, where(reached, scores, 0).softmax(-1), 0);
}
