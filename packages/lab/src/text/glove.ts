import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { ArgumentError, text } from "@versant/core";
import { requireOptions } from "@versant/core/internal";
import { unreadable } from "../files/unreadable.js";

export interface GloveOptions {
  /** Read no more than the vectors of these words, such as a vocabulary's `tokens`. Default: all. */
  readonly words?: Iterable<string>;
  /** Read no more vectors than this; in such files frequent words come first. Default: all. */
  readonly limit?: number;
}

/**
 * Word vectors from a text file of GloVe (Pennington, Socher and Manning, EMNLP 2014): each line a word
 * and its numbers, set apart by single spaces. The file is read as a stream; what is not asked for takes
 * no memory. A word may hold spaces, as a few of the largest files do. Files in the text format of
 * Word2Vec, whose first line has two counts, are read as well.
 *
 * @throws ArgumentError when the file cannot be read or has no such vector, or for a line that has
 *   another number of values or something else than numbers; the line is named
 */
export async function loadGlove(
  path: string,
  options: GloveOptions = {},
): Promise<text.WordVectors> {
  const { wanted, limit } = checkOptions(options);
  const vectors = new VectorLines(path);
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (line === "" || (number === 1 && /^\d+ \d+$/.test(line))) continue;
      vectors.read(line, number, wanted);
      if (vectors.count >= limit || (wanted && vectors.count >= wanted.size)) break;
    }
  } catch (error) {
    if (error instanceof ArgumentError || !(error instanceof Error && "code" in error)) throw error;
    throw unreadable("loadGlove", path, error);
  } finally {
    lines.close();
  }
  return vectors.result(number);
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
    const fields = line.trimEnd().split(" ");
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
          "spaces; the file is probably cut off or no GloVe file.",
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

/** NaN for what is no finite number; "" and "0x10" are none here. */
const toNumber = (field: string): number =>
  /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(field) ? Number(field) : Number.NaN;

const isNoNumber = (field: string): boolean => Number.isNaN(toNumber(field));

function checkOptions(options: GloveOptions) {
  requireOptions("loadGlove", options, ["words", "limit"]);
  const { words, limit = Number.POSITIVE_INFINITY } = options;
  if (!(limit >= 1) || (limit !== Number.POSITIVE_INFINITY && !Number.isInteger(limit))) {
    throw new ArgumentError(
      `loadGlove: received limit ${limit}, expected an integer of at least 1.`,
    );
  }
  return { wanted: words === undefined ? undefined : new Set(words), limit };
}
