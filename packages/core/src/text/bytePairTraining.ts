/** A pair of neighbouring symbols, and what it became. */
export type Merge = readonly [left: number, right: number];

/** A word that occurs, as symbols that become fewer. */
interface Entry {
  symbols: number[];
  readonly count: number;
}

/** Symbols stay below 2^26, so that two of them fit into an exact integer. */
const radix = 2 ** 26;
const keyOf = (left: number, right: number): number => left * radix + right;

/**
 * The most frequent pair of neighbours becomes a symbol, again and again (Sennrich, Haddow and Birch,
 * algorithm 1). Counts are kept up to date word by word: a merge touches only the words that hold its
 * pair. Of equally frequent pairs the one with the smaller symbols comes first.
 *
 * @param words bytes of each word, and how often it occurs
 * @returns the merges in order, fewer than `limit` when no pair occurs `minimumCount` times
 */
export function learnMerges(
  words: Iterable<readonly [bytes: Uint8Array, count: number]>,
  limit: number,
  minimumCount: number,
): Merge[] {
  const entries: Entry[] = [];
  const pairs = new PairCounts();
  for (const [bytes, count] of words) {
    const entry = { symbols: [...bytes], count };
    entries.push(entry);
    pairs.add(entry, 1);
  }
  const merges: Merge[] = [];
  while (merges.length < limit) {
    const best = pairs.mostFrequent(minimumCount);
    if (!best) break;
    const symbol = 256 + merges.length;
    for (const entry of pairs.holders(best)) {
      // An entry is remembered where it once held the pair, and may hold it no more.
      const merged = mergePair(entry.symbols, best, symbol);
      if (merged.length === entry.symbols.length) continue;
      pairs.add(entry, -1);
      entry.symbols = merged;
      pairs.add(entry, 1);
    }
    pairs.forget(best);
    merges.push(best);
  }
  return merges;
}

/** How often each pair of neighbours occurs, and in which words it may be found. */
class PairCounts {
  readonly #counts = new Map<number, number>();
  readonly #holders = new Map<number, Set<Entry>>();

  /** Counts the pairs of a word, or with sign -1 takes them away. */
  add(entry: Entry, sign: 1 | -1): void {
    const { symbols, count } = entry;
    for (let position = 1; position < symbols.length; position++) {
      const key = keyOf(symbols[position - 1] as number, symbols[position] as number);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + sign * count);
      if (sign < 0) continue;
      const holders = this.#holders.get(key);
      if (holders) holders.add(entry);
      else this.#holders.set(key, new Set([entry]));
    }
  }

  mostFrequent(minimumCount: number): Merge | undefined {
    let best: number | undefined;
    let most = minimumCount - 1;
    for (const [key, count] of this.#counts) {
      if (count > most || (count === most && best !== undefined && key < best)) {
        best = key;
        most = count;
      }
    }
    return best === undefined ? undefined : [Math.floor(best / radix), best % radix];
  }

  holders([left, right]: Merge): Entry[] {
    return [...(this.#holders.get(keyOf(left, right)) ?? [])];
  }

  /** What was merged does not occur any more. */
  forget([left, right]: Merge): void {
    this.#counts.delete(keyOf(left, right));
    this.#holders.delete(keyOf(left, right));
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
