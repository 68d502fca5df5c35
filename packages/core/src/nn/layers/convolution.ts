import { requireCount, requireFlag, requireOptions, type Shape } from "../../array/index.js";
import { Parameter, type Tensor } from "../../tensor/index.js";
import {
  type Channels,
  type ConvGeometry,
  convolve,
  geometryNames,
  requireDivisor,
  resolveGeometry,
} from "../functional/convolution.js";
import {
  type ConvTransposeGeometry,
  convolveTransposed,
  resolveTransposed,
  transposedNames,
} from "../functional/convTranspose.js";
import type { ResolvedGeometry } from "../functional/correlate.js";
import { formatPerAxis, type PerAxis } from "../functional/windows.js";
import { fansOf, type Initializer, initialValues, torchDefault, zeros } from "../init/index.js";
import { Module } from "../module.js";
import { labelOf } from "../path.js";
import { requireSpatialInput } from "./spatial.js";

interface KernelOptions {
  /** Add a bias. Default true. */
  readonly bias?: boolean;
  /** Draws the weight; the bias then starts at 0. Default: PyTorch's, for both. */
  readonly initializer?: Initializer;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

export interface ConvOptions extends ConvGeometry, KernelOptions {}

export interface ConvTransposeOptions extends ConvTransposeGeometry, KernelOptions {}

/** The way there, or the way back: what tells a convolution from a transposed one. */
interface Direction<Options> {
  readonly optionNames: readonly string[];
  readonly resolve: (
    caller: string,
    axes: number,
    kernelSize: PerAxis,
    options: Options,
  ) => ResolvedGeometry;
  /** The first two axes of the weight. */
  readonly channelAxes: (channels: Channels, groups: number) => Shape;
  readonly apply: typeof convolve;
}

const kernelNames = ["bias", "initializer", "dtype"];

const onwards: Direction<ConvGeometry> = {
  optionNames: [...geometryNames, ...kernelNames],
  resolve: resolveGeometry,
  channelAxes: ({ inChannels, outChannels }, groups) => [outChannels, inChannels / groups],
  apply: convolve,
};

const backwards: Direction<ConvTransposeGeometry> = {
  optionNames: [...transposedNames, ...kernelNames],
  resolve: resolveTransposed,
  channelAxes: ({ inChannels, outChannels }, groups) => [inChannels, outChannels / groups],
  apply: convolveTransposed,
};

/** What all convolutions share: parameters, how they start, and the checks. */
abstract class Convolution<Options> extends Module {
  readonly weight: Parameter;
  /** (outChannels,) */
  readonly bias: Parameter | null;
  readonly kernelSize: readonly number[];
  readonly groups: number;
  readonly #geometry: ResolvedGeometry;
  readonly #apply: typeof convolve;

  constructor(
    axes: number,
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: PerAxis,
    options: Options & KernelOptions,
    { optionNames, resolve, channelAxes, apply }: Direction<Options>,
  ) {
    super();
    const caller = `${this.constructor.name}(${inChannels}, ${outChannels})`;
    requireOptions(caller, options, optionNames);
    const channels = { inChannels, outChannels };
    for (const [name, count] of Object.entries(channels)) requireCount(caller, name, count);
    this.#geometry = resolve(caller, axes, kernelSize, options);
    this.#apply = apply;
    this.kernelSize = this.#geometry.windows.map(({ size }) => size);
    this.groups = this.#geometry.groups;
    requireDivisor(caller, this.groups, channels);
    const { bias = true, initializer, dtype = "float32" } = options;
    requireFlag(caller, "bias", bias);
    const shape = [...channelAxes(channels, this.groups), ...this.kernelSize];
    const draw = (drawn: Initializer, of: Shape): Parameter =>
      new Parameter(initialValues(drawn, of, fansOf(shape), dtype, caller));
    this.weight = draw(initializer ?? torchDefault(), shape);
    this.bias = bias ? draw(initializer ? zeros() : torchDefault(), [outChannels]) : null;
  }

  /** @throws ShapeError, DTypeError when axes, channels, sizes or dtype of `input` do not fit */
  forward(input: Tensor): Tensor {
    const { weight, bias, kernelSize, inChannels } = this;
    requireSpatialInput(this, input, {
      axes: kernelSize.length,
      channels: inChannels,
      dtype: weight.dtype,
    });
    return this.#apply(() => labelOf(this), input, weight, bias, this.#geometry);
  }

  override toString(): string {
    const { inChannels, outChannels, kernelSize } = this;
    return `${this.constructor.name}(${inChannels}, ${outChannels}, ${formatPerAxis(kernelSize)})`;
  }
}

/**
 * Kernels that slide along a sequence: (N, C, L) to (N, O, L'), see `functional.conv1d`. The weight
 * is (O, C / groups, k), the bias (O,), as in PyTorch; both start as U(-b, b) with
 * b = 1 / sqrt(k C / groups).
 */
export class Conv1d extends Convolution<ConvGeometry> {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvOptions = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, options, onwards);
  }
}

/**
 * Kernels that slide over an image: (N, C, H, W) to (N, O, H', W'), see `functional.conv2d`. The
 * weight is (O, C / groups, kH, kW), the bias (O,), as in PyTorch; both start as U(-b, b) with
 * b = 1 / sqrt(kH kW C / groups).
 * LeCun et al., "Backpropagation Applied to Handwritten Zip Code Recognition", Neural Computation
 * 1989.
 */
export class Conv2d extends Convolution<ConvGeometry> {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvOptions = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, options, onwards);
  }
}

/**
 * `Conv1d` transposed, which makes sequences longer: (N, C, L) to (N, O, L'), see
 * `functional.convTranspose1d`. The weight is (C, O / groups, k), the bias (O,), as in PyTorch;
 * both start as U(-b, b) with b = 1 / sqrt(k O / groups).
 */
export class ConvTranspose1d extends Convolution<ConvTransposeGeometry> {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvTransposeOptions = {},
  ) {
    super(1, inChannels, outChannels, kernelSize, options, backwards);
  }
}

/**
 * `Conv2d` transposed, which makes images larger: (N, C, H, W) to (N, O, H', W'), see
 * `functional.convTranspose2d`. The weight is (C, O / groups, kH, kW), the bias (O,), as in
 * PyTorch; both start as U(-b, b) with b = 1 / sqrt(kH kW O / groups).
 * Zeiler, Krishnan, Taylor and Fergus, "Deconvolutional Networks", CVPR 2010.
 */
export class ConvTranspose2d extends Convolution<ConvTransposeGeometry> {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PerAxis,
    options: ConvTransposeOptions = {},
  ) {
    super(2, inChannels, outChannels, kernelSize, options, backwards);
  }
}
