import { formatShape, requireCount, requireOptions, ShapeError } from "../../array/index.js";
import { Parameter, slice, type Tensor } from "../../tensor/index.js";
import { requireInput } from "../check.js";
import { sinusoidalEncoding } from "../functional/positional.js";
import { type Initializer, initialValues, normal } from "../init/index.js";
import { Module } from "../module.js";
import { labelOf } from "../path.js";

// Attention sees a set: without one of these, a permutation of its inputs permutes its outputs.

/**
 * Adds to each position of (..., T, features) the sines and cosines of `sinusoidalEncoding`, which
 * take no training and go on to any length. Vaswani et al. 2017, section 3.5.
 */
export class SinusoidalEncoding extends Module {
  constructor(readonly features: number) {
    super();
    requireCount("SinusoidalEncoding", "features", features);
  }

  /** @throws ShapeError, DTypeError when `input` is not a floating (..., T, features) */
  forward(input: Tensor): Tensor {
    requireInput(this, input, ["...", "T", this.features], { dtype: "floating" });
    const length = input.shape.at(-2) as number;
    const dtype = input.dtype === "float64" ? "float64" : "float32";
    return input.add(sinusoidalEncoding(length, this.features, dtype));
  }

  override toString(): string {
    return `SinusoidalEncoding(${this.features})`;
  }
}

export interface PositionalEmbeddingOptions {
  /** Draws the vectors. Default N(0, 0.02^2), small beside what they are added to. */
  readonly initializer?: Initializer;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

/**
 * Adds to position t of (..., T, features) row t of the trained weight (length, features); T is at
 * most `length`. Gehring et al., "Convolutional Sequence to Sequence Learning", ICML 2017, section 3.1.
 */
export class PositionalEmbedding extends Module {
  /** (length, features) */
  readonly weight: Parameter;

  /** @param length the largest number of positions */
  constructor(
    readonly length: number,
    readonly features: number,
    options: PositionalEmbeddingOptions = {},
  ) {
    super();
    requireOptions("PositionalEmbedding", options, ["initializer", "dtype"]);
    const { initializer = normal(0.02), dtype = "float32" } = options;
    requireCount(String(this), "length", length);
    requireCount(String(this), "features", features);
    const vectors = initialValues(initializer, [length, features], undefined, dtype, String(this));
    this.weight = new Parameter(vectors);
  }

  /** @throws ShapeError, DTypeError when `input` is not (..., T, features) with T up to `length` */
  forward(input: Tensor): Tensor {
    const { length, features, weight } = this;
    const { dtype } = weight;
    requireInput(this, input, ["...", "T", features], { dtype });
    const positions = input.shape.at(-2) as number;
    if (positions > length) {
      throw new ShapeError(
        `${labelOf(this)}: received ${positions} positions (shape ${formatShape(input.shape)}), ` +
          `expected at most ${length}; shorten the sequence, or build the layer for longer ones.`,
      );
    }
    return input.add(weight.at(slice(0, positions)));
  }

  override toString(): string {
    return `PositionalEmbedding(${this.length}, ${this.features})`;
  }
}
