import type { Tensor } from "../../tensor/index.js";
import { adaptiveAvgPooling, adaptiveMaxPooling } from "../functional/adaptivePooling.js";
import {
  type AvgPoolOptions,
  avgPooling,
  type MaxPoolOptions,
  maxPooling,
  type Pool,
} from "../functional/pooling.js";
import { formatPerAxis, type PerAxis } from "../functional/windows.js";
import { Module } from "../module.js";
import { labelOf } from "../path.js";
import { requireSpatialInput } from "./spatial.js";

export type { AvgPoolOptions, MaxPoolOptions };

/** What all pooling layers share: a size, and the check of the input. */
abstract class Pooling extends Module {
  readonly #axes: number;
  readonly #pool: Pool;

  /** @param size that of the windows, or of the output */
  constructor(
    axes: number,
    readonly size: PerAxis,
    resolve: (caller: string, axes: number) => Pool,
  ) {
    super();
    this.#axes = axes;
    this.#pool = resolve(this.constructor.name, axes);
  }

  /** @throws ShapeError, DTypeError when axes, sizes or dtype of `input` do not fit */
  forward(input: Tensor): Tensor {
    requireSpatialInput(this, input, { axes: this.#axes });
    return this.#pool(() => labelOf(this), input);
  }

  override toString(): string {
    return `${this.constructor.name}(${formatPerAxis([this.size].flat())})`;
  }
}

/**
 * The largest of each window of a sequence: (N, C, L) to (N, C, L'), see `functional.maxPool1d`.
 * The gradient goes to the first of equals.
 */
export class MaxPool1d extends Pooling {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(kernelSize: PerAxis, options: MaxPoolOptions = {}) {
    super(1, kernelSize, (caller, axes) => maxPooling(caller, axes, kernelSize, options));
  }
}

/**
 * The largest of each window of an image: (N, C, H, W) to (N, C, H', W'), see
 * `functional.maxPool2d`. The gradient goes to the first of equals, in the order of rows.
 */
export class MaxPool2d extends Pooling {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(kernelSize: PerAxis, options: MaxPoolOptions = {}) {
    super(2, kernelSize, (caller, axes) => maxPooling(caller, axes, kernelSize, options));
  }
}

/** The mean of each window of a sequence: (N, C, L) to (N, C, L'), see `functional.avgPool1d`. */
export class AvgPool1d extends Pooling {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(kernelSize: PerAxis, options: AvgPoolOptions = {}) {
    super(1, kernelSize, (caller, axes) => avgPooling(caller, axes, kernelSize, options));
  }
}

/**
 * The mean of each window of an image: (N, C, H, W) to (N, C, H', W'), see `functional.avgPool2d`.
 */
export class AvgPool2d extends Pooling {
  /** @throws ArgumentError for a size or an option out of its range, and for an unknown option */
  constructor(kernelSize: PerAxis, options: AvgPoolOptions = {}) {
    super(2, kernelSize, (caller, axes) => avgPooling(caller, axes, kernelSize, options));
  }
}

/** Means of n windows that cover a sequence: (N, C, L) to (N, C, n), whatever L. */
export class AdaptiveAvgPool1d extends Pooling {
  /** @throws ArgumentError for sizes that are no integers of at least 1 */
  constructor(outputSize: PerAxis) {
    super(1, outputSize, (caller, axes) => adaptiveAvgPooling(caller, axes, outputSize));
  }
}

/**
 * Means of nH x nW windows that cover an image: (N, C, H, W) to (N, C, nH, nW), whatever H and W.
 * `AdaptiveAvgPool2d(1)` is global average pooling.
 */
export class AdaptiveAvgPool2d extends Pooling {
  /** @throws ArgumentError for sizes that are no integers of at least 1 */
  constructor(outputSize: PerAxis) {
    super(2, outputSize, (caller, axes) => adaptiveAvgPooling(caller, axes, outputSize));
  }
}

/** The largest of n windows that cover a sequence: (N, C, L) to (N, C, n), whatever L. */
export class AdaptiveMaxPool1d extends Pooling {
  /** @throws ArgumentError for sizes that are no integers of at least 1 */
  constructor(outputSize: PerAxis) {
    super(1, outputSize, (caller, axes) => adaptiveMaxPooling(caller, axes, outputSize));
  }
}

/** The largest of nH x nW windows that cover an image: (N, C, H, W) to (N, C, nH, nW). */
export class AdaptiveMaxPool2d extends Pooling {
  /** @throws ArgumentError for sizes that are no integers of at least 1 */
  constructor(outputSize: PerAxis) {
    super(2, outputSize, (caller, axes) => adaptiveMaxPooling(caller, axes, outputSize));
  }
}
