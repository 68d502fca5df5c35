import { hash } from "node:crypto";

const wordsPerHash = 4;

/**
 * Finds rows that were met before by the first 128 bits of their SHA-256: 16 bytes a row and 8 to 16
 * for the search, whatever the size of a row; it doubles where there are more than were expected. That
 * two different rows share them is out of the question: among 10^9 rows the probability is 10^-21.
 */
export class RowTable {
  #hashes: Uint32Array;
  /** Positions by the low bits of their hash, the next free one where it is taken; -1 is free. */
  #places: Int32Array;
  #length = 0;

  /** @param expected about how many rows will be added */
  constructor(expected: number) {
    const capacity = Math.max(1, expected);
    this.#hashes = new Uint32Array(wordsPerHash * capacity);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 1))).fill(-1);
  }

  /** Adds a row at the next position, and gives the position of the first row of equal content. */
  add(row: Uint8Array): number {
    if (wordsPerHash * this.#length === this.#hashes.length) this.#grow();
    const position = this.#length++;
    this.#hashes.set(wordsOf(row), wordsPerHash * position);
    return this.#place(position);
  }

  /** Whether an equal row was added. */
  has(row: Uint8Array): boolean {
    const words = wordsOf(row);
    return this.#places[this.#search(words)] !== -1;
  }

  /** Puts a position where it will be found, or gives that of its equal. */
  #place(position: number): number {
    const place = this.#search(this.#wordsAt(position));
    const earlier = this.#places[place] as number;
    if (earlier !== -1) return earlier;
    this.#places[place] = position;
    return position;
  }

  /** Where an equal row stands, or the free place where it would. */
  #search(words: Uint32Array): number {
    const mask = this.#places.length - 1;
    let place = (words[0] as number) & mask;
    for (;;) {
      const position = this.#places[place] as number;
      if (position === -1) return place;
      if (this.#wordsAt(position).every((word, index) => word === words[index])) return place;
      place = (place + 1) & mask;
    }
  }

  #wordsAt(position: number): Uint32Array {
    const start = wordsPerHash * position;
    return this.#hashes.subarray(start, start + wordsPerHash);
  }

  #grow(): void {
    const hashes = new Uint32Array(2 * this.#hashes.length);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#places = new Int32Array(2 * this.#places.length).fill(-1);
    for (let position = 0; position < this.#length; position++) this.#place(position);
  }
}

function wordsOf(row: Uint8Array): Uint32Array {
  const digest = hash("sha256", row, "buffer");
  return Uint32Array.from({ length: wordsPerHash }, (_, word) => digest.readUInt32LE(4 * word));
}
