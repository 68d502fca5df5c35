import { ArgumentError, describeValue, requireInstance, requireOptions } from "../array/index.js";
import { TensorDataset } from "../data/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { readValues, type Values } from "../tensor/values.js";
import type { Column, ColumnKind } from "./column.js";
import { type Encoding, type Fitted, fitEncoding } from "./encodings.js";
import type { CategoryEncoding, NumberEncoding } from "./options.js";
import { requireFitted } from "./stored.js";
import { Table } from "./table.js";
import { requireTarget, type Target, targetTensor } from "./target.js";
import { type Feature, featuresOf, indicesOf, slotsOf } from "./write.js";

export interface TableEncoding {
  /** How each column of the input is encoded, by name; columns that are not named are not used. */
  readonly inputs: Readonly<Record<string, Encoding>>;
  /** One column: numbers for regression, categories `{ as: "index" }` for classification. */
  readonly target?: Readonly<Record<string, NumberEncoding | CategoryEncoding>>;
}

/** A table as tensors; what the encoding does not ask for is not there. */
export interface EncodedTable {
  /** float32 (N, F): numbers, one-hot categories and dates, in the order of `featureNames`. */
  readonly features?: Tensor;
  /** int32 (N, K): a column of indices for each column encoded as "index", in the order of `cardinalities`. */
  readonly indices?: Tensor;
  /** float32 (N, 1) for numbers, int32 (N,) for categories. */
  readonly target?: Tensor;
}

/** What `toJSON` gives and `fromJSON` takes. */
export interface StoredTableEncoder {
  readonly format: "versant.tableEncoder";
  readonly version: 1;
  readonly inputs: Readonly<Record<string, Fitted>>;
  readonly target: Readonly<Record<string, Fitted>>;
}

/**
 * Turns tables into tensors by transformations that were fitted on the training part alone. Means,
 * deviations and categories of other parts never enter: those parts are measured as they will be met.
 *
 * ```ts
 * const encoder = TableEncoder.fit(train, {
 *   inputs: { rooms: { as: "standard", missing: "median" }, town: { as: "oneHot", unknown: "slot" } },
 *   target: { price: { as: "standard" } },
 * });
 * const dataset = encoder.dataset(train);
 * writeFileSync("encoder.json", JSON.stringify(encoder));
 * ```
 *
 * A category `{ as: "index" }` is for an embedding that is learned with the model, which a `Trainer` then
 * gives two inputs:
 *
 * ```ts
 * class Prices extends nn.Module<[features: Tensor, indices: Tensor]> {
 *   town = new nn.Embedding(encoder.cardinalities.town, 4);
 *   output = new nn.Linear(encoder.featureNames.length + 4, 1);
 *
 *   forward(features: Tensor, indices: Tensor): Tensor {
 *     const town = this.town.forward(indices.at(slice(), 0));
 *     return this.output.forward(concatenate([features, town], 1));
 *   }
 * }
 * // After trainer.fit({ train, ... }), for other houses:
 * const { features, indices } = encoder.encode(houses);
 * const prices = encoder.decode(await trainer.predict([features, indices]));
 * ```
 */
export class TableEncoder {
  readonly #inputs: ReadonlyMap<string, Fitted>;
  readonly #target: Target | undefined;

  private constructor(inputs: ReadonlyMap<string, Fitted>, target: readonly [string, Fitted][]) {
    const caller = "TableEncoder";
    if (inputs.size === 0) {
      throw new ArgumentError(`${caller}: received no column in inputs, expected at least one.`);
    }
    this.#inputs = inputs;
    this.#target = requireTarget(caller, inputs, target);
  }

  /** @throws ArgumentError when an encoding does not suit its column, or a value is missing */
  static fit(train: Table, encoding: TableEncoding): TableEncoder {
    requireInstance("TableEncoder.fit", "the training part", train, Table);
    requireOptions("TableEncoder.fit", encoding, ["inputs", "target"], "the encoding");
    if (train.length === 0) {
      throw new ArgumentError("TableEncoder.fit: the training part has no row, expected some.");
    }
    const { inputs, target = {} } = encoding;
    const example = '{ rooms: { as: "standard" } } is one';
    for (const [what, part] of Object.entries({ inputs, target })) {
      requireInstance("TableEncoder.fit", `the ${what}`, part, Object, example);
    }
    const fitAll = (encodings: Readonly<Record<string, Encoding>>): [string, Fitted][] =>
      Object.entries(encodings).map(([name, each]) => [
        name,
        fitEncoding(name, train.column(name), each),
      ]);
    return new TableEncoder(new Map(fitAll(inputs)), fitAll(target));
  }

  /** @throws ArgumentError when `stored` is not what `toJSON` gave */
  static fromJSON(stored: unknown): TableEncoder {
    const { format, version, inputs, target } = (stored ?? {}) as Partial<StoredTableEncoder>;
    if (format !== "versant.tableEncoder" || version !== 1) {
      throw new ArgumentError(
        `TableEncoder.fromJSON: received format ${describeValue(format)}, version ` +
          `${describeValue(version)}, expected "versant.tableEncoder", version 1: the object that ` +
          "toJSON gave, parsed.",
      );
    }
    return new TableEncoder(
      new Map(requireFitted("inputs", inputs)),
      requireFitted("target", target),
    );
  }

  toJSON(): StoredTableEncoder {
    return {
      format: "versant.tableEncoder",
      version: 1,
      inputs: Object.fromEntries(this.#inputs),
      target: this.#target ? Object.fromEntries([this.#target]) : {},
    };
  }

  /** The kinds of the columns in training: read files for prediction with them. */
  get kinds(): Readonly<Record<string, ColumnKind>> {
    const all = [...this.#inputs, ...(this.#target ? [this.#target] : [])];
    return Object.fromEntries(all.map(([name, { kind }]) => [name, kind]));
  }

  /** What the columns of `features` are called. */
  get featureNames(): readonly string[] {
    return this.#features((_, { kind }) => emptyColumn(kind)).map(([name]) => name);
  }

  /** For each column of `indices` how many there are: the rows of its embedding. */
  get cardinalities(): Readonly<Record<string, number>> {
    const indexed = [...this.#inputs].flatMap(([name, fitted]) =>
      fitted.as === "index" ? [[name, slotsOf(fitted).length] as const] : [],
    );
    return Object.fromEntries(indexed);
  }

  /** What the class indices of a target of categories stand for; empty for numbers. */
  get classes(): readonly string[] {
    const fitted = this.#target?.[1];
    return fitted?.as === "index" ? slotsOf(fitted) : [];
  }

  /** Target = encoded * deviation + mean; the deviation is the `unit` of metrics of errors. */
  get targetScale(): { readonly mean: number; readonly deviation: number } {
    const fitted = this.#target?.[1];
    return fitted && "scale" in fitted ? fitted.scale : { mean: 0, deviation: 1 };
  }

  /**
   * Predictions of the model in the unit of the target: encoded * deviation + mean.
   *
   * @throws ArgumentError for what holds no numbers, and when the target is categories: the position of
   *   a prediction's greatest logit is that of its class in `classes`
   */
  decode(predictions: Values): Float64Array {
    const { elements } = readValues("TableEncoder.decode", "the predictions", predictions);
    if (this.classes.length > 0) {
      throw new ArgumentError(
        `TableEncoder.decode: the target "${this.#target?.[0]}" is categories, expected numbers; ` +
          "take the classes of predictions.argmax(1).",
      );
    }
    const { mean, deviation } = this.targetScale;
    return Float64Array.from(elements, (value) => value * deviation + mean);
  }

  /**
   * The tensors of a table. A table without the column of the target is one to predict for.
   *
   * @throws ArgumentError when a column is not there or of another kind than in training, a value is
   *   missing, or a category unknown, and no place was chosen for it
   */
  encode(table: Table): EncodedTable {
    requireInstance("TableEncoder.encode", "the table", table, Table);
    const rows = table.length;
    const columnOf = (name: string, fitted: Fitted): Column => requireKind(table, name, fitted);
    const features = this.#features(columnOf);
    const indexed = [...this.#inputs].flatMap(([name, fitted]): Feature[] =>
      fitted.as === "index" ? [[name, indicesOf(name, columnOf(name, fitted), fitted)]] : [],
    );
    const target = this.#target && table.columns.has(this.#target[0]) && this.#target;
    return {
      ...(features.length > 0 && {
        features: tensor(interleave(features, new Float32Array(rows * features.length)), {
          shape: [rows, features.length],
        }),
      }),
      ...(indexed.length > 0 && {
        indices: tensor(interleave(indexed, new Int32Array(rows * indexed.length)), {
          shape: [rows, indexed.length],
        }),
      }),
      ...(target && { target: targetTensor(target, columnOf(...target)) }),
    };
  }

  /**
   * What `encode` gives as samples: `[features, indices, target]`, those of them that there are, in this
   * order. A `Trainer` gives all before the target to `model.forward`.
   */
  dataset(table: Table): TensorDataset {
    const { features, indices, target } = this.encode(table);
    return new TensorDataset([features, indices, target].filter((each) => each !== undefined));
  }

  #features(columnOf: (name: string, fitted: Fitted) => Column): Feature[] {
    return [...this.#inputs].flatMap(([name, fitted]) =>
      fitted.as === "index" ? [] : featuresOf(name, columnOf(name, fitted), fitted),
    );
  }
}

/** A column of a table, which has to be what it was in training; without any value it may be. */
function requireKind(table: Table, name: string, { kind }: Fitted): Column {
  const column = table.column(name);
  if (column.kind === kind) return column;
  if (column.kind === "category" && column.categories.length === 0) {
    return emptyColumn(kind, column.values.length);
  }
  throw new ArgumentError(
    `TableEncoder: column "${name}" holds values of kind ${column.kind}, expected ${kind} as in ` +
      "training; read the table with { kinds: encoder.kinds }.",
  );
}

/** So many missing values. */
function emptyColumn(kind: ColumnKind, length = 0): Column {
  if (kind === "boolean") return { kind, values: new Int8Array(length).fill(-1) };
  if (kind === "category") return { kind, values: new Int32Array(length).fill(-1), categories: [] };
  return { kind, values: new Float64Array(length).fill(Number.NaN) };
}

/** Columns as the rows of a matrix. */
function interleave<A extends Float32Array | Int32Array>(features: readonly Feature[], into: A): A {
  for (const [position, [, values]] of features.entries()) {
    for (let row = 0; row < values.length; row++) {
      into[row * features.length + position] = values[row] as number;
    }
  }
  return into;
}
