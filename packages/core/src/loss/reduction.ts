import { ArgumentError, describeValue, requireOptions } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";

/** What becomes of the losses of single elements or samples. */
export type Reduction = "mean" | "sum" | "none";

export interface LossOptions {
  /** Default "mean". */
  readonly reduction?: Reduction;
}

export function reduce(losses: Tensor, options: LossOptions): Tensor {
  requireOptions("loss", options, ["reduction"]);
  const { reduction = "mean" } = options;
  switch (reduction) {
    case "mean":
      return losses.mean();
    case "sum":
      return losses.sum();
    case "none":
      return losses;
    default:
      throw new ArgumentError(
        `loss: received reduction ${describeValue(reduction)}, expected "mean", "sum" or "none".`,
      );
  }
}
