import { ArgumentError, TableEncoder, text } from "@versant/core";
import { describeValue, requireCount, requireOptions } from "@versant/core/internal";
import { requireNames, requireOneOf, type ScaleOptions, storedScale } from "./checks.js";
import type {
  ImageInput,
  NumbersInput,
  SampleTensor,
  StoredTokenizer,
  TableInput,
  TextInput,
} from "./signature.js";

/** dtype and shape are those of what the dataset stores, and are filled in from there. */
type Declared<I extends SampleTensor> = Omit<I, keyof SampleTensor>;

export type DeclaredInput =
  | Declared<NumbersInput>
  | Declared<ImageInput>
  | (Declared<TextInput> & { readonly length: number })
  | TableInput;

export interface NumbersInputOptions {
  /** What the numbers of a sample are called, one for each. Default: they have no names. */
  readonly names?: readonly string[];
  /** By which the dataset's numbers were made of those that people know. Default: they are the same. */
  readonly scale?: ScaleOptions;
}

export interface ImageInputOptions {
  readonly width: number;
  readonly height: number;
  /** 1 for grey, 3 for colours. Default 1. */
  readonly channels?: 1 | 3;
  /** How the dataset stores the pixels. Default "CHW", as `imageStream` does. */
  readonly layout?: "CHW" | "HWC";
  /** A file of other proportions is stretched, or cut at its sides. Default "stretch". */
  readonly fit?: "stretch" | "cut";
  /** By which the dataset's numbers were made of bytes. Default: it stores bytes. */
  readonly scale?: ScaleOptions;
}

export interface TextInputOptions {
  /** Cut by `text.words` with these options; `{}` for its defaults. */
  readonly words?: text.WordsOptions;
  /** Or by `text.characters`. */
  readonly characters?: { readonly lowerCase?: boolean };
  /** What gives the tokens their indices; byte pairs cut the text themselves. A list is an alphabet. */
  readonly vocabulary: text.Vocabulary | text.BytePairEncoding | readonly string[];
  /** Tokens that the model reads: more are cut off at the end. */
  readonly length: number;
  /** What stands behind a shorter text. Default: the padding index of the vocabulary. */
  readonly padding?: number;
}

/**
 * What people give to a model, for the `signature` of a setup. Without one it is derived: rows of a
 * table where the preprocessing is a TableEncoder, images where they come of an `imageStream`, else the
 * numbers that the dataset stores.
 *
 * ```ts
 * signature: { input: input.image({ width: 28, height: 28 }), output: output.classes(names) }
 * ```
 *
 * A model of several inputs has them by name: `input: { picture: input.image({ ... }), age: input.numbers() }`.
 */
export const input = {
  /** Numbers, in the shape of what the dataset stores. */
  numbers(options: NumbersInputOptions = {}): DeclaredInput {
    requireOptions("input.numbers", options, ["names", "scale"]);
    const { names, scale } = options;
    return {
      kind: "numbers",
      ...(names && { names: requireNames("input.numbers", "names", names) }),
      ...(scale && { scale: storedScale("input.numbers", scale) }),
    };
  },

  /** PNG or JPEG files, which are resized to this size, or their pixels. */
  image(options: ImageInputOptions): DeclaredInput {
    const operation = "input.image";
    const names = ["width", "height", "channels", "layout", "fit", "scale"];
    requireOptions(operation, options, names);
    const { width, height, channels = 1, layout = "CHW", fit = "stretch", scale } = options;
    requireCount(operation, "width", width);
    requireCount(operation, "height", height);
    return {
      kind: "image",
      width,
      height,
      channels: requireOneOf(operation, "channels", channels, [1, 3]),
      layout: requireOneOf(operation, "layout", layout, ["CHW", "HWC"]),
      fit: requireOneOf(operation, "fit", fit, ["stretch", "cut"]),
      ...(scale && { scale: storedScale(operation, scale) }),
    };
  },

  /** Text, as tokens of a vocabulary: `input.text({ words: {}, vocabulary, length: 400 })`. */
  text(options: TextInputOptions): DeclaredInput {
    const operation = "input.text";
    requireOptions(operation, options, ["words", "characters", "vocabulary", "length", "padding"]);
    const { vocabulary: given, length } = options;
    requireCount(operation, "length", length);
    const vocabulary = Array.isArray(given) ? alphabet(given) : given;
    if (!(vocabulary instanceof text.Vocabulary || vocabulary instanceof text.BytePairEncoding)) {
      throw new ArgumentError(
        `${operation}: received ${describeValue(given)} as the vocabulary, expected a Vocabulary, a ` +
          "BytePairEncoding, or the list of an alphabet.",
      );
    }
    const padding = options.padding ?? vocabulary.paddingIndex;
    if (!Number.isInteger(padding) || Number(padding) < 0 || Number(padding) >= vocabulary.size) {
      throw new ArgumentError(
        `${operation}: received padding ${describeValue(padding)}, expected an index from 0 to ` +
          `${vocabulary.size - 1} to fill up short texts with, as the vocabulary has no padding token.`,
      );
    }
    return {
      kind: "text",
      tokenizer: tokenizerOf(operation, options, vocabulary instanceof text.BytePairEncoding),
      vocabulary: vocabulary.toJSON(),
      padding: Number(padding),
      length,
    };
  },

  /** Rows of a table, by the names of its columns. */
  table(encoder: TableEncoder): DeclaredInput {
    requireEncoder(encoder);
    return { kind: "table", encoder: encoder.toJSON() };
  },
};

function requireEncoder(encoder: unknown): void {
  if (encoder instanceof TableEncoder) return;
  throw new ArgumentError(
    `input.table: received ${describeValue(encoder)}, expected the TableEncoder that the dataset comes of.`,
  );
}

/** Tokens that have their places as indices, and no special ones among them. */
const alphabet = (tokens: readonly string[]): text.Vocabulary =>
  text.Vocabulary.fromJSON({
    format: "versant.vocabulary",
    version: 1,
    tokens,
    counts: tokens.map(() => 0),
    special: { padding: null, unknown: null, begin: null, end: null },
  });

function tokenizerOf(
  operation: string,
  { words, characters }: TextInputOptions,
  isBytePairs: boolean,
): StoredTokenizer {
  const given = [words, characters].filter((each) => each !== undefined).length;
  if (given !== (isBytePairs ? 0 : 1)) {
    throw new ArgumentError(
      `${operation}: received ${given} ways to cut a text (words, characters), expected ` +
        (isBytePairs
          ? "none, as byte pairs cut it themselves."
          : "one: words: {} cuts it into words, characters: {} into characters."),
    );
  }
  if (words) {
    text.words(words); // checks its options
    const { lowerCase = true, numbers = true, punctuation = false } = words;
    return { by: "words", lowerCase, numbers, punctuation };
  }
  if (characters) {
    text.characters(characters);
    return { by: "characters", lowerCase: characters.lowerCase ?? false };
  }
  return { by: "bytePairs" };
}
