import {
  formatShape,
  requireFlag,
  requireInstance,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { Tensor, where } from "../../tensor/index.js";
import { requireIndices } from "../check.js";
import { zeros } from "../init/index.js";
import { type EmbeddingOptions, EmbeddingTable, embeddingOptionNames } from "./embeddingTable.js";

export type { EmbeddingOptions } from "./embeddingTable.js";

/**
 * A vector for each of `count` words, symbols or other things that are told apart by an index:
 * indices (...) to rows of the weight (count, features), (..., features), as in PyTorch. The
 * gradient of a row is the sum over the places where it was used.
 */
export class Embedding extends EmbeddingTable<[indices: Tensor]> {
  /** @throws ArgumentError for sizes or a padding index out of range, and for an unknown option */
  constructor(count: number, features: number, options: EmbeddingOptions = {}) {
    requireOptions("Embedding", options, embeddingOptionNames);
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
    requireFlag("Embedding.fromPretrained", "freeze", freeze);
    const [count, features, ...others] = vectors.shape;
    if (count === undefined || features === undefined || others.length > 0) {
      throw new ShapeError(
        `Embedding.fromPretrained: received shape ${formatShape(vectors.shape)}, expected (count, ` +
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
