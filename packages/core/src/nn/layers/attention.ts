import {
  ArgumentError,
  formatShape,
  requireCount,
  requireFlag,
  requireFloatDType,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { type Tensor, where } from "../../tensor/index.js";
import { requireElements, requireForwardOptions, requireInput } from "../check.js";
import { requireMask, scaledDotProductAttention } from "../functional/attention.js";
import { checkDropProbability } from "../functional/dropout.js";
import { torchDefault, xavierUniform } from "../init/index.js";
import { Module } from "../module.js";
import { labelOf } from "../path.js";
import { Linear } from "./linear.js";

export interface MultiheadAttentionOptions {
  /** Add a bias to the four projections. Default true. */
  readonly bias?: boolean;
  /** Share of the attention weights to drop while training, from 0 to below 1. Default 0. */
  readonly dropout?: number;
  /** Size of a key, where it is not that of a query. Default: `features`. */
  readonly keyFeatures?: number;
  /** Size of a value, where it is not that of a query. Default: `features`. */
  readonly valueFeatures?: number;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

const optionNames = ["bias", "dropout", "keyFeatures", "valueFeatures", "dtype"];

/** Which keys a query may attend to. */
export interface AttentionMasks {
  /**
   * (T, S), or what broadcasts to (N, heads, T, S): bool, true where a query may attend to a key, the
   * opposite of PyTorch's `attn_mask`; or floating, added to the scores. Default: all may.
   */
  readonly mask?: Tensor;
  /** Query t attends to the keys 0 to t and no further. Default false. */
  readonly causal?: boolean;
  /** bool (N, S): true for keys, false for padding, the opposite of PyTorch's `key_padding_mask`. */
  readonly keyMask?: Tensor;
}

const maskNames = ["mask", "causal", "keyMask"];

/**
 * Attention in several heads: queries, keys and values are projected, split into `heads` parts of
 * d = features / heads, attend to each other part by part, and are joined and projected again:
 *
 *     head_h = attention(Q W_q,h, K W_k,h, V W_v,h)        output = [head_1, ..., head_H] W_o
 *
 * Queries (N, T, features), keys (N, S, keyFeatures) and values (N, S, valueFeatures) give (N, T,
 * features): the batch comes first. Vaswani et al., "Attention Is All You Need", NeurIPS 2017,
 * section 3.2.2.
 *
 * The projections start as Glorot's uniform, the last one as U(-k, k) with k = 1 / sqrt(features),
 * biases at 0. PyTorch keeps the first three as one `in_proj_weight`: its thirds are the weights of
 * `query`, `key` and `value`.
 */
export class MultiheadAttention extends Module<
  [query: Tensor, key?: Tensor, value?: Tensor, masks?: AttentionMasks]
> {
  readonly dropout: number;
  readonly query: Linear;
  readonly key: Linear;
  readonly value: Linear;
  readonly output: Linear;

  /** @throws ArgumentError when `heads` does not divide `features`, or an option is out of range */
  constructor(
    readonly features: number,
    readonly heads: number,
    options: MultiheadAttentionOptions = {},
  ) {
    super();
    requireOptions("MultiheadAttention", options, optionNames);
    const { bias = true, dropout = 0, dtype = "float32" } = options;
    const { keyFeatures = features, valueFeatures = features } = options;
    const sizes = { features, heads, keyFeatures, valueFeatures };
    for (const [name, size] of Object.entries(sizes)) requireCount(String(this), name, size);
    if (features % heads !== 0) {
      throw new ArgumentError(
        `${this}: received heads ${heads}, expected a divisor of features ${features}, which the ` +
          "heads share.",
      );
    }
    requireFlag(String(this), "bias", bias);
    requireFloatDType(String(this), dtype);
    this.dropout = checkDropProbability(String(this), dropout, "dropout");
    const projection = { bias, dtype, initializer: xavierUniform() };
    this.query = new Linear(features, features, projection);
    this.key = new Linear(keyFeatures, features, projection);
    this.value = new Linear(valueFeatures, features, projection);
    this.output = new Linear(features, features, { bias, dtype, initializer: torchDefault() });
  }

  /**
   * @param key default: `query`, which makes it self-attention
   * @param value default: `key`
   * @throws ShapeError, DTypeError when queries, keys, values and masks do not fit
   */
  forward(
    query: Tensor,
    key: Tensor = query,
    value: Tensor = key,
    masks: AttentionMasks = {},
  ): Tensor {
    requireForwardOptions(this, masks, maskNames, "the masks");
    this.#requireMatching(query, key, value);
    const [samples, queries] = query.shape as [number, number, number];
    const { causal = false } = masks;
    if (typeof causal !== "boolean") requireFlag(labelOf(this), "causal", causal);
    const mask = this.#maskFor(masks, query, key);
    const attended = scaledDotProductAttention(
      this.#split(this.query.forward(query)),
      this.#split(this.key.forward(key)),
      this.#split(this.value.forward(value)),
      { ...(mask && { mask }), causal, dropout: this.training ? this.dropout : 0 },
    );
    const joined = attended.permute([0, 2, 1, 3]).reshape([samples, queries, this.features]);
    return this.output.forward(joined);
  }

  #requireMatching(query: Tensor, key: Tensor, value: Tensor): void {
    const { dtype } = this.query.weight;
    requireInput(this, query, ["N", "T", this.features], { what: "the query", dtype });
    const [samples] = query.shape as [number, number, number];
    const keys = [samples, "S", this.key.inFeatures];
    requireInput(this, key, keys, { what: "the key", dtype });
    requireElements(this, key, 1, "the key");
    const values = [samples, key.shape[1] as number, this.value.inFeatures];
    requireInput(this, value, values, { what: "the value", dtype });
  }

  /** (N, T, features) to (N, heads, T, features / heads). */
  #split(x: Tensor): Tensor {
    const { features, heads } = this;
    const [samples, length] = x.shape as [number, number, number];
    return x.reshape([samples, length, heads, features / heads]).permute([0, 2, 1, 3]);
  }

  /** Both masks in one. */
  #maskFor({ mask, keyMask }: AttentionMasks, query: Tensor, key: Tensor): Tensor | undefined {
    const [samples, queries] = query.shape as [number, number];
    const keys = key.shape[1] as number;
    if (mask?.rank === 3) {
      throw new ShapeError(
        `${labelOf(this)}: received a mask of shape ${formatShape(mask.shape)}, expected (T, S) or ` +
          "(N, heads, T, S); give one for each sample a head axis with .unsqueeze(1).",
      );
    }
    if (mask !== undefined) {
      const shape = [samples, this.heads, queries, keys];
      requireMask(() => labelOf(this), mask, { shape, dtype: query.dtype });
    }
    if (keyMask === undefined) return mask;
    requireInput(this, keyMask, [samples, keys], { what: "the keyMask", dtype: "bool" });
    const visible = keyMask.reshape([samples, 1, 1, keys]);
    if (mask === undefined) return visible;
    return mask.dtype === "bool" ? mask.and(visible) : where(visible, mask, -Infinity);
  }

  override toString(): string {
    return `MultiheadAttention(${this.features}, ${this.heads})`;
  }
}
