/** A pair of symbols as one number, and how often it occurred when this was noted. */
export interface CountedPair {
  readonly key: number;
  readonly count: number;
}

const isBefore = (a: CountedPair, b: CountedPair): boolean =>
  a.count > b.count || (a.count === b.count && a.key < b.key);

/** A binary heap: the most frequent pair comes out first, of equally frequent ones that of least key. */
export class PairHeap {
  readonly #pairs: CountedPair[] = [];

  push(pair: CountedPair): void {
    const pairs = this.#pairs;
    let place = pairs.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = pairs[above] as CountedPair;
      if (!isBefore(pair, parent)) break;
      pairs[place] = parent;
      place = above;
    }
    pairs[place] = pair;
  }

  pop(): CountedPair | undefined {
    const pairs = this.#pairs;
    const first = pairs[0];
    const last = pairs.pop();
    if (!first || !last || pairs.length === 0) return first;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= pairs.length) break;
      const right = pairs[below + 1];
      if (right && isBefore(right, pairs[below] as CountedPair)) below++;
      const child = pairs[below] as CountedPair;
      if (!isBefore(child, last)) break;
      pairs[place] = child;
      place = below;
    }
    pairs[place] = last;
    return first;
  }
}
