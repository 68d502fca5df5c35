import { keyBytes } from "./rowKeys.js";

/** A row is told apart by the first 128 bits of its key. */
const wordsPerRow = 4;

/** Keys as 32-bit words. */
const wordsOf = (keys: Uint8Array): Uint32Array =>
  new Uint32Array(keys.buffer, keys.byteOffset, keys.byteLength / 4);

const wordsPerKey = keyBytes / 4;

/**
 * Finds rows that were met before, by their keys: 16 bytes a row and 8 to 16 for the search, whatever the
 * size of a row; it doubles where there are more than were expected.
 */
export class RowTable {
  #rows: Uint32Array;
  /** Positions by a mixture of their bits, the next free one where it is taken; -1 is free. */
  #places: Int32Array;
  #length = 0;

  /** @param expected about how many rows will be added */
  constructor(expected: number) {
    const capacity = Math.max(1, expected);
    this.#rows = new Uint32Array(wordsPerRow * capacity);
    this.#places = placesFor(capacity);
  }

  /**
   * Adds rows at the next positions, and gives for each the position of the first row of equal content.
   *
   * @param keys as `keysOf` gives them
   */
  add(keys: Uint8Array): Int32Array {
    const words = wordsOf(keys);
    const first = new Int32Array(words.length / wordsPerKey);
    for (let row = 0; row < first.length; row++) {
      if (wordsPerRow * this.#length === this.#rows.length) this.#grow();
      const position = this.#length++;
      for (let word = 0; word < wordsPerRow; word++) {
        this.#rows[wordsPerRow * position + word] = words[wordsPerKey * row + word] as number;
      }
      first[row] = this.#place(position);
    }
    return first;
  }

  /** Whether every row equals one that was added. */
  hasAll(keys: Uint8Array): boolean {
    const words = wordsOf(keys);
    for (let start = 0; start < words.length; start += wordsPerKey) {
      if (this.#places[this.#search(words, start)] === -1) return false;
    }
    return true;
  }

  /** Puts a position where it will be found, or gives that of its equal. */
  #place(position: number): number {
    const place = this.#search(this.#rows, wordsPerRow * position);
    const earlier = this.#places[place] as number;
    if (earlier !== -1) return earlier;
    this.#places[place] = position;
    return position;
  }

  /** Where an equal row stands, or the free place where it would. */
  #search(words: Uint32Array, start: number): number {
    const mask = this.#places.length - 1;
    let place = mixed(words, start) & mask;
    for (;;) {
      const position = this.#places[place] as number;
      if (position === -1 || this.#equals(position, words, start)) return place;
      place = (place + 1) & mask;
    }
  }

  #equals(position: number, words: Uint32Array, start: number): boolean {
    for (let word = 0; word < wordsPerRow; word++) {
      if (this.#rows[wordsPerRow * position + word] !== words[start + word]) return false;
    }
    return true;
  }

  #grow(): void {
    const rows = new Uint32Array(2 * this.#rows.length);
    rows.set(this.#rows);
    this.#rows = rows;
    this.#places = placesFor(rows.length / wordsPerRow);
    for (let position = 0; position < this.#length; position++) this.#place(position);
  }
}

/** A power of two, at least half of which stays free. */
const placesFor = (capacity: number): Int32Array =>
  new Int32Array(2 ** Math.ceil(Math.log2(2 * capacity + 1))).fill(-1);

/** Bits of all words in the low ones, as short rows differ in few, such as the exponent of a number. */
function mixed(words: Uint32Array, start: number): number {
  let bits = 0;
  for (let word = 0; word < wordsPerRow; word++) {
    // Finalizer of MurmurHash3: each bit of what goes in changes half of what comes out.
    bits ^= words[start + word] as number;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits ^= bits >>> 16;
  }
  return bits;
}
