import { createReadStream } from "node:fs";
import { ArgumentError, text } from "@versant/core";
import { describeValue, requireOptions } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";

export interface GloveOptions {
  /** Read no more than the vectors of these words, such as a vocabulary's `tokens`. Default: all. */
  readonly words?: Iterable<string>;
  /** Read no more vectors than this; in such files frequent words come first. Default: all. */
  readonly limit?: number;
}

/**
 * Word vectors from a text file of GloVe (Pennington, Socher and Manning, EMNLP 2014): each line a word
 * and its numbers, set apart by single spaces, in UTF-8. The file is read as a stream; what is not asked
 * for takes no memory. A word may hold spaces, as a few of the largest files do. Files in the text
 * format of Word2Vec, whose first line has two counts, are read as well.
 *
 * @throws ArgumentError when the file cannot be read or has no such vector, or for a line that has
 *   another number of values, something else than numbers of float32, or bytes that are no UTF-8; the
 *   line is named
 */
export async function loadGlove(
  path: string,
  options: GloveOptions = {},
): Promise<text.WordVectors> {
  if (typeof path !== "string") {
    throw new ArgumentError(
      `loadGlove: received ${describeValue(path)} as the path, expected that of a file.`,
    );
  }
  const { wanted, limit } = checkOptions(options);
  const vectors = new VectorLines(path);
  let number = 0;
  try {
    for await (const bytes of linesOf(path)) {
      number++;
      const line = decodeLine(path, bytes, number);
      if (line === "" || (number === 1 && /^\d+ \d+$/.test(line))) continue;
      vectors.read(line, number, wanted);
      if (vectors.count >= limit || (wanted && vectors.count >= wanted.size)) break;
    }
  } catch (error) {
    if (error instanceof ArgumentError || !(error instanceof Error && "code" in error)) throw error;
    throw unreadable("loadGlove", path, error);
  }
  return vectors.result(number);
}

/** More than any line of vectors has: what has more is some other file. */
const longestLine = 2 ** 20;

/**
 * The bytes of each line. A word may be a sign at which Unicode ends lines as well, so that only line
 * feeds end one; and it closes the file wherever its reader stops.
 */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    let bytes = Buffer.concat([rest, chunk as Buffer]);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      yield bytes.subarray(0, end);
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > longestLine) {
      throw new ArgumentError(
        `loadGlove: a line of ${path} has more than ${longestLine} bytes, expected a word and its ` +
          "numbers; it is probably no GloVe file.",
      );
    }
    rest = bytes;
  }
  if (rest.length > 0) yield rest;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Other encodings would make one word of all that differ in their accents. */
function decodeLine(path: string, bytes: Buffer, number: number): string {
  try {
    const line = decoder.decode(bytes).trimEnd();
    return number === 1 ? line.replace(/^\uFEFF/, "") : line;
  } catch {
    throw new ArgumentError(
      `loadGlove: line ${number} of ${path} holds bytes that are no UTF-8, expected a file in UTF-8; ` +
        "iconv converts one of another encoding.",
    );
  }
}

/** What was read so far. */
class VectorLines {
  readonly #vectors = new Map<string, Float32Array>();
  #features = 0;

  constructor(readonly path: string) {}

  get count(): number {
    return this.#vectors.size;
  }

  read(line: string, number: number, wanted: ReadonlySet<string> | undefined): void {
    const fields = line.split(" ");
    // The first line tells how many numbers there are.
    if (this.#features === 0) this.#features = fields.length - 1;
    const word = fields.slice(0, -this.#features).join(" ");
    const values = fields.slice(-this.#features).map(toNumber);
    const further = fields.slice(1, -this.#features);
    const isWrong = word === "" || values.some(Number.isNaN) || !further.every(isNoNumber);
    if (this.#features < 1 || fields.length <= this.#features || isWrong) {
      throw new ArgumentError(
        `loadGlove: line ${number} of ${this.path} is "${line.slice(0, 40)}…" with ${fields.length} ` +
          `fields, expected a word and ${this.#features || "its"} numbers, set apart by single ` +
          "spaces, each in the range of float32; the file is probably cut off or no GloVe file.",
      );
    }
    // Of words that occur twice, as in some files, the first counts.
    if (this.#vectors.has(word) || (wanted && !wanted.has(word))) return;
    this.#vectors.set(word, Float32Array.from(values));
  }

  result(lines: number): text.WordVectors {
    if (this.count === 0) {
      throw new ArgumentError(
        `loadGlove: found none of the vectors asked for in the ${lines} lines of ${this.path}, ` +
          "expected one at least; the words are probably of another case or language.",
      );
    }
    const values = new Float32Array(this.count * this.#features);
    [...this.#vectors.values()].forEach((vector, row) => {
      values.set(vector, row * this.#features);
    });
    return new text.WordVectors([...this.#vectors.keys()], values);
  }
}

/** NaN for what is no number that float32 can hold; "" and "0x10" are none here. */
function toNumber(field: string): number {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(field)) return Number.NaN;
  const value = Math.fround(Number(field));
  return Number.isFinite(value) ? value : Number.NaN;
}

const isNoNumber = (field: string): boolean => Number.isNaN(toNumber(field));

function checkOptions(options: GloveOptions) {
  requireOptions("loadGlove", options, ["words", "limit"]);
  const { words, limit = Number.POSITIVE_INFINITY } = options;
  if (!(limit >= 1) || (limit !== Number.POSITIVE_INFINITY && !Number.isInteger(limit))) {
    throw new ArgumentError(
      `loadGlove: received limit ${describeValue(limit)}, expected an integer of at least 1.`,
    );
  }
  return { wanted: words === undefined ? undefined : wordsOf(words), limit };
}

/** @throws ArgumentError for what is no list of strings; a string would be a list of its characters */
function wordsOf(words: unknown): ReadonlySet<string> {
  const isList = typeof words === "object" && words !== null && Symbol.iterator in words;
  const all: readonly unknown[] = isList ? [...(words as Iterable<unknown>)] : [];
  const isWord = (word: unknown): word is string => typeof word === "string";
  if (isList && all.every(isWord)) return new Set(all);
  const wrong = all.find((word) => !isWord(word));
  throw new ArgumentError(
    `loadGlove: received ${describeValue(isList ? wrong : words)} ${isList ? "among" : "as"} the ` +
      "words, expected a list of strings, such as vocabulary.tokens.",
  );
}
