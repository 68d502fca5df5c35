import { ArgumentError, describeValue, requireCount } from "../../array/index.js";
import { Parameter, type Tensor, tensor } from "../../tensor/index.js";
import { type Initializer, initialValues, normal } from "../init/index.js";
import { Module } from "../module.js";

export interface EmbeddingOptions {
  /** The index that stands for nothing: its vector starts at 0 and is not trained. Default: none. */
  readonly paddingIndex?: number;
  /** Draws the vectors. Default N(0, 1). */
  readonly initializer?: Initializer;
  /** float64 is for the reference device. Default float32. */
  readonly dtype?: "float32" | "float64";
}

export const embeddingOptionNames = ["paddingIndex", "initializer", "dtype"];

/** What Embedding and EmbeddingBag share: the vectors, and finding them. */
export abstract class EmbeddingTable<Inputs extends readonly unknown[]> extends Module<Inputs> {
  /** (count, features) */
  readonly weight: Parameter;
  readonly paddingIndex: number | null;

  constructor(
    readonly count: number,
    readonly features: number,
    { paddingIndex, initializer = normal(), dtype = "float32" }: EmbeddingOptions,
  ) {
    super();
    requireCount(String(this), "count", count);
    requireCount(String(this), "features", features);
    this.paddingIndex = this.#checkPadding(paddingIndex);
    const shape = [count, features];
    const drawn = initialValues(initializer, shape, undefined, dtype, String(this));
    this.weight = new Parameter(
      paddingIndex === undefined ? drawn : withoutRow(drawn, paddingIndex),
    );
  }

  #checkPadding(index: number | undefined): number | null {
    if (index === undefined) return null;
    if (Number.isInteger(index) && index >= 0 && index < this.count) return index;
    throw new ArgumentError(
      `${this}: received paddingIndex ${describeValue(index)}, expected an integer from 0 to ` +
        `${this.count - 1}.`,
    );
  }

  /** Where the padding index stands, if there is one. */
  protected isPadding(indices: Tensor): Tensor | null {
    return this.paddingIndex === null ? null : indices.cast("int32").equal(this.paddingIndex);
  }

  /** (...) to (..., features) */
  protected vectorsOf(indices: Tensor): Tensor {
    return this.weight.take(indices, 0, `indices of ${this.nameInRuns()}`);
  }

  /**
   * What errors of a run call the layer: nobody knows its path then but the weight, once a model has
   * listed it.
   */
  protected nameInRuns(): string {
    const [, path] = /^(.+)\.weight$/.exec(this.weight.name) ?? [];
    return `${this}${path ? ` "${path}"` : ""}`;
  }

  override toString(): string {
    return `${this.constructor.name}(${this.count}, ${this.features})`;
  }
}

/** A table with zeros in one row. */
function withoutRow(table: Tensor, row: number): Tensor {
  const values = table.dataSync();
  const features = table.shape[1] as number;
  return tensor(values.fill(0, row * features, (row + 1) * features), { shape: table.shape });
}
