import {
  ArgumentError,
  describeValue,
  requireFlag,
  requireOptions,
  type Shape,
  sizeOf,
} from "../../array/index.js";
import {
  arange,
  concatenate,
  full,
  ones,
  slice,
  type Tensor,
  tensor,
  where,
} from "../../tensor/index.js";
import { requireForwardOptions, requireIndices, requireInput } from "../check.js";
import { runningSum } from "../functional/runningSum.js";
import { labelOf } from "../path.js";
import { type EmbeddingOptions, EmbeddingTable, embeddingOptionNames } from "./embeddingTable.js";

export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** What is made of the vectors of a bag. Default "mean". */
  readonly mode?: "sum" | "mean";
  /** The last offset only ends the last bag. Default false: it starts one that goes to the end. */
  readonly includeLastOffset?: boolean;
}

const optionNames = [...embeddingOptionNames, "mode", "includeLastOffset"];

export interface Bags {
  /** Where each bag starts, (B,) int32 or uint8: from 0 to L, none below the one before. */
  readonly offsets?: Tensor;
  /** A factor for each index, of their shape; only for sums. */
  readonly weights?: Tensor;
}

/**
 * The sum or mean of the vectors of each bag of indices, without an order: for bag b with indices
 * i_1, ..., i_n, the row sum_j w_j E[i_j], or sum_j E[i_j] / n. An empty bag gives 0, and the padding
 * index counts as no element. As in PyTorch, bags are
 *
 *  - the rows of indices (N, L), to (N, features), or
 *  - runs of indices (L,) from each of the offsets (B,) to the next, to (B, features).
 *
 * With `includeLastOffset` there are B + 1 offsets, and what stands from the last one on belongs to no
 * bag. Ragged bags so fit into indices of one length L, filled up with any valid index, and a compiled
 * step fits them all, however many indices there are.
 */
export class EmbeddingBag extends EmbeddingTable<[indices: Tensor, bags?: Bags]> {
  readonly mode: "sum" | "mean";
  readonly includeLastOffset: boolean;

  /**
   * @throws ArgumentError for sizes, a padding index or a mode out of range, and for an unknown option
   */
  constructor(count: number, features: number, options: EmbeddingBagOptions = {}) {
    requireOptions("EmbeddingBag", options, optionNames);
    super(count, features, options);
    const { mode = "mean", includeLastOffset = false } = options;
    if (mode !== "sum" && mode !== "mean") {
      throw new ArgumentError(
        `${this}: received mode ${describeValue(mode)}, expected "sum" or "mean".`,
      );
    }
    requireFlag(String(this), "includeLastOffset", includeLastOffset);
    this.mode = mode;
    this.includeLastOffset = includeLastOffset;
  }

  /**
   * @param indices (N, L), or (L,) with offsets; int32 or uint8, from 0 to count - 1
   * @throws ArgumentError, ShapeError, DTypeError when indices, offsets and weights do not fit;
   *   ExecutionError, when it runs, for an index or an offset out of range, for a first offset above
   *   0, and for one below that before it
   */
  forward(indices: Tensor, bags: Bags = {}): Tensor {
    requireForwardOptions(this, bags, ["offsets", "weights"], "the bags");
    const { offsets, weights } = bags;
    const runs = offsets !== undefined;
    requireIndices(this, indices, runs ? ["L"] : ["N", "L"], {
      what: "the indices",
      mend: () => (runs ? "leave out the offsets" : "give one bag as (1, L), or offsets"),
    });
    const length = sizeOf(indices.shape);
    const list = indices.reshape([length]);
    const { collect, sizes } = runs ? this.#runsFrom(offsets, length) : rowsOf(indices.shape);
    const isPadding = this.isPadding(list)?.unsqueeze(-1);
    const counted = (each: Tensor): Tensor => (isPadding ? where(isPadding, 0, each) : each);
    const vectors = counted(this.vectorsOf(list));
    if (weights !== undefined) {
      const factors = this.#checkWeights(weights, indices).reshape([length, 1]);
      return collect(vectors.multiply(factors));
    }
    if (this.mode === "sum") return collect(vectors);
    const { dtype } = vectors;
    const elements = isPadding
      ? collect(counted(ones([length, 1], dtype)))
      : sizes.cast(dtype).unsqueeze(-1);
    return collect(vectors).divide(elements.maximum(1));
  }

  /** Runs from each of the offsets to the next as bags. */
  #runsFrom(offsets: Tensor, length: number): Collector {
    requireIndices(this, offsets, ["B"], { what: "the offsets" });
    const starts = offsets.shape[0] as number;
    const name = `offsets of ${this.nameInRuns()}`;
    const checked = checkedOffsets(offsets.cast("int32"), length, name);
    // The bag of a position: how many bags have started up to there, counted from 0. Those that start
    // at the end are counted and left out.
    const starting = ones([starts]).scatterSum(checked, length + 1);
    const bagOf = runningSum(starting).at(slice(0, length)).cast("int32").subtract(1);
    const label = `${name}, the first of which has to be 0`;
    const bags = this.includeLastOffset ? starts - 1 : starts;
    const ends = this.includeLastOffset
      ? checked.at(slice(1))
      : concatenate([checked.at(slice(1)), tensor(Int32Array.of(length))]).at(slice(0, starts));
    return {
      collect: (each) => each.scatterSum(bagOf, starts, 0, label).at(slice(0, bags)),
      sizes: ends.subtract(checked.at(slice(0, bags))),
    };
  }

  /** The weights, if they may be factors of the vectors. */
  #checkWeights(weights: Tensor, indices: Tensor): Tensor {
    if (this.mode === "mean") {
      throw new ArgumentError(
        `${labelOf(this)}: received weights in mode "mean", expected them in mode "sum" only; divide them ` +
          "by their sum for a weighted mean.",
      );
    }
    const { dtype } = this.weight;
    requireInput(this, weights, indices.shape, { what: "the weights", dtype });
    return weights;
  }
}

/** What adds up rows (length, ...) by bags, (B, ...), and how many rows each has, (B,). */
interface Collector {
  readonly collect: (each: Tensor) => Tensor;
  readonly sizes: Tensor;
}

/** The rows of indices (N, L) as bags: as runs, so that neither vectors nor gradients are spread out. */
function rowsOf([rows = 0, length = 0]: Shape): Collector {
  const bagOf = arange(rows)
    .unsqueeze(1)
    .expand([rows, length])
    .reshape([rows * length]);
  return { collect: (each) => each.scatterSum(bagOf, rows), sizes: full([rows], length) };
}

/** The offsets; a run that finds one out of range or below that before it is an ExecutionError. */
function checkedOffsets(offsets: Tensor, length: number, name: string): Tensor {
  // What is taken from a list has to be in it, and what is checked has to be used.
  const inRange = arange(length + 1).take(offsets, 0, name);
  const steps = inRange.at(slice(1)).subtract(inRange.at(slice(0, -1)));
  const increasing = arange(length + 1).take(steps, 0, `steps between the ${name}`);
  const first = inRange.at(slice(0, 1));
  return concatenate([first, inRange.at(slice(0, -1)).add(increasing)]);
}
