import {
  ArgumentError,
  describeValue,
  requireInstance,
  requireOptions,
  requirePlain,
} from "../array/index.js";
import { TensorDataset } from "../data/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { readValues, type Values } from "../tensor/values.js";
import { indicesOf, slotsOf } from "./categories.js";
import type { Column, ColumnKind } from "./column.js";
import { type Fitted, fitEncoding } from "./encodings.js";
import { columnOf, emptyColumn, requireKind } from "./lookUp.js";
import type { CategoryEncoding, Encoding, NumberEncoding } from "./options.js";
import type { Place } from "./place.js";
import { requireFitted } from "./stored.js";
import { Table } from "./table.js";
import { requireTarget, type Target, targetTensor } from "./target.js";
import { type Feature, featuresOf } from "./write.js";

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
 *   inputs: { rooms: { as: "standard", missing: "median" }, town: { as: "oneHot", unknown: "mean" } },
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
      requirePlain("TableEncoder.fit", `the ${what}`, part, example);
    }
    const fitAll = (
      encodings: Readonly<Record<string, Encoding>>,
      isTarget: boolean,
    ): [string, Fitted][] =>
      Object.entries(encodings).map(([name, each]) => {
        const place = { caller: "TableEncoder.fit", name, isTarget };
        return [name, fitEncoding(place, columnOf(place, train), each)];
      });
    return new TableEncoder(new Map(fitAll(inputs, false)), fitAll(target, true));
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

  /** The kinds of the columns in training: read other files that hold the target with them. */
  get kinds(): Readonly<Record<string, ColumnKind>> {
    return { ...this.inputKinds, ...(this.#target && kindsOf([this.#target])) };
  }

  /** The same without the target: read files for prediction with them. */
  get inputKinds(): Readonly<Record<string, ColumnKind>> {
    return kindsOf([...this.#inputs]);
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
    const features = this.#features((place, fitted) => requireKind(place, table, fitted));
    const indexed = [...this.#inputs].flatMap(([name, fitted]): Feature[] => {
      if (fitted.as !== "index") return [];
      const place = placeOf(name);
      return [[name, indicesOf(place, requireKind(place, table, fitted), fitted)]];
    });
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
      ...(target && { target: this.#encodeTarget(table, target) }),
    };
  }

  #encodeTarget(table: Table, [name, fitted]: Target): Tensor {
    const place = placeOf(name, true);
    return targetTensor(place, requireKind(place, table, fitted), fitted);
  }

  /**
   * What `encode` gives as samples: `[features, indices, target]`, those of them that there are, in this
   * order. A `Trainer` gives all before the target to `model.forward`.
   */
  dataset(table: Table): TensorDataset {
    const { features, indices, target } = this.encode(table);
    return new TensorDataset([features, indices, target].filter((each) => each !== undefined));
  }

  #features(columnFor: (place: Place, fitted: Fitted) => Column): Feature[] {
    return [...this.#inputs].flatMap(([name, fitted]) => {
      const place = placeOf(name);
      return fitted.as === "index" ? [] : featuresOf(place, columnFor(place, fitted), fitted);
    });
  }
}

const placeOf = (name: string, isTarget = false): Place => ({
  caller: "TableEncoder.encode",
  name,
  isTarget,
});

const kindsOf = (
  all: readonly (readonly [string, Fitted])[],
): Readonly<Record<string, ColumnKind>> =>
  Object.fromEntries(all.map(([name, { kind }]) => [name, kind]));

/** Columns as the rows of a matrix. */
function interleave<A extends Float32Array | Int32Array>(features: readonly Feature[], into: A): A {
  for (const [position, [, values]] of features.entries()) {
    for (let row = 0; row < values.length; row++) {
      into[row * features.length + position] = values[row] as number;
    }
  }
  return into;
}
