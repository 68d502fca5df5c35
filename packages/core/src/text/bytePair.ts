import {
  ArgumentError,
  giveTurn,
  isTurnDue,
  requireCount,
  requireInstance,
  requireOptions,
} from "../array/index.js";
import { learnMerges, type Merge, maximumBytes, mergePair } from "./bytePairTraining.js";
import { requireIndices } from "./sequences.js";
import { requireFormat } from "./stored.js";
import { requireText, requireTexts } from "./tokenizers.js";

export interface BytePairOptions {
  /** Merges to learn at most; there are 257 symbols more, the bytes and padding. */
  readonly merges: number;
  /** A pair has to occur so often to become a symbol. Default 2. */
  readonly minimumCount?: number;
}

/** What `toJSON` gives and `fromJSON` takes: symbol 256 + i is the i-th pair. */
export interface StoredBytePairEncoding {
  readonly format: "versant.bytePairEncoding";
  readonly version: 1;
  readonly merges: readonly Merge[];
}

/**
 * Merges stay inside of these: a word, a number or signs, each with the space before it, and white
 * space, which leaves its last space to what follows: " word" is one piece after any number of spaces.
 */
const pieces = / ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * Byte-pair encoding: words become a few frequent pieces. Sennrich, Haddow and Birch, "Neural Machine
 * Translation of Rare Words with Subword Units", ACL 2016; over the bytes of UTF-8, as Radford et al.
 * do in GPT-2 (2019), so that no text holds anything unknown and `decode(encode(text))` is the text. Texts
 * are cut into pieces as theirs, but that English contractions are not set apart, and that accents
 * which are written apart stay with their letter. The last symbol is padding, which no text holds.
 *
 * ```ts
 * const encoding = await text.BytePairEncoding.fit(texts, { merges: 1000 });
 * encoding.decode(encoding.encode("unheard of")); // "unheard of"
 * const { size, paddingIndex } = encoding;
 * const bag = new nn.EmbeddingBag(size, 32, { paddingIndex }); // and new SequenceDataset(..., { paddingIndex })
 * ```
 */
export class BytePairEncoding {
  readonly merges: readonly Merge[];
  /** The bytes of each symbol. */
  readonly #bytes: readonly Uint8Array[];
  /** Which merge a pair is: "left,right" to its symbol. */
  readonly #symbols: ReadonlyMap<string, number>;
  /** Pieces that were encoded already, as few make up most of a text. */
  readonly #known = new Map<string, readonly number[]>();

  private constructor(merges: readonly Merge[]) {
    this.merges = merges;
    const bytes: Uint8Array[] = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    for (const [left, right] of merges) {
      bytes.push(joined([bytes[left] as Uint8Array, bytes[right] as Uint8Array]));
    }
    // Padding stands for no byte.
    this.#bytes = [...bytes, new Uint8Array(0)];
    this.#symbols = new Map(merges.map((pair, index) => [pair.join(), 256 + index]));
  }

  /**
   * Learns the merges of some texts: those of the training part. The event loop has its turn meanwhile.
   *
   * @throws ArgumentError when an option is no integer of at least 1, or there are no texts
   */
  static async fit(texts: Iterable<string>, options: BytePairOptions): Promise<BytePairEncoding> {
    const operation = "BytePairEncoding.fit";
    requireOptions(operation, options, ["merges", "minimumCount"]);
    const { merges, minimumCount = 2 } = options;
    requireCount(operation, "merges", merges);
    requireCount(operation, "minimumCount", minimumCount);
    requireTexts(operation, texts, "of one text [text]");
    const counts = new Map<string, number>();
    for (const text of texts) {
      requireText(operation, text);
      for (const [piece] of text.matchAll(pieces)) counts.set(piece, (counts.get(piece) ?? 0) + 1);
      if (isTurnDue()) await giveTurn();
    }
    if (counts.size === 0) {
      throw new ArgumentError(
        `${operation}: the texts are empty, expected at least one character.`,
      );
    }
    const encoder = new TextEncoder();
    const words = [...counts].map(([piece, count]) => [encoder.encode(piece), count] as const);
    return new BytePairEncoding(await learnMerges(words, merges, minimumCount));
  }

  /** @throws ArgumentError when `stored` is not what `toJSON` gave */
  static fromJSON(stored: unknown): BytePairEncoding {
    const operation = "BytePairEncoding.fromJSON";
    requireFormat(operation, stored, "versant.bytePairEncoding");
    const { merges } = stored as Partial<StoredBytePairEncoding>;
    requireInstance(operation, "merges", merges, Array, "a list of pairs, as toJSON gives it");
    const sizes = new Array<number>(256).fill(1);
    const checked = merges.map((pair: unknown, index): Merge => {
      const isSymbol = (symbol: unknown): boolean =>
        Number.isInteger(symbol) && Number(symbol) >= 0 && Number(symbol) < 256 + index;
      if (Array.isArray(pair) && pair.length === 2 && pair.every(isSymbol)) {
        const [left, right] = pair as [number, number];
        const size = (sizes[left] as number) + (sizes[right] as number);
        requireSize(operation, index, size);
        sizes.push(size);
        return [left, right];
      }
      throw new ArgumentError(
        `${operation}: received ${JSON.stringify(pair)} as merge ${index}, expected a ` +
          `pair of symbols from 0 to ${255 + index}, as merges build on those before them.`,
      );
    });
    return new BytePairEncoding(checked);
  }

  /** Number of symbols, the rows of an `nn.Embedding`: 256 bytes, the merges, and padding. */
  get size(): number {
    return this.#bytes.length;
  }

  /** The last symbol, for `nn.Embedding`, `pad` and `SequenceDataset`: of no text, and decoded to none. */
  get paddingIndex(): number {
    return this.size - 1;
  }

  /** A text as symbols. Half a surrogate pair, which is no character, becomes U+FFFD. */
  encode(text: string): Int32Array {
    requireText("BytePairEncoding.encode", text);
    const symbols: number[] = [];
    for (const [piece] of text.matchAll(pieces)) {
      for (const symbol of this.#encodePiece(piece)) symbols.push(symbol);
    }
    return Int32Array.from(symbols);
  }

  /**
   * The text of some symbols; bytes that are no UTF-8, as a cut may leave, become U+FFFD.
   *
   * @throws ArgumentError for what is no list, or no symbol
   */
  decode(symbols: ArrayLike<number>): string {
    requireIndices("BytePairEncoding.decode", symbols);
    const parts = Array.from(symbols, (symbol) => {
      const bytes = this.#bytes[symbol];
      if (bytes) return bytes;
      throw new ArgumentError(
        `BytePairEncoding.decode: received symbol ${symbol}, expected integers from 0 to ` +
          `${this.size - 1}.`,
      );
    });
    // Otherwise a byte order mark at the start would get lost.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(joined(parts));
  }

  toJSON(): StoredBytePairEncoding {
    return { format: "versant.bytePairEncoding", version: 1, merges: this.merges };
  }

  #encodePiece(piece: string): readonly number[] {
    const known = this.#known.get(piece);
    if (known) return known;
    let symbols: number[] = [...new TextEncoder().encode(piece)];
    for (;;) {
      // The merge that was learnt first goes first.
      let first = Number.POSITIVE_INFINITY;
      for (let position = 1; position < symbols.length; position++) {
        const symbol = this.#symbols.get(`${symbols[position - 1]},${symbols[position]}`);
        if (symbol !== undefined && symbol < first) first = symbol;
      }
      const merge = this.merges[first - 256];
      if (!merge) break;
      symbols = mergePair(symbols, merge, first);
    }
    if (this.#known.size >= 2 ** 16) this.#known.clear();
    this.#known.set(piece, symbols);
    return symbols;
  }
}

/** Bytes one behind the other. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

function requireSize(operation: string, merge: number, size: number): void {
  if (size <= maximumBytes) return;
  throw new ArgumentError(
    `${operation}: received merge ${merge} that makes a symbol of ${size} bytes, expected at most ` +
      `${maximumBytes}, as fit learns them.`,
  );
}
