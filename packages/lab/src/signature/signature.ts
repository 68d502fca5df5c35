import type { DType, StoredTableEncoder, text } from "@versant/core";

/** How a number that people know becomes the one that a model knows: (x - mean) / deviation. */
export interface StoredScale {
  /** One number, or one for each place of the last axis. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** One tensor of a sample, without the axis of the samples. */
export interface SampleTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** Numbers as they are: nested lists, a flat list, a typed array, or the bytes of one. */
export interface NumbersInput extends SampleTensor {
  readonly kind: "numbers";
  /** Of the places of a sample of one axis: it may come as an object then, or as a row of a CSV file. */
  readonly names?: readonly string[];
  readonly scale?: StoredScale;
}

/** A PNG or JPEG file, which is resized, or pixels as the dataset stores them. */
export interface ImageInput extends SampleTensor {
  readonly kind: "image";
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** The order of the stored pixels: channel by channel, or the channels of a pixel side by side. */
  readonly layout: "CHW" | "HWC";
  /** A file of other proportions is stretched, or cut at its sides. */
  readonly fit: "stretch" | "cut";
  readonly scale?: StoredScale;
}

/** How a text is cut into tokens. */
export type StoredTokenizer =
  | {
      readonly by: "words";
      readonly lowerCase: boolean;
      readonly numbers: boolean;
      readonly punctuation: boolean;
    }
  | { readonly by: "characters"; readonly lowerCase: boolean }
  | { readonly by: "bytePairs" };

/** Text: cut into tokens, each an index, filled up or cut off to `length`, the shape's only axis. */
export interface TextInput extends SampleTensor {
  readonly kind: "text";
  readonly tokenizer: StoredTokenizer;
  readonly vocabulary: text.StoredVocabulary | text.StoredBytePairEncoding;
  readonly padding: number;
}

/** A row of a table, as an object by the names of its columns. */
export interface TableInput {
  readonly kind: "table";
  readonly encoder: StoredTableEncoder;
}

export type SingleInput = NumbersInput | ImageInput | TextInput | TableInput;

/** An object with one entry for each, in the order in which the model takes them. */
export interface SeveralInputs {
  readonly kind: "several";
  readonly inputs: Readonly<Record<string, SingleInput>>;
}

export type Input = SingleInput | SeveralInputs;

/**
 * How scores become probabilities: a softmax over all classes, the logistic function of a single score
 * (that of the second of two classes), or not at all.
 */
export type Activation = "softmax" | "sigmoid" | "none";

/** One of several classes for a sample; scores (C,), or a single one. */
export interface ClassesOutput {
  readonly kind: "classes";
  readonly shape: readonly number[];
  readonly names: readonly string[];
  readonly activation: Activation;
}

/** A class for each position of a sample; scores (C, T). */
export interface PositionsOutput {
  readonly kind: "positions";
  readonly shape: readonly number[];
  readonly names: readonly string[];
  readonly activation: "softmax" | "none";
}

/** Numbers: answer * deviation + mean. */
export interface NumbersOutput {
  readonly kind: "numbers";
  readonly shape: readonly number[];
  /** Of the places of an answer of one axis. */
  readonly names?: readonly string[];
  /** Of each of these, such as "kg"; for people. */
  readonly units?: readonly string[];
  readonly scale?: StoredScale;
}

export type Output = ClassesOutput | PositionsOutput | NumbersOutput;

/** What goes into a model, and what comes out: all that is needed to use it without its author's code. */
export interface Signature {
  readonly format: 1;
  readonly input: Input;
  readonly output: Output;
}
