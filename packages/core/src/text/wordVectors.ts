import {
  ArgumentError,
  describeValue,
  requireCount,
  requireInstance,
  ShapeError,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";

/** A word and how near it is: the cosine of the angle between the vectors, from -1 to 1. */
export interface Neighbour {
  readonly word: string;
  readonly similarity: number;
}

/** A vector for each of some words: those of Word2Vec, or of a GloVe file. */
export class WordVectors {
  /** Numbers of a vector. */
  readonly features: number;
  readonly #rows: ReadonlyMap<string, number>;
  readonly #norms: Float64Array;

  /**
   * @param words all different
   * @param values (words, features), row-major
   * @throws ArgumentError when a word occurs twice or a value is not finite; ShapeError when values are no rows, one a word
   */
  constructor(
    readonly words: readonly string[],
    readonly values: Float32Array,
  ) {
    requireInstance("WordVectors", "the words", words, Array);
    requireInstance("WordVectors", "the values", values, Float32Array);
    this.features = values.length / words.length;
    if (!Number.isInteger(this.features) || this.features < 1) {
      throw new ShapeError(
        `WordVectors: received ${values.length} values for ${words.length} words, expected as many ` +
          "for each word, one at least.",
      );
    }
    this.#rows = new Map(words.map((word, row) => [word, row]));
    if (this.#rows.size !== words.length) {
      const twice = words.find((word, row) => this.#rows.get(word) !== row);
      throw new ArgumentError(
        `WordVectors: received the word ${describeValue(twice)} twice, expected different words.`,
      );
    }
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new ArgumentError(
        `WordVectors: received ${values[wrong]} in the vector of ` +
          `${describeValue(words[Math.floor(wrong / this.features)])}, expected finite numbers.`,
      );
    }
    this.#norms = Float64Array.from(words, (_, row) => Math.sqrt(this.#dot(row, this.#row(row))));
  }

  has(word: string): boolean {
    return this.#rows.has(word);
  }

  /**
   * A copy of a word's vector.
   *
   * @throws ArgumentError for a word that has none
   */
  vector(word: string): Float32Array {
    return this.#row(this.#rowOf(word)).slice();
  }

  /**
   * The cosine of the angle between the vectors of two words.
   *
   * @throws ArgumentError for a word that has none
   */
  similarity(first: string, second: string): number {
    const row = this.#rowOf(first);
    return this.#cosine(row, this.vector(second), this.#norms[this.#rowOf(second)] as number);
  }

  /**
   * The words nearest to a word, itself left out, or to a vector; the nearest first.
   *
   * @param count how many. Default 10
   * @throws ArgumentError for a word that has no vector, or a vector that is not finite; ShapeError
   *   for one of another length
   */
  nearest(to: string | Float32Array, count = 10): Neighbour[] {
    requireCount("WordVectors.nearest", "count", count);
    const vector = typeof to === "string" ? this.vector(to) : to;
    requireInstance("WordVectors.nearest", "the vector", vector, Float32Array, "or a word");
    if (vector.length !== this.features) {
      throw new ShapeError(
        `WordVectors.nearest: received a vector of ${vector.length}, expected ${this.features}.`,
      );
    }
    if (!vector.every(Number.isFinite)) {
      throw new ArgumentError(
        "WordVectors.nearest: received a vector that holds NaN or infinities, expected finite numbers.",
      );
    }
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return this.words
      .map((word, row) => ({ word, similarity: this.#cosine(row, vector, norm) }))
      .filter(({ word }) => word !== to)
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, count);
  }

  /**
   * Rows for the tokens of a vocabulary, (tokens, features), zeros for those without a vector; for
   * `nn.Embedding.fromPretrained`.
   */
  tensorFor(tokens: readonly string[]): Tensor {
    requireInstance("WordVectors.tensorFor", "the tokens", tokens, Array);
    const values = new Float32Array(tokens.length * this.features);
    tokens.forEach((token, index) => {
      const row = this.#rows.get(token);
      if (row !== undefined) values.set(this.#row(row), index * this.features);
    });
    return tensor(values, { shape: [tokens.length, this.features] });
  }

  #rowOf(word: string): number {
    const row = this.#rows.get(word);
    if (row !== undefined) return row;
    throw new ArgumentError(
      `WordVectors: received ${describeValue(word)}, expected one of its ${this.words.length} words; ` +
        "has(word) tells.",
    );
  }

  #row(row: number): Float32Array {
    return this.values.subarray(row * this.features, (row + 1) * this.features);
  }

  #dot(row: number, vector: Float32Array): number {
    const start = row * this.features;
    let sum = 0;
    for (let feature = 0; feature < this.features; feature++) {
      sum += (this.values[start + feature] as number) * (vector[feature] as number);
    }
    return sum;
  }

  /** 0 where one of the vectors is 0. */
  #cosine(row: number, vector: Float32Array, norm: number): number {
    const both = (this.#norms[row] as number) * norm;
    return both === 0 ? 0 : this.#dot(row, vector) / both;
  }
}
