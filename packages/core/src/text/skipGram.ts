import type { RandomGenerator } from "../array/index.js";

/** Places of the table that negatives are drawn from. */
const tableSize = 2 ** 20;

/**
 * The share of its occurrences that a word keeps, sqrt(t / f) and at most 1, with f its share of all
 * words: Mikolov et al., equation 5.
 */
export function keptShares(counts: readonly number[], threshold: number): Float64Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Float64Array.from(counts, (count) =>
    Math.min(1, Math.sqrt((threshold * total) / Math.max(count, 1))),
  );
}

/** Words with their share of places proportional to count^0.75: a place drawn at random is a negative. */
export function negativesTable(counts: readonly number[], size = tableSize): Int32Array {
  const weights = counts.map((count) => count ** 0.75);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table = new Int32Array(size);
  let [word, reached] = [0, weights[0] as number];
  for (let place = 0; place < size; place++) {
    while ((place + 0.5) / size > reached / total && word < counts.length - 1) {
      word++;
      reached += weights[word] as number;
    }
    table[place] = word;
  }
  return table;
}

/**
 * The pairs (centre, neighbour) of a sentence. Frequent words are dropped first, so that windows reach
 * beyond them; each centre's window is drawn from 1 to `window`, so that near words count for more.
 *
 * @param receive takes one pair after the other
 */
export function skipGrams(
  sentence: Int32Array,
  window: number,
  kept: Float64Array,
  generator: RandomGenerator,
  receive: (centre: number, neighbour: number) => void,
): void {
  const words = sentence.filter((word) => {
    const share = kept[word] as number;
    return share >= 1 || generator.uniform() < share;
  });
  words.forEach((centre, place) => {
    const reach = 1 + generator.below(window);
    const last = Math.min(words.length - 1, place + reach);
    for (let other = Math.max(0, place - reach); other <= last; other++) {
      if (other !== place) receive(centre, words[other] as number);
    }
  });
}

/** A place of the table that does not hold `word`. */
export function drawNegative(table: Int32Array, word: number, generator: RandomGenerator): number {
  for (;;) {
    const negative = table[generator.below(table.length)] as number;
    if (negative !== word) return negative;
  }
}
