import {
  checkShape,
  requireCount,
  requireFlag,
  requireFloatDType,
  requireOptions,
  type Shape,
} from "../../array/index.js";
import { ones, Parameter, type Tensor, zeros } from "../../tensor/index.js";
import { requireInput } from "../check.js";
import {
  checkEpsilon,
  checkGroups,
  groupNorm,
  layerNorm,
  rmsNorm,
  sizesOf,
} from "../functional/normalization.js";
import { Module } from "../module.js";

interface NormOptions {
  /** Train a weight for each normalised element or channel. Default true. */
  readonly affine?: boolean;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

export interface LayerNormOptions extends NormOptions {
  /** Train a bias too, where there is a weight. Default true. */
  readonly bias?: boolean;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/** @throws ArgumentError, ShapeError for what cannot be options of weights of this shape */
function requireWeights(
  layer: string,
  shape: Shape,
  { affine = true, dtype = "float32" }: NormOptions,
): void {
  checkShape(layer, shape);
  requireFlag(layer, "affine", affine);
  requireFloatDType(layer, dtype);
}

/**
 * (x - mean) / sqrt(variance + epsilon) w + b over the last axes, of each sample and position alone:
 * (..., shape) to the same, with weight and bias of that shape. In training and evaluation alike.
 * Ba, Kiros and Hinton, "Layer Normalization", 2016.
 */
export class LayerNorm extends Module {
  readonly shape: Shape;
  readonly epsilon: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  /** @param shape sizes of the axes to normalise over, or the size of the last axis alone */
  constructor(shape: number | Shape, options: LayerNormOptions = {}) {
    super();
    requireOptions("LayerNorm", options, ["affine", "bias", "epsilon", "dtype"]);
    const { affine = true, bias = true, epsilon = 1e-5, dtype = "float32" } = options;
    this.shape = sizesOf("LayerNorm", shape);
    requireWeights(String(this), this.shape, options);
    requireFlag(String(this), "bias", bias);
    this.epsilon = checkEpsilon(String(this), epsilon);
    this.weight = affine ? new Parameter(ones(this.shape, dtype)) : null;
    this.bias = affine && bias ? new Parameter(zeros(this.shape, dtype)) : null;
  }

  /** @throws ShapeError, DTypeError when `input` is not (..., shape) of the weight's dtype */
  forward(input: Tensor): Tensor {
    const { shape, weight, bias, epsilon } = this;
    requireInput(this, input, ["...", ...shape], { dtype: weight?.dtype ?? "floating" });
    return layerNorm(input, shape, { weight, bias, epsilon });
  }

  override toString(): string {
    return `LayerNorm(${this.shape.join(", ")})`;
  }
}

export interface RMSNormOptions extends NormOptions {
  /** Added to the mean of squares. Default 1e-6. */
  readonly epsilon?: number;
}

/**
 * x / sqrt(mean(x^2) + epsilon) w over the last axes: (..., shape) to the same, with a weight of
 * that shape. Layer normalisation without centring and bias, which costs less and trains as well.
 * Zhang and Sennrich, "Root Mean Square Layer Normalization", NeurIPS 2019.
 */
export class RMSNorm extends Module {
  readonly shape: Shape;
  readonly epsilon: number;
  readonly weight: Parameter | null;

  /** @param shape sizes of the axes to normalise over, or the size of the last axis alone */
  constructor(shape: number | Shape, options: RMSNormOptions = {}) {
    super();
    requireOptions("RMSNorm", options, ["affine", "epsilon", "dtype"]);
    const { affine = true, epsilon = 1e-6, dtype = "float32" } = options;
    this.shape = sizesOf("RMSNorm", shape);
    requireWeights(String(this), this.shape, options);
    this.epsilon = checkEpsilon(String(this), epsilon);
    this.weight = affine ? new Parameter(ones(this.shape, dtype)) : null;
  }

  /** @throws ShapeError, DTypeError when `input` is not (..., shape) of the weight's dtype */
  forward(input: Tensor): Tensor {
    const { shape, weight, epsilon } = this;
    requireInput(this, input, ["...", ...shape], { dtype: weight?.dtype ?? "floating" });
    return rmsNorm(input, shape, { weight, epsilon });
  }

  override toString(): string {
    return `RMSNorm(${this.shape.join(", ")})`;
  }
}

export interface GroupNormOptions extends NormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * (x - mean) / sqrt(variance + epsilon) w + b over each group of successive channels and its
 * positions, of each sample alone: (N, C, ...) to the same, with weight and bias (C,). As many groups
 * as channels make instance normalisation.
 * Wu and He, "Group Normalization", ECCV 2018.
 */
export class GroupNorm extends Module {
  readonly epsilon: number;
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;

  constructor(
    readonly groups: number,
    readonly channels: number,
    options: GroupNormOptions = {},
  ) {
    super();
    requireOptions("GroupNorm", options, ["affine", "epsilon", "dtype"]);
    const { affine = true, epsilon = 1e-5, dtype = "float32" } = options;
    requireCount(String(this), "channels", channels);
    requireWeights(String(this), [channels], options);
    checkGroups(String(this), groups, channels);
    this.epsilon = checkEpsilon(String(this), epsilon);
    this.weight = affine ? new Parameter(ones([channels], dtype)) : null;
    this.bias = affine ? new Parameter(zeros([channels], dtype)) : null;
  }

  /** @throws ShapeError, DTypeError when `input` is not (N, channels, ...) of the weight's dtype */
  forward(input: Tensor): Tensor {
    const { groups, channels, weight, bias, epsilon } = this;
    requireInput(this, input, ["N", channels, "..."], { dtype: weight?.dtype ?? "floating" });
    return groupNorm(input, groups, { weight, bias, epsilon });
  }

  override toString(): string {
    return `GroupNorm(${this.groups}, ${this.channels})`;
  }
}
