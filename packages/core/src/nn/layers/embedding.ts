import {
  ArgumentError,
  describeValue,
  requireCount,
  requireInstance,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { arange, ones, Parameter, slice, Tensor, tensor, where } from "../../tensor/index.js";
import { requireIndices, requireInput } from "../check.js";
import { type Initializer, initialValues, normal, zeros } from "../init/index.js";
import { Module } from "../module.js";

export interface EmbeddingOptions {
  /** The index that stands for nothing: its vector starts at 0 and is not trained. Default: none. */
  readonly paddingIndex?: number;
  /** Draws the vectors. Default N(0, 1). */
  readonly initializer?: Initializer;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

const optionNames = ["paddingIndex", "initializer", "dtype"];

/** What Embedding and EmbeddingBag share: the vectors, and finding them. */
abstract class Vectors<Inputs extends readonly unknown[]> extends Module<Inputs> {
  /** (count, features) */
  readonly weight: Parameter;
  readonly paddingIndex: number | null;

  constructor(
    readonly count: number,
    readonly features: number,
    { paddingIndex, initializer = normal(), dtype = "float32" }: EmbeddingOptions,
  ) {
    super();
    requireCount(String(this), "count", count);
    requireCount(String(this), "features", features);
    this.paddingIndex = this.#checkPadding(paddingIndex);
    const shape = [count, features];
    const values = initialValues(initializer, shape, undefined, dtype).dataSync();
    if (paddingIndex !== undefined) {
      values.fill(0, paddingIndex * features, (paddingIndex + 1) * features);
    }
    this.weight = new Parameter(tensor(values, { shape }));
  }

  #checkPadding(index: number | undefined): number | null {
    if (index === undefined) return null;
    if (Number.isInteger(index) && index >= 0 && index < this.count) return index;
    throw new ArgumentError(
      `${this}: received paddingIndex ${describeValue(index)}, expected an integer from 0 to ` +
        `${this.count - 1}.`,
    );
  }

  /** Where the padding index stands, if there is one. */
  protected isPadding(indices: Tensor): Tensor | null {
    return this.paddingIndex === null ? null : indices.cast("int32").equal(this.paddingIndex);
  }

  /** (...) to (..., features) */
  protected vectorsOf(indices: Tensor): Tensor {
    // An index out of range shows when the Program runs, and nobody knows the layer's path then but
    // the weight, once a model has listed it.
    const [, path] = /^(.+)\.weight$/.exec(this.weight.name) ?? [];
    return this.weight.take(indices, 0, `indices of ${this}${path ? ` "${path}"` : ""}`);
  }

  override toString(): string {
    return `${this.constructor.name}(${this.count}, ${this.features})`;
  }
}

/**
 * A vector for each of `count` words, symbols or other things that are told apart by an index:
 * indices (...) to rows of the weight (count, features), (..., features), as in PyTorch. The
 * gradient of a row is the sum over the places where it was used.
 */
export class Embedding extends Vectors<[indices: Tensor]> {
  /** @throws ArgumentError for sizes or a padding index out of range, and for an unknown option */
  constructor(count: number, features: number, options: EmbeddingOptions = {}) {
    requireOptions("Embedding", options, optionNames);
    super(count, features, options);
  }

  /**
   * An embedding that starts with the given vectors.
   *
   * @param vectors (count, features)
   * @param options.freeze leave them as they are in training. Default true
   */
  static fromPretrained(
    vectors: Tensor,
    options: { readonly freeze?: boolean; readonly paddingIndex?: number } = {},
  ): Embedding {
    requireInstance("Embedding.fromPretrained", "the vectors", vectors, Tensor);
    requireOptions("Embedding.fromPretrained", options, ["freeze", "paddingIndex"]);
    const { freeze = true, ...rest } = options;
    const [count, features, ...others] = vectors.shape;
    if (count === undefined || features === undefined || others.length > 0) {
      throw new ShapeError(
        `Embedding.fromPretrained: received shape (${vectors.shape.join(", ")}), expected (count, ` +
          "features), one row for each index.",
      );
    }
    const dtype = vectors.dtype === "float64" ? "float64" : "float32";
    const embedding = new Embedding(count, features, { ...rest, initializer: zeros(), dtype });
    embedding.weight.assign(vectors);
    return freeze ? embedding.freeze() : embedding;
  }

  /**
   * @param indices (...), int32 or uint8, from 0 to count - 1
   * @throws ArgumentError, DTypeError when they are no indices; ExecutionError, when it runs, for
   *   one out of range
   */
  forward(indices: Tensor): Tensor {
    requireIndices(this, indices, ["..."], { what: "the indices" });
    const vectors = this.vectorsOf(indices);
    const isPadding = this.isPadding(indices);
    return isPadding ? where(isPadding.unsqueeze(-1), vectors.detach(), vectors) : vectors;
  }
}

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What is made of the vectors of a bag. Default "mean". */
  readonly mode?: "sum" | "mean";
  /** The last offset only ends the last bag. Default false: it starts one that goes to the end. */
  readonly includeLastOffset?: boolean;
}

export interface Bags {
  /** Where each bag starts, (B,) int32 or uint8: increasing from 0. */
  readonly offsets?: Tensor;
  /** A factor for each index, of their shape; only for sums. */
  readonly weights?: Tensor;
}

/**
 * The sum or mean of the vectors of each bag of indices, without an order: for bag b with indices
 * i_1, ..., i_n, the row sum_j w_j E[i_j], or sum_j E[i_j] / n. An empty bag gives 0, and the padding
 * index counts as no element. As in PyTorch, bags are
 *
 *  - the rows of indices (N, L), to (N, features), or
 *  - runs of indices (L,) from each of the offsets (B,) to the next, to (B, features).
 *
 * With `includeLastOffset` there are B + 1 offsets, and what stands from the last one on belongs to no
 * bag. Ragged bags so fit into indices of one length L, filled up with any valid index, and a compiled
 * step fits them all, however many indices there are.
 */
export class EmbeddingBag extends Vectors<[indices: Tensor, bags?: Bags]> {
  readonly mode: "sum" | "mean";
  readonly includeLastOffset: boolean;

  /**
   * @throws ArgumentError for sizes, a padding index or a mode out of range, and for an unknown option
   */
  constructor(count: number, features: number, options: EmbeddingBagOptions = {}) {
    requireOptions("EmbeddingBag", options, [...optionNames, "mode", "includeLastOffset"]);
    super(count, features, options);
    const { mode = "mean", includeLastOffset = false } = options;
    if (mode !== "sum" && mode !== "mean") {
      throw new ArgumentError(
        `${this}: received mode ${describeValue(mode)}, expected "sum" or "mean".`,
      );
    }
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
  }

  /**
   * @param indices (N, L), or (L,) with offsets; int32 or uint8, from 0 to count - 1
   * @throws ArgumentError, ShapeError, DTypeError when indices, offsets and weights do not fit;
   *   ExecutionError, when it runs, for an index out of range, and for a first offset above 0
   */
  forward(indices: Tensor, bags: Bags = {}): Tensor {
    requireOptions(String(this), bags, ["offsets", "weights"], "the bags");
    const { offsets, weights } = bags;
    requireIndices(this, indices, offsets ? ["L"] : ["N", "L"], {
      what: "the indices",
      mend: () => (offsets ? "leave out the offsets" : "give one bag as (1, L), or offsets"),
    });
    const collect = offsets
      ? this.#collectorOf(offsets, indices.shape[0] as number)
      : (each: Tensor) => each.sum(1);
    const isPadding = this.isPadding(indices)?.unsqueeze(-1);
    const counted = (each: Tensor): Tensor => (isPadding ? where(isPadding, 0, each) : each);
    const vectors = counted(this.vectorsOf(indices));
    if (weights) return collect(vectors.multiply(this.#checkWeights(weights, indices)));
    if (this.mode === "sum") return collect(vectors);
    const sizes = collect(counted(ones([...indices.shape, 1], vectors.dtype)));
    return collect(vectors).divide(sizes.maximum(1));
  }

  /** What adds up rows (length, ...) by bags, (B, ...). */
  #collectorOf(offsets: Tensor, length: number): (each: Tensor) => Tensor {
    requireIndices(this, offsets, ["B"], { what: "the offsets" });
    const starts = offsets.shape[0] as number;
    // The bag of a position: how many bags have started up to there, counted from 0.
    const started = arange(length).unsqueeze(1).greaterEqual(offsets.cast("int32"));
    const bagOf = started.cast("int32").sum(1).subtract(1);
    const label = `offsets of ${this}, the first of which has to be 0`;
    const bags = this.includeLastOffset ? starts - 1 : starts;
    return (each) => each.scatterSum(bagOf, starts, 0, label).at(slice(0, bags));
  }

  /** The weights as factors of vectors. */
  #checkWeights(weights: Tensor, indices: Tensor): Tensor {
    if (this.mode === "mean") {
      throw new ArgumentError(
        `${this}: received weights in mode "mean", expected them in mode "sum" only; divide them ` +
          "by their sum for a weighted mean.",
      );
    }
    const { dtype } = this.weight;
    requireInput(this, weights, indices.shape, { what: "the weights", dtype });
    return weights.unsqueeze(-1);
  }
}
