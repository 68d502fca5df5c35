import {
  requireCount,
  requireFlag,
  requireOptions,
  type Shape,
  sizeOf,
} from "../../array/index.js";
import { Parameter, type Tensor } from "../../tensor/index.js";
import { requireInput } from "../check.js";
import { type Initializer, initialValues, torchDefault, zeros } from "../init/index.js";
import { Module } from "../module.js";

export interface LinearOptions {
  /** Add a bias. Default true. */
  readonly bias?: boolean;
  /** Draws the weight; the bias then starts at 0. Default: PyTorch's, for both. */
  readonly initializer?: Initializer;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

/**
 * y = x W^T + b: (..., inFeatures) to (..., outFeatures), with weight (outFeatures, inFeatures) and
 * bias (outFeatures,), as in PyTorch. Both start as U(-k, k) with k = 1 / sqrt(inFeatures).
 */
export class Linear extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: LinearOptions = {},
  ) {
    super();
    requireOptions("Linear", options, ["bias", "initializer", "dtype"]);
    const { bias = true, initializer, dtype = "float32" } = options;
    for (const [name, value] of Object.entries({ inFeatures, outFeatures })) {
      requireCount(String(this), name, value);
    }
    requireFlag(String(this), "bias", bias);
    const fans = { fanIn: inFeatures, fanOut: outFeatures };
    const draw = (drawn: Initializer, shape: Shape): Parameter =>
      new Parameter(initialValues(drawn, shape, fans, dtype, String(this)));
    this.weight = draw(initializer ?? torchDefault(), [outFeatures, inFeatures]);
    this.bias = bias ? draw(initializer ? zeros() : torchDefault(), [outFeatures]) : null;
  }

  /** @throws ShapeError, DTypeError when `input` is not (..., inFeatures) of the weight's dtype */
  forward(input: Tensor): Tensor {
    const { inFeatures, outFeatures, weight, bias } = this;
    requireInput(this, input, ["...", inFeatures], {
      dtype: weight.dtype,
      mend: (shape) => mend(shape, inFeatures, outFeatures),
    });
    const product = input.matmul(weight.transpose());
    return bias ? product.add(bias) : product;
  }

  override toString(): string {
    return `Linear(${this.inFeatures}, ${this.outFeatures})`;
  }
}

function mend(shape: Shape, inFeatures: number, outFeatures: number): string {
  const start = shape.findIndex((_, axis) => sizeOf(shape.slice(axis)) === inFeatures);
  if (start >= 0 && start < shape.length - 1) return `flatten it first with .flatten(${start})`;
  if (inFeatures === 1) return "add an axis with .unsqueeze(-1)";
  if (shape.length === 2 && shape[0] === inFeatures) return "is it transposed?";
  return `a layer for this input would be Linear(${shape.at(-1) ?? 1}, ${outFeatures})`;
}
