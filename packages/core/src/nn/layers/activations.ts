import { ArgumentError, describeValue, requireFinite } from "../../array/index.js";
import type { Tensor } from "../../tensor/index.js";
import { checkAxis, checkFloating, requireElements, requireInput } from "../check.js";
import {
  checkApproximation,
  checkSoftplus,
  elu,
  type GeluOptions,
  gelu,
  leakyRelu,
  type SoftplusOptions,
  silu,
  softplus,
  step,
} from "../functional/activations.js";
import { type AnyModule, Module } from "../module.js";

export type { GeluOptions, SoftplusOptions };

/** x; derivative 1. Takes any dtype. */
export class Identity extends Module {
  forward(input: Tensor): Tensor {
    requireInput(this, input, ["..."]);
    return input;
  }
}

/** 1 where x > 0, else 0; derivative 0 everywhere, so nothing before it learns by descent. */
export class Threshold extends Module {
  forward(input: Tensor): Tensor {
    return step(checkFloating(this, input));
  }
}

/** s = 1 / (1 + exp(-x)); derivative s (1 - s). */
export class Sigmoid extends Module {
  forward(input: Tensor): Tensor {
    return checkFloating(this, input).sigmoid();
  }
}

/** t = tanh x; derivative 1 - t^2. */
export class Tanh extends Module {
  forward(input: Tensor): Tensor {
    return checkFloating(this, input).tanh();
  }
}

/** max(x, 0); derivative 1 where x > 0, else 0. */
export class ReLU extends Module {
  forward(input: Tensor): Tensor {
    return checkFloating(this, input).relu();
  }
}

/** x where x > 0, else negativeSlope x; derivative 1 or negativeSlope. Maas et al. 2013. */
export class LeakyReLU extends Module {
  /** @param negativeSlope default 0.01 */
  constructor(readonly negativeSlope = 0.01) {
    super();
    requireFinite("LeakyReLU", "negativeSlope", negativeSlope);
  }

  forward(input: Tensor): Tensor {
    return leakyRelu(checkFloating(this, input), this.negativeSlope);
  }

  override toString(): string {
    return `LeakyReLU(${this.negativeSlope})`;
  }
}

/**
 * x where x > 0, else alpha (exp(x) - 1); derivative 1 or alpha exp(x). Clevert, Unterthiner and
 * Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units", ICLR 2016.
 */
export class ELU extends Module {
  /** @param alpha what it saturates at for small x, negated. Default 1 */
  constructor(readonly alpha = 1) {
    super();
    requireFinite("ELU", "alpha", alpha);
  }

  forward(input: Tensor): Tensor {
    return elu(checkFloating(this, input), this.alpha);
  }

  override toString(): string {
    return `ELU(${this.alpha})`;
  }
}

/** x P(Z <= x) for standard normal Z, exactly or with "tanh" approximately. */
export class GELU extends Module {
  readonly approximate: "none" | "tanh";

  constructor(options: GeluOptions = {}) {
    super();
    this.approximate = checkApproximation("GELU", options);
  }

  forward(input: Tensor): Tensor {
    return gelu(checkFloating(this, input), { approximate: this.approximate });
  }

  override toString(): string {
    return this.approximate === "tanh" ? 'GELU({ approximate: "tanh" })' : "GELU";
  }
}

/** x s with s = 1 / (1 + exp(-x)); derivative s (1 + x (1 - s)). Elfwing, Uchibe and Doya 2018. */
export class SiLU extends Module {
  forward(input: Tensor): Tensor {
    return silu(checkFloating(this, input));
  }
}

/** log(1 + exp(beta x)) / beta, a smooth ReLU; derivative 1 / (1 + exp(-beta x)). */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(options: SoftplusOptions = {}) {
    super();
    const { beta, threshold } = checkSoftplus("Softplus", options);
    this.beta = beta;
    this.threshold = threshold;
  }

  forward(input: Tensor): Tensor {
    return softplus(checkFloating(this, input), { beta: this.beta, threshold: this.threshold });
  }

  override toString(): string {
    return `Softplus({ beta: ${this.beta}, threshold: ${this.threshold} })`;
  }
}

/** s_i = exp(x_i) / sum_j exp(x_j) along an axis; derivative ds_i/dx_j = s_i ([i = j] - s_j). */
export class Softmax extends Module {
  /** @param axis default -1 */
  constructor(readonly axis = -1) {
    super();
    requireAxis("Softmax", axis);
  }

  forward(input: Tensor): Tensor {
    return checkFloating(this, input).softmax(filledAxis(this, this.axis, input));
  }

  override toString(): string {
    return `Softmax(${this.axis})`;
  }
}

/** log s_i with s of `Softmax`, accurate where s_i is near 0; derivative [i = j] - s_j. */
export class LogSoftmax extends Module {
  /** @param axis default -1 */
  constructor(readonly axis = -1) {
    super();
    requireAxis("LogSoftmax", axis);
  }

  forward(input: Tensor): Tensor {
    return checkFloating(this, input).logSoftmax(filledAxis(this, this.axis, input));
  }

  override toString(): string {
    return `LogSoftmax(${this.axis})`;
  }
}

function filledAxis(layer: AnyModule, axis: number, input: Tensor): number {
  const checked = checkAxis(layer, axis, input);
  requireElements(layer, input, checked);
  return checked;
}

function requireAxis(layer: string, axis: number): void {
  if (Number.isInteger(axis)) return;
  throw new ArgumentError(
    `${layer}: received axis ${describeValue(axis)}, expected an integer; -1 is the last axis.`,
  );
}
