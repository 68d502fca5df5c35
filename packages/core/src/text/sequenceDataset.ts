import {
  ArgumentError,
  describeValue,
  requireCount,
  requireInstance,
  requireOptions,
} from "../array/index.js";
import type { Dataset } from "../data/index.js";
import { arange, slice, Tensor, tensor, where } from "../tensor/index.js";
import { flatten, lengthOf, requireIndex, requireSequences, type Sequence } from "./sequences.js";

export interface SequenceDatasetOptions {
  /**
   * T, of all batches: what is longer is cut at the end. Default: the longest sequence; the same for
   * all parts of the data lets them be compared row by row.
   */
  readonly length?: number;
  /**
   * Stands behind what is shorter: `vocabulary.paddingIndex`, or that of a `BytePairEncoding`. Default
   * 0, which no sequence may hold then.
   */
  readonly paddingIndex?: number;
  /**
   * What stands there in targets that are sequences, which need it; give the loss the same as
   * `ignoredIndex`. No class of a word: the number of classes, or -100.
   */
  readonly targetPadding?: number;
}

const optionNames = ["length", "paddingIndex", "targetPadding"];

/**
 * Texts of unequal length with their targets, for the Trainer: a batch is indices (N, T), filled up
 * with the padding index, which `nn.Embedding` and `nn.EmbeddingBag` pass over, and targets. Texts are
 * stored one behind the other and only the batch is padded, inside the compiled step.
 *
 * @param sequences the indices of each text's tokens
 * @param targets a tensor (N, ...), one row for each text; or a sequence for each text, one index for
 *   each token, as tagging has it
 * ```ts
 * const dataset = new text.SequenceDataset(sequences, tags, { targetPadding: -100 });
 * const cost = (scores: Tensor, tags: Tensor) => crossEntropy(scores, tags, { ignoredIndex: -100 });
 * ```
 *
 * @throws ArgumentError when sequences and targets do not fit together, targets that are sequences have
 *   no `targetPadding`, or a sequence holds the default padding index
 */
export class SequenceDataset implements Dataset<readonly [indices: Tensor, targets: Tensor]> {
  readonly length: number;
  /** T, the tokens of a row. */
  readonly tokens: number;
  /** How many tokens each text has, those that are cut not counted. */
  readonly lengths: Int32Array;
  readonly #inputs: Ragged;
  readonly #targets: Ragged | Tensor;

  constructor(
    sequences: readonly Sequence[],
    targets: Tensor | readonly Sequence[],
    options: SequenceDatasetOptions = {},
  ) {
    requireOptions("SequenceDataset", options, optionNames);
    const { paddingIndex = 0, targetPadding } = options;
    requireIndex("SequenceDataset", "paddingIndex", paddingIndex);
    requireSequences("SequenceDataset", "the sequences", sequences);
    if (options.paddingIndex === undefined) requireNoToken(sequences, paddingIndex);
    this.length = sequences.length;
    this.tokens = lengthOf("SequenceDataset", sequences, options.length);
    this.lengths = Int32Array.from(sequences, (each) => Math.min(each.length, this.tokens));
    this.#inputs = new Ragged(sequences, paddingIndex);
    this.#targets = Array.isArray(targets)
      ? new Ragged(checkTags(sequences, targets), checkTargetPadding(targetPadding))
      : checkTargets(sequences.length, targets);
  }

  /**
   * @param tokens T of this batch, where fewer than those of the dataset are enough, as a
   *   `BucketLoader` finds; what the dataset cuts stays cut. Default: those of the dataset
   */
  take(indices: Tensor, tokens: number = this.tokens): readonly [Tensor, Tensor] {
    requireCount("SequenceDataset.take", "tokens", tokens);
    const targets = this.#targets;
    const width = Math.min(tokens, this.tokens);
    return [
      this.#inputs.take(indices, width),
      targets instanceof Ragged ? targets.take(indices, width) : targets.take(indices),
    ];
  }
}

/** Sequences one behind the other, of which some become rows. */
class Ragged {
  readonly #values: Tensor;
  readonly #starts: Tensor;
  readonly #ends: Tensor;
  readonly #last: number;

  constructor(
    sequences: readonly Sequence[],
    readonly padding: number,
  ) {
    const { indices, offsets } = flatten(sequences);
    // Without any token there is still something to take, which is then replaced by padding.
    this.#values = tensor(indices.length > 0 ? indices : Int32Array.of(padding));
    this.#last = Math.max(0, indices.length - 1);
    const bounds = tensor(offsets);
    this.#starts = bounds.at(slice(0, -1));
    this.#ends = bounds.at(slice(1));
  }

  /** (N,) to (N, tokens) */
  take(rows: Tensor, tokens: number): Tensor {
    const places = this.#starts.take(rows).unsqueeze(1).add(arange(tokens));
    const isToken = places.less(this.#ends.take(rows).unsqueeze(1));
    return where(isToken, this.#values.take(places.minimum(this.#last)), this.padding);
  }
}

/** A token that is padding to the model would be passed over without a word. */
function requireNoToken(sequences: readonly Sequence[], padding: number): void {
  const holder = sequences.findIndex((sequence) => Array.from(sequence).includes(padding));
  if (holder < 0) return;
  throw new ArgumentError(
    `SequenceDataset: number ${holder} of the sequences holds ${padding}, the default of ` +
      "paddingIndex, expected an index that is no token's; give paddingIndex, such as " +
      `vocabulary.paddingIndex, or ${padding} where it stands for padding already.`,
  );
}

function checkTags(
  sequences: readonly Sequence[],
  targets: readonly Sequence[],
): readonly Sequence[] {
  if (targets.some((each: unknown) => typeof each === "number")) {
    throw new ArgumentError(
      `SequenceDataset: received a list of ${targets.length} as the targets that holds numbers, ` +
        "expected a list of sequences, or a tensor: of labels tensor(Int32Array.from(labels)).",
    );
  }
  requireSequences("SequenceDataset", "the targets", targets);
  const odd = sequences.findIndex((each, index) => each.length !== targets[index]?.length);
  if (targets.length === sequences.length && odd < 0) return targets;
  throw new ArgumentError(
    targets.length === sequences.length
      ? `SequenceDataset: sequence ${odd} has ${sequences[odd]?.length} tokens and its target ` +
          `${targets[odd]?.length}, expected one target for each token.`
      : `SequenceDataset: received ${targets.length} targets for ${sequences.length} sequences, ` +
          "expected one for each.",
  );
}

/** 0 would be a class of words, and training on padding would count as success. */
function checkTargetPadding(padding: number | undefined): number {
  if (Number.isInteger(padding) && Math.abs(padding as number) < 2 ** 31) return padding as number;
  throw new ArgumentError(
    `SequenceDataset: received targetPadding ${describeValue(padding)} and targets that are ` +
      "sequences, expected an integer that is no class, as their rows are filled up with it; write " +
      "targetPadding: -100 here, and ignoredIndex: -100 for the loss.",
  );
}

function checkTargets(samples: number, targets: unknown): Tensor {
  requireInstance("SequenceDataset", "the targets", targets, Tensor, "or a list of sequences");
  if (targets.shape[0] === samples) return targets;
  throw new ArgumentError(
    `SequenceDataset: received ${targets.shape[0] ?? "a scalar"} as the targets' first axis for ` +
      `${samples} sequences, expected one target for each.`,
  );
}
