import { describeValue } from "./argument.js";
import { ArgumentError } from "./errors.js";

const roundMultipliers = [0xd2511f53, 0xcd9e8d57] as const;
const keySteps = [0x9e3779b9, 0xbb67ae85] as const;
const rounds = 10;

/**
 * The upper 32 bits of the product of two 32-bit integers, both read as unsigned. As a float64 the
 * product is off by 2^10 at most; without its lower half, which is known exactly, and divided by 2^32
 * it lies so near to the upper half that rounding gives it.
 */
function multiplyHigh(a: number, b: number): number {
  const low = Math.imul(a, b) >>> 0;
  return (((a >>> 0) * (b >>> 0) - low) / 2 ** 32 + 0.5) >>> 0;
}

/**
 * Philox4x32-10: 128 random bits as a pure function of a 64-bit key and a 128-bit counter, so that
 * any draw can be made without those before it.
 * Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
 *
 * @param result receives the four words; may be `counter`
 */
export function philox4x32(
  keyLow: number,
  keyHigh: number,
  counter: Uint32Array,
  result: Uint32Array = new Uint32Array(4),
): Uint32Array {
  let c0 = counter[0] as number;
  let c1 = counter[1] as number;
  let c2 = counter[2] as number;
  let c3 = counter[3] as number;
  let key0 = keyLow;
  let key1 = keyHigh;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(roundMultipliers[0], c0);
    const high1 = multiplyHigh(roundMultipliers[1], c2);
    const low0 = Math.imul(roundMultipliers[0], c0);
    const low1 = Math.imul(roundMultipliers[1], c2);
    c0 = high1 ^ c1 ^ key0;
    c1 = low1;
    c2 = high0 ^ c3 ^ key1;
    c3 = low0;
    key0 = (key0 + keySteps[0]) | 0;
    key1 = (key1 + keySteps[1]) | 0;
  }
  result[0] = c0;
  result[1] = c1;
  result[2] = c2;
  result[3] = c3;
  return result;
}

/**
 * What the host draws random numbers for. Each purpose has draws of its own, so that one seed
 * serves them all; stream 0 is left to the draws inside graphs.
 */
export const streams = {
  initialization: 1,
  shuffle: 2,
  split: 3,
  dataset: 4,
  bootstrap: 5,
  augmentation: 6,
  sampling: 7,
  search: 8,
  landscape: 9,
} as const;

/**
 * `seed` if it can be one.
 *
 * @throws ArgumentError when it is not an integer from 0 to 2^53 - 1
 */
export function checkSeed(operation: string, seed: number): number {
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new ArgumentError(
    `${operation}: received seed ${describeValue(seed)}, expected an integer from 0 to 2^53 - 1.`,
  );
}

/**
 * Random numbers on the host, one after the other: a pure function of (seed, stream, index).
 *
 * @param seed integer from 0 to 2^53 - 1
 * @param stream what the numbers are for
 * @param index sets apart repeated uses of a stream, such as epochs; integer below 2^32
 * @param item sets apart uses within one index, such as samples; integer below 2^32. With one, the
 *   stream ends after 2^34 numbers
 */
export class RandomGenerator {
  readonly #keyLow: number;
  readonly #keyHigh: number;
  readonly #counter: Uint32Array;
  readonly #words = new Uint32Array(4);
  #used = 4;

  constructor(seed: number, stream: keyof typeof streams, index = 0, item = 0) {
    this.#keyLow = checkSeed("RandomGenerator", seed) >>> 0;
    this.#keyHigh = Math.floor(seed / 2 ** 32);
    this.#counter = Uint32Array.of(0, item, index, streams[stream]);
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#used === 4) {
      const counter = this.#counter;
      philox4x32(this.#keyLow, this.#keyHigh, counter, this.#words);
      counter[0] = (counter[0] as number) + 1;
      if (counter[0] === 0) counter[1] = (counter[1] as number) + 1;
      this.#used = 0;
    }
    return this.#words[this.#used++] as number;
  }

  /** A multiple of 2^-32 in [0, 1). */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /**
   * An integer from 0 to n - 1, each with the same probability.
   * Lemire, "Fast Random Integer Generation in an Interval", 2019.
   *
   * @throws ArgumentError when n is not an integer from 1 to 2^32 - 1
   */
  below(n: number): number {
    // Of a larger n the arithmetic below would see the lowest 32 bits alone, and might never end.
    if (!(Number.isInteger(n) && n >= 1 && n < 2 ** 32)) {
      throw new ArgumentError(
        `RandomGenerator.below: received ${describeValue(n)}, expected an integer from 1 to 2^32 - 1.`,
      );
    }
    for (;;) {
      const word = this.uint32();
      const low = Math.imul(word, n) >>> 0;
      // Of the products, 2^32 mod n too many belong to some results; those are drawn again.
      if (low >= n || low >= 2 ** 32 % n) return multiplyHigh(word, n);
    }
  }
}
