import {
  ArgumentError,
  describeValue,
  formatShape,
  requireCount,
  requireOptions,
  ShapeError,
} from "../../array/index.js";
import { Parameter, type Tensor } from "../../tensor/index.js";
import { type GeluOptions, gelu, leakyRelu, step } from "../functional/index.js";
import { constant, initialValues } from "../init/index.js";
import { Module } from "../module.js";

/** x; derivative 1. */
export class Identity extends Module {
  forward(input: Tensor): Tensor {
    return input;
  }
}

/** 1 where x > 0, else 0; derivative 0 everywhere, so nothing before it learns by descent. */
export class Threshold extends Module {
  forward(input: Tensor): Tensor {
    return step(input);
  }
}

/** s = 1 / (1 + exp(-x)); derivative s (1 - s). */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

/** t = tanh x; derivative 1 - t^2. */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/** max(x, 0); derivative 1 where x > 0, else 0. */
export class ReLU extends Module {
  forward(input: Tensor): Tensor {
    return input.relu();
  }
}

/** x where x > 0, else negativeSlope x; derivative 1 or negativeSlope. Maas et al. 2013. */
export class LeakyReLU extends Module {
  /** @param negativeSlope default 0.01 */
  constructor(readonly negativeSlope = 0.01) {
    super();
    if (!Number.isFinite(negativeSlope)) {
      throw new ArgumentError(
        `LeakyReLU: received negativeSlope ${describeValue(negativeSlope)}, expected a finite number.`,
      );
    }
  }

  forward(input: Tensor): Tensor {
    return leakyRelu(input, this.negativeSlope);
  }
}

export interface PReLUOptions {
  /** 1: one slope for all; C: one for each channel of (N, C, ...). Default 1. */
  readonly channels?: number;
  /** Default 0.25. */
  readonly initial?: number;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

/**
 * x where x > 0, else a x, with trained a; derivative 1 or a in x, 0 or x in a.
 * He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", ICCV 2015. Keep weight decay off `weight`.
 */
export class PReLU extends Module {
  /** (channels,) */
  readonly weight: Parameter;

  constructor(options: PReLUOptions = {}) {
    super();
    requireOptions("PReLU", options, ["channels", "initial", "dtype"]);
    const { channels = 1, initial = 0.25, dtype = "float32" } = options;
    requireCount("PReLU", "channels", channels);
    const fans = { fanIn: 1, fanOut: 1 };
    this.weight = new Parameter(initialValues(constant(initial), [channels], fans, dtype));
  }

  /** @throws ShapeError when axis 1 of `input` does not have the layer's channels */
  forward(input: Tensor): Tensor {
    const channels = this.weight.size;
    if (channels === 1) return leakyRelu(input, this.weight);
    if (input.shape[1] !== channels) {
      throw new ShapeError(
        `PReLU: received shape ${formatShape(input.shape)}, expected (N, ${channels}, ...), one ` +
          `channel for each of its ${channels} slopes.`,
      );
    }
    const positions = new Array<number>(input.rank - 2).fill(1);
    return leakyRelu(input, this.weight.reshape([channels, ...positions]));
  }
}

/** x P(Z <= x) for standard normal Z, exactly or with "tanh" approximately. */
export class GELU extends Module {
  constructor(readonly options: GeluOptions = {}) {
    super();
  }

  forward(input: Tensor): Tensor {
    return gelu(input, this.options);
  }
}

/** s_i = exp(x_i) / sum_j exp(x_j) along an axis; derivative ds_i/dx_j = s_i ([i = j] - s_j). */
export class Softmax extends Module {
  /** @param axis default -1 */
  constructor(readonly axis = -1) {
    super();
  }

  forward(input: Tensor): Tensor {
    return input.softmax(this.axis);
  }
}
