import { ArgumentError, describeValue } from "../array/index.js";
import type { Tensor } from "../tensor/index.js";

/** What becomes of the losses of single elements or samples. */
export type Reduction = "mean" | "sum" | "none";

export interface LossOptions {
  /** Default "mean". */
  readonly reduction?: Reduction;
}

type Reducer = (losses: Tensor) => Tensor;

const reducers: Readonly<Record<Reduction, Reducer>> = {
  mean: (losses) => losses.mean(),
  sum: (losses) => losses.sum(),
  none: (losses) => losses,
};

/** @param own reductions of this loss besides the three, or in the place of one */
export function reduce(
  operation: string,
  losses: Tensor,
  reduction = "mean",
  own: Readonly<Record<string, Reducer>> = {},
): Tensor {
  const known = new Map(Object.entries({ ...reducers, ...own }));
  const reducer = known.get(reduction);
  if (reducer) return reducer(losses);
  const names = [...known.keys()].map((name) => `"${name}"`).join(", ");
  throw new ArgumentError(
    `${operation}: received reduction ${describeValue(reduction)}, expected one of ${names}.`,
  );
}
