import { giveTurn, isTurnDue } from "../array/index.js";
import { PairHeap } from "./pairHeap.js";

/** A pair of neighbouring symbols, and what it became. */
export type Merge = readonly [left: number, right: number];

/** A word that occurs, as symbols that become fewer. */
interface Entry {
  symbols: number[];
  readonly count: number;
}

/** A longer token says nothing about language, and a few merges that double could fill the memory. */
export const maximumBytes = 1024;

/** Symbols stay below 2^26, so that two of them fit into an exact integer. */
const radix = 2 ** 26;
const keyOf = (left: number, right: number): number => left * radix + right;

/**
 * The most frequent pair of neighbours becomes a symbol, again and again (Sennrich, Haddow and Birch,
 * algorithm 1). Counts are kept up to date word by word: a merge touches only the words that hold its
 * pair. Of equally frequent pairs the one with the smaller symbols comes first. No symbol has more than
 * 1024 bytes.
 *
 * @param words bytes of each word, and how often it occurs
 * @returns the merges in order, fewer than `limit` when no pair occurs `minimumCount` times
 */
export async function learnMerges(
  words: Iterable<readonly [bytes: Uint8Array, count: number]>,
  limit: number,
  minimumCount: number,
): Promise<Merge[]> {
  const pairs = new PairCounts(minimumCount);
  for (const [bytes, count] of words) {
    pairs.add({ symbols: [...bytes], count }, 1);
    if (isTurnDue()) await giveTurn();
  }
  const merges: Merge[] = [];
  const sizes = new Array<number>(256).fill(1);
  const sizeOf = ([left, right]: Merge): number => (sizes[left] ?? 0) + (sizes[right] ?? 0);
  while (merges.length < limit) {
    const best = pairs.mostFrequent((pair) => sizeOf(pair) <= maximumBytes);
    if (!best) break;
    sizes.push(sizeOf(best));
    const symbol = 256 + merges.length;
    for (const entry of pairs.holders(best)) {
      // An entry is remembered where it once held the pair, and may hold it no more.
      const merged = mergePair(entry.symbols, best, symbol);
      if (merged.length < entry.symbols.length) {
        pairs.add(entry, -1);
        entry.symbols = merged;
        pairs.add(entry, 1);
      }
      if (isTurnDue()) await giveTurn();
    }
    merges.push(best);
  }
  return merges;
}

/** How often each pair of neighbours occurs, and in which words it may be found. */
class PairCounts {
  /** Of pairs that occur. */
  readonly #counts = new Map<number, number>();
  readonly #holders = new Map<number, Set<Entry>>();
  /** Pairs with their counts at some time: those that are not what they were are passed over. */
  readonly #heap = new PairHeap();
  /** Pairs whose counts changed and are not in the heap yet. */
  readonly #changed = new Set<number>();

  constructor(readonly minimumCount: number) {}

  /** Counts the pairs of a word, or with sign -1 takes them away. */
  add(entry: Entry, sign: 1 | -1): void {
    const { symbols, count } = entry;
    for (let position = 1; position < symbols.length; position++) {
      const key = keyOf(symbols[position - 1] as number, symbols[position] as number);
      const now = (this.#counts.get(key) ?? 0) + sign * count;
      this.#changed.add(key);
      if (now === 0) {
        this.#counts.delete(key);
        this.#holders.delete(key);
        continue;
      }
      this.#counts.set(key, now);
      if (sign < 0) continue;
      const holders = this.#holders.get(key);
      if (holders) holders.add(entry);
      else this.#holders.set(key, new Set([entry]));
    }
  }

  /** The pair that occurs most often of those to be had, if it does so `minimumCount` times. */
  mostFrequent(canMerge: (pair: Merge) => boolean): Merge | undefined {
    for (const key of this.#changed) {
      const count = this.#counts.get(key) ?? 0;
      if (count >= this.minimumCount) this.#heap.push({ key, count });
    }
    this.#changed.clear();
    for (;;) {
      const top = this.#heap.pop();
      if (!top) return undefined;
      const { key, count } = top;
      if (this.#counts.get(key) !== count) continue;
      const pair: Merge = [Math.floor(key / radix), key % radix];
      if (canMerge(pair)) return pair;
    }
  }

  holders([left, right]: Merge): readonly Entry[] {
    return [...(this.#holders.get(keyOf(left, right)) ?? [])];
  }
}

/** The symbols with each occurrence of a pair, from left to right, replaced. */
export function mergePair(
  symbols: readonly number[],
  [left, right]: Merge,
  symbol: number,
): number[] {
  const merged: number[] = [];
  for (let position = 0; position < symbols.length; position++) {
    const isPair = symbols[position] === left && symbols[position + 1] === right;
    merged.push(isPair ? symbol : (symbols[position] as number));
    if (isPair) position++;
  }
  return merged;
}
