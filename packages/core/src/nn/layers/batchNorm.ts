import {
  ArgumentError,
  describeValue,
  formatShape,
  requireCount,
  requireFlag,
  requireFloatDType,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { Buffer, ones, Parameter, type Tensor, zeros } from "../../tensor/index.js";
import { type ExpectedShape, requireInput } from "../check.js";
import {
  batchNorm,
  type ChannelStatistics,
  channelStatistics,
  checkEpsilon,
} from "../functional/normalization.js";
import { Module } from "../module.js";
import { labelOf } from "../path.js";

export interface BatchNormOptions {
  /**
   * Share of a new batch in the running statistics, from 0 to 1; with null they are the mean over
   * all batches. Default 0.1.
   */
  readonly momentum?: number | null;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Train a weight and a bias for each channel. Default true. */
  readonly affine?: boolean;
  /** Without running statistics, evaluation too normalises by the batch. Default true. */
  readonly trackRunningStatistics?: boolean;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

const optionNames = ["momentum", "epsilon", "affine", "trackRunningStatistics", "dtype"];

/** Batch normalisation of channels, whatever positions follow them. */
abstract class BatchNorm extends Module {
  readonly momentum: number | null;
  readonly epsilon: number;
  /** (channels,), from 1. */
  readonly weight: Parameter | null;
  /** (channels,), from 0. */
  readonly bias: Parameter | null;
  /** (channels,), from 0. */
  readonly runningMean: Buffer | null;
  /** (channels,), from 1. */
  readonly runningVariance: Buffer | null;
  /** Batches in the running statistics, int32; only where momentum is null. */
  readonly batchCount: Buffer | null;

  constructor(
    readonly channels: number,
    options: BatchNormOptions = {},
  ) {
    super();
    requireOptions(this.constructor.name, options, optionNames);
    const { momentum = 0.1, epsilon = 1e-5, affine = true, dtype = "float32" } = options;
    const { trackRunningStatistics: tracked = true } = options;
    requireCount(String(this), "channels", channels);
    requireFlag(String(this), "affine", affine);
    requireFlag(String(this), "trackRunningStatistics", tracked);
    requireFloatDType(String(this), dtype);
    if (momentum !== null && !(Number.isFinite(momentum) && momentum >= 0 && momentum <= 1)) {
      throw new ArgumentError(
        `${this}: received momentum ${describeValue(momentum)}, expected a number from 0 to 1, the ` +
          "share of the new batch, or null.",
      );
    }
    this.momentum = momentum;
    this.epsilon = checkEpsilon(String(this), epsilon);
    this.weight = affine ? new Parameter(ones([channels], dtype)) : null;
    this.bias = affine ? new Parameter(zeros([channels], dtype)) : null;
    this.runningMean = tracked ? new Buffer(zeros([channels], dtype)) : null;
    this.runningVariance = tracked ? new Buffer(ones([channels], dtype)) : null;
    this.batchCount = tracked && momentum === null ? new Buffer(zeros([], "int32")) : null;
  }

  /** The axes of an input that has so many. */
  protected abstract expectedAxes(rank: number): ExpectedShape;

  /**
   * @throws ShapeError, DTypeError when `input` has other axes, channels or dtype; ShapeError when
   *   the batch has a single value for each channel and its variance is needed
   */
  forward(input: Tensor): Tensor {
    const { weight, bias, runningMean, runningVariance, epsilon } = this;
    const dtype = (weight ?? runningMean)?.dtype ?? "floating";
    requireInput(this, input, ["..."]);
    requireInput(this, input, this.expectedAxes(input.rank), { dtype });
    const running = runningMean &&
      runningVariance && { mean: runningMean, variance: runningVariance };
    const options = { weight, bias, epsilon };
    if (running && !this.training) return batchNorm(input, running, options);
    this.#requireSeveral(input);
    if (running) this.#follow(running, channelStatistics(input), input.size / this.channels);
    return batchNorm(input, null, options);
  }

  #requireSeveral(input: Tensor): void {
    if (input.size > this.channels) return;
    throw new ShapeError(
      `${labelOf(this)}: received shape ${formatShape(input.shape)}, one value for each channel, ` +
        'expected at least 2, as one has no variance; a data loader with lastBatch "drop" ' +
        "leaves out a last batch of one.",
    );
  }

  /** Moves the running statistics towards those of a batch with `count` values a channel. */
  #follow(
    running: { readonly mean: Buffer; readonly variance: Buffer },
    batch: ChannelStatistics,
    count: number,
  ): void {
    const batches = this.batchCount?.add(1);
    const share = batches?.cast(running.mean.dtype).reciprocal() ?? (this.momentum as number);
    const move = (buffer: Buffer, value: Tensor): void =>
      buffer.assign(buffer.add(value.subtract(buffer).multiply(share)));
    move(running.mean, batch.mean);
    // Divided by count - 1, the variance of a sample is an estimate without bias.
    move(running.variance, batch.variance.multiply(count / (count - 1)));
    if (batches) this.batchCount?.assign(batches);
  }

  override toString(): string {
    return `${this.constructor.name}(${this.channels})`;
  }
}

/**
 * Batch normalisation of (N, C) or (N, C, L): (x - mean) / sqrt(variance + epsilon) w + b for each
 * channel. While training, mean and variance are those of the batch over samples and positions, and
 * the running ones move towards them: running := running + momentum (batch - running), with the
 * variance divided by count - 1 as in PyTorch; in evaluation mode they are the running ones.
 *
 * Ioffe and Szegedy, "Batch Normalization: Accelerating Deep Network Training by Reducing Internal
 * Covariate Shift", ICML 2015, algorithms 1 and 2.
 */
export class BatchNorm1d extends BatchNorm {
  protected override expectedAxes(rank: number): ExpectedShape {
    return rank === 2 ? ["N", this.channels] : ["N", this.channels, "L"];
  }
}

/** Batch normalisation of images (N, C, H, W), for each channel over samples and positions: see `BatchNorm1d`. */
export class BatchNorm2d extends BatchNorm {
  protected override expectedAxes(): ExpectedShape {
    return ["N", this.channels, "H", "W"];
  }
}
