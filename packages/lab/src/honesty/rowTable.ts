import { hash } from "node:crypto";

const wordsPerHash = 4;

/**
 * Finds rows that were met before by the first 128 bits of their SHA-256: 16 bytes a row and 8 to 16
 * for the search, whatever the size of a row. That two different rows share them is out of the
 * question: among 10^9 rows the probability is 10^-21.
 */
export class RowTable {
  readonly #hashes: Uint32Array;
  /** Positions by the low bits of their hash, the next free one where it is taken; -1 is free. */
  readonly #places: Int32Array;
  #length = 0;

  /** @param capacity the most rows that will be added */
  constructor(capacity: number) {
    this.#hashes = new Uint32Array(wordsPerHash * capacity);
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 1))).fill(-1);
  }

  /** Adds a row at the next position, and gives the position of the first row of equal content. */
  add(row: Uint8Array): number {
    const digest = hash("sha256", row, "buffer");
    const start = wordsPerHash * this.#length;
    for (let word = 0; word < wordsPerHash; word++) {
      this.#hashes[start + word] = digest.readUInt32LE(4 * word);
    }
    const position = this.#length++;
    const mask = this.#places.length - 1;
    let place = (this.#hashes[start] as number) & mask;
    for (;;) {
      const earlier = this.#places[place] as number;
      if (earlier === -1) {
        this.#places[place] = position;
        return position;
      }
      if (this.#isEqual(earlier, position)) return earlier;
      place = (place + 1) & mask;
    }
  }

  #isEqual(a: number, b: number): boolean {
    for (let word = 0; word < wordsPerHash; word++) {
      if (this.#hashes[wordsPerHash * a + word] !== this.#hashes[wordsPerHash * b + word]) {
        return false;
      }
    }
    return true;
  }
}
