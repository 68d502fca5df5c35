// What a text can be predicted by without learning anything but counts: the measure that a network
// has to beat.

/** How often grams of one length occur, and what their contexts give away to shorter ones. */
interface Level {
  readonly counts: ReadonlyMap<number, number>;
  readonly contexts: ReadonlyMap<number, { total: number; givenAway: number }>;
  /** What is taken off counts of 0, 1, 2, and 3 or more. */
  readonly discounts: readonly number[];
}

export interface NgramOptions {
  /** Symbols of a gram: the predicted one and the `order` - 1 before it. */
  readonly order: number;
  /** Size of the alphabet; symbols are numbers below it. */
  readonly symbols: number;
}

/**
 * Kneser-Ney smoothing, interpolated, with three discounts: for symbol s behind the history h, and h'
 * the history without its first symbol,
 *
 *     P(s | h) = (c(h s) - D(c(h s))) / c(h) + (sum_t D(c(h t)) / c(h)) P(s | h')
 *
 * where c counts occurrences for the longest grams, and different symbols in front for shorter ones.
 * A history never seen gives P(s | h'); below single symbols stands the uniform distribution.
 * Chen and Goodman, "An empirical study of smoothing techniques for language modeling", Computer
 * Speech and Language 13, 1999, section 3: the best of those that they compare.
 */
export class NgramModel {
  readonly order: number;
  readonly symbols: number;
  /** The shortest grams first. */
  readonly #levels: readonly Level[];

  constructor(text: Uint8Array, { order, symbols }: NgramOptions) {
    if (order > longestOrder(symbols)) {
      throw new RangeError(
        `NgramModel: received order ${order} for ${symbols} symbols, whose grams are too many to be ` +
          `numbered; the longest order is ${longestOrder(symbols)}.`,
      );
    }
    this.order = order;
    this.symbols = symbols;
    const levels: Level[] = [];
    let counts = this.#occurrences(text);
    for (let length = order; length >= 1; length--) {
      levels.unshift(levelOf(counts, symbols));
      counts = continuations(counts, symbols ** (length - 1));
    }
    this.#levels = levels;
  }

  #occurrences(text: Uint8Array): Map<number, number> {
    const counts = new Map<number, number>();
    for (let end = this.order; end <= text.length; end++) {
      increase(counts, this.#gram(text, end, this.order));
    }
    return counts;
  }

  /** The number of the gram of so many symbols that ends before `end`. */
  #gram(text: Uint8Array, end: number, length: number): number {
    let gram = 0;
    for (let at = end - length; at < end; at++) gram = gram * this.symbols + (text[at] as number);
    return gram;
  }

  /** Of `text[position]`, after the symbols that stand before it. */
  probability(text: Uint8Array, position: number): number {
    let probability = 1 / this.symbols;
    for (const [index, { counts, contexts, discounts }] of this.#levels.entries()) {
      if (index > position) break;
      const gram = this.#gram(text, position + 1, index + 1);
      const context = contexts.get(Math.floor(gram / this.symbols));
      if (!context) break;
      const count = counts.get(gram) ?? 0;
      const kept = count - (discounts[Math.min(count, 3)] as number);
      probability = (kept + context.givenAway * probability) / context.total;
    }
    return probability;
  }

  /** exp of the mean of -ln P over the symbols from `start` to before `end`. */
  perplexity(text: Uint8Array, start = 0, end = text.length): number {
    let surprise = 0;
    for (let at = start; at < end; at++) surprise -= Math.log(this.probability(text, at));
    return Math.exp(surprise / (end - start));
  }
}

/** The most symbols whose grams have exact numbers. */
const longestOrder = (symbols: number): number => Math.floor(53 / Math.log2(symbols));

function increase(counts: Map<number, number>, gram: number): void {
  counts.set(gram, (counts.get(gram) ?? 0) + 1);
}

/** For each gram without its first symbol, how many symbols stand in front of it. */
function continuations(counts: ReadonlyMap<number, number>, size: number): Map<number, number> {
  const fewer = new Map<number, number>();
  for (const gram of counts.keys()) increase(fewer, gram % size);
  return fewer;
}

function levelOf(counts: ReadonlyMap<number, number>, symbols: number): Level {
  const discounts = discountsOf(counts);
  const contexts = new Map<number, { total: number; givenAway: number }>();
  for (const [gram, count] of counts) {
    const key = Math.floor(gram / symbols);
    const context = contexts.get(key) ?? { total: 0, givenAway: 0 };
    context.total += count;
    context.givenAway += discounts[Math.min(count, 3)] as number;
    contexts.set(key, context);
  }
  return { counts, contexts, discounts };
}

/** Chen and Goodman's estimates i - (i + 1) Y n_{i+1} / n_i, where n_i grams occur i times. */
function discountsOf(counts: ReadonlyMap<number, number>): number[] {
  const grams = [0, 0, 0, 0, 0];
  for (const count of counts.values()) {
    if (count <= 4) grams[count] = (grams[count] as number) + 1;
  }
  const [, once = 0, twice = 0] = grams;
  const share = once / (once + 2 * twice);
  return [0, 1, 2, 3].map((count) => {
    if (count === 0) return 0;
    const estimate =
      count - ((count + 1) * share * (grams[count + 1] as number)) / (grams[count] as number);
    // Too few grams to estimate by, as there are of single symbols.
    return estimate > 0 && estimate < count ? estimate : count / 2;
  });
}

/**
 * The model of the first `learnt` symbols of a text with the best order: the one that predicts those
 * from there to before `chosen` best.
 */
export function bestNgram(
  text: Uint8Array,
  { symbols, learnt, chosen }: { symbols: number; learnt: number; chosen: number },
): NgramModel {
  const models = Array.from({ length: longestOrder(symbols) }, (_, shorter) => {
    const model = new NgramModel(text.subarray(0, learnt), { order: shorter + 1, symbols });
    return { model, score: model.perplexity(text, learnt, chosen) };
  });
  return models.reduce((best, each) => (each.score < best.score ? each : best)).model;
}
