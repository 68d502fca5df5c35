/**
 * A stream of numbers that every run repeats (Steele and Vigna's 32-bit mulberry mixing).
 *
 * @param {number} seed
 */
export function randomStream(seed) {
  let state = seed;
  /** In [0, 1). */
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const filled = (array, of) => {
    for (let index = 0; index < array.length; index++) array[index] = of(index);
    return array;
  };
  return {
    next,
    /** An integer from `low` up to, and without, `high`. */
    integer: (low, high) => low + Math.floor(next() * (high - low)),
    /** float32, uniform in [-range, range). */
    uniform: (length, range) => filled(new Float32Array(length), () => (2 * next() - 1) * range),
    /** int32, from 0 to count - 1. */
    integers: (length, count) => filled(new Int32Array(length), () => Math.floor(next() * count)),
  };
}
