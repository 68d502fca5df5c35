import {
  ArgumentError,
  describeValue,
  requireCount,
  requireInstance,
  requireOptions,
} from "../array/index.js";
import { requireIndices } from "./sequences.js";
import { requireFormat } from "./stored.js";
import { requireTexts } from "./tokenizers.js";

/** Tokens that stand for no word of a text. They come first in a vocabulary, in this order. */
export interface SpecialTokens {
  /** Fills up what is too short. Default "<pad>". */
  readonly padding?: string | null;
  /** In place of a token that is not in the vocabulary. Default "<unk>". */
  readonly unknown?: string | null;
  /** Stands before a sequence. Default: none. */
  readonly begin?: string | null;
  /** Stands behind a sequence. Default: none. */
  readonly end?: string | null;
}

export interface VocabularyOptions {
  /** `null` leaves one out. */
  readonly special?: SpecialTokens;
  /** Tokens that occur less often are left out. Default 1. */
  readonly minimumCount?: number;
  /** The most frequent tokens are kept, so many with the special ones. Default: no limit. */
  readonly maximumSize?: number;
}

/** What `toJSON` gives and `fromJSON` takes. */
export interface StoredVocabulary {
  readonly format: "versant.vocabulary";
  readonly version: 1;
  readonly tokens: readonly string[];
  readonly counts: readonly number[];
  readonly special: Required<SpecialTokens>;
}

type Parts = Pick<StoredVocabulary, "tokens" | "counts" | "special">;

const specialNames = ["padding", "unknown", "begin", "end"] as const;

/**
 * The tokens that a model knows, each with an index from 0. Special tokens come first, then the others
 * by falling count, equal counts in the order of their code units: the same texts give the same
 * vocabulary, in whatever order they come.
 */
export class Vocabulary {
  readonly tokens: readonly string[];
  /** How often each token occurred in the texts of `fit`; 0 for special tokens. */
  readonly counts: readonly number[];
  readonly special: Required<SpecialTokens>;
  readonly #indices: ReadonlyMap<string, number>;

  private constructor({ tokens, counts, special }: Parts) {
    this.tokens = tokens;
    this.counts = counts;
    this.special = special;
    this.#indices = new Map(tokens.map((token, index) => [token, index]));
  }

  /**
   * The vocabulary of some texts; those of the training part, as what is known of the others is not
   * known at prediction.
   *
   * @param texts each as a list of tokens
   * @throws ArgumentError when a token is no string, nothing is left to know, or special tokens are
   *   not distinct
   */
  static fit(texts: Iterable<readonly string[]>, options: VocabularyOptions = {}): Vocabulary {
    requireOptions("Vocabulary.fit", options, ["special", "minimumCount", "maximumSize"]);
    const { minimumCount = 1, maximumSize } = options;
    requireCount("Vocabulary.fit", "minimumCount", minimumCount);
    if (maximumSize !== undefined) requireCount("Vocabulary.fit", "maximumSize", maximumSize);
    const special = checkSpecial(options.special ?? {});
    const reserved = listSpecial(special);
    const counts = new Map<string, number>();
    requireTexts("Vocabulary.fit", texts, "each a list of tokens");
    for (const text of texts) {
      requireInstance("Vocabulary.fit", "a text", text, Array, "cut it with a tokeniser first");
      for (const token of text) {
        requireToken("Vocabulary.fit", token);
        counts.set(token, (counts.get(token) ?? 0) + 1);
      }
    }
    // A token that looks like a special one is no word: it would share its index.
    for (const token of reserved) counts.delete(token);
    const ordered = [...counts]
      .filter(([, count]) => count >= minimumCount)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
      .slice(0, maximumSize === undefined ? undefined : Math.max(0, maximumSize - reserved.length));
    if (ordered.length === 0) {
      throw new ArgumentError(
        `Vocabulary.fit: ${counts.size} different tokens occur and none is kept with minimumCount ` +
          `${minimumCount} and maximumSize ${maximumSize ?? "without limit"}; expected at least one ` +
          "besides the special tokens. Lower the one or raise the other.",
      );
    }
    return new Vocabulary({
      tokens: [...reserved, ...ordered.map(([token]) => token)],
      counts: [...reserved.map(() => 0), ...ordered.map(([, count]) => count)],
      special,
    });
  }

  /** @throws ArgumentError when `stored` is not what `toJSON` gave */
  static fromJSON(stored: unknown): Vocabulary {
    requireFormat("Vocabulary.fromJSON", stored, "versant.vocabulary");
    const { tokens, counts, special } = stored as Partial<StoredVocabulary>;
    const isComplete =
      Array.isArray(tokens) &&
      Array.isArray(counts) &&
      tokens.length === counts.length &&
      tokens.every((token) => typeof token === "string") &&
      counts.every((count) => Number.isInteger(count) && count >= 0);
    if (!isComplete || new Set(tokens).size !== tokens.length) {
      throw new ArgumentError(
        `Vocabulary.fromJSON: received ${describeValue(tokens)} as tokens and ` +
          `${describeValue(counts)} as counts, expected what toJSON gives: distinct tokens with as ` +
          "many counts.",
      );
    }
    const checked = checkSpecial(special ?? {});
    const reserved = listSpecial(checked);
    if (tokens.length <= reserved.length) {
      throw new ArgumentError(
        `Vocabulary.fromJSON: received ${tokens.length} tokens, expected at least one besides the ` +
          `${reserved.length} special ones.`,
      );
    }
    if (reserved.some((token, index) => tokens[index] !== token)) {
      throw new ArgumentError(
        `Vocabulary.fromJSON: received tokens that begin with ${tokens.slice(0, reserved.length).map(describeValue).join(", ")}, expected the special ` +
          `ones first: ${reserved.join(", ")}.`,
      );
    }
    return new Vocabulary({ tokens: [...tokens], counts: [...counts], special: checked });
  }

  /** Number of tokens, the special ones among them: the rows of an `nn.Embedding`. */
  get size(): number {
    return this.tokens.length;
  }

  /** For `nn.Embedding` and `pad`; undefined without a padding token. */
  get paddingIndex(): number | undefined {
    const { padding } = this.special;
    return padding === null ? undefined : this.#indices.get(padding);
  }

  /** Whether a token, special ones among them, has an index of its own. */
  has(token: string): boolean {
    return this.#indices.has(token);
  }

  /**
   * The index of a token, or of the unknown one in its place.
   *
   * @throws ArgumentError for what is no string, and for a token that is not there, if none stands for
   *   the unknown
   */
  indexOf(token: string): number {
    requireToken("Vocabulary", token);
    const { unknown } = this.special;
    const index =
      this.#indices.get(token) ?? (unknown === null ? undefined : this.#indices.get(unknown));
    if (index !== undefined) return index;
    throw new ArgumentError(
      `Vocabulary: received ${describeValue(token)}, expected one of its ${this.size} tokens; a ` +
        "vocabulary with special.unknown gives others the index of that.",
    );
  }

  /** The indices of a text's tokens, between those of begin and end where the vocabulary has them. */
  encode(tokens: readonly string[]): Int32Array {
    requireInstance(
      "Vocabulary.encode",
      "the text",
      tokens,
      Array,
      "cut it with a tokeniser first",
    );
    const { begin, end } = this.special;
    const whole = [...(begin === null ? [] : [begin]), ...tokens, ...(end === null ? [] : [end])];
    return Int32Array.from(whole, (token) => this.indexOf(token));
  }

  /**
   * The tokens with these indices, without padding, begin and end.
   *
   * @throws ArgumentError for what is no list of indices, and an index that no token has
   */
  decode(indices: ArrayLike<number>): string[] {
    requireIndices("Vocabulary.decode", indices);
    const { padding, begin, end } = this.special;
    return Array.from(indices, (index) => {
      const token = this.tokens[index];
      if (token !== undefined) return token;
      throw new ArgumentError(
        `Vocabulary.decode: received index ${index}, expected integers from 0 to ${this.size - 1}.`,
      );
    }).filter((token) => token !== padding && token !== begin && token !== end);
  }

  toJSON(): StoredVocabulary {
    const { tokens, counts, special } = this;
    return { format: "versant.vocabulary", version: 1, tokens, counts, special };
  }
}

function requireToken(operation: string, token: unknown): void {
  if (typeof token === "string") return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(token)} as a token, expected a string; String(token) ` +
      "makes one.",
  );
}

function checkSpecial(special: SpecialTokens): Required<SpecialTokens> {
  requireOptions("Vocabulary", special, specialNames, "special");
  const { padding = "<pad>", unknown = "<unk>", begin = null, end = null } = special;
  const complete = { padding, unknown, begin, end };
  const given = listSpecial(complete);
  if (given.some((token) => typeof token !== "string") || new Set(given).size !== given.length) {
    throw new ArgumentError(
      `Vocabulary: received special tokens ${given.map(describeValue).join(", ")}, expected strings ` +
        "that differ, or null for one that is not wanted.",
    );
  }
  return complete;
}

const listSpecial = (special: Required<SpecialTokens>): string[] =>
  specialNames.map((name) => special[name]).filter((token) => token !== null);
