/** A whole number times symbols: `[784]`, `[2, "N"]`, `[-1, "N", "T"]`. */
export type Term = readonly [coefficient: number, ...symbols: string[]];

/**
 * The size of an axis: a number, or a sum of terms, `[[1, "N"]]` for N and `[[2, "N", "T"], [7]]` for
 * 2 N T + 7. No symbol occurs twice in a term.
 */
export type Size = number | readonly Term[];

/** What the symbols stand for. */
export type Sizes = ReadonlyMap<string, number>;

export function evaluateSize(size: Size, sizes: Sizes): number {
  if (typeof size === "number") return size;
  let sum = 0;
  for (const [coefficient, ...symbols] of size) {
    sum += symbols.reduce(
      (product, symbol) => product * (sizes.get(symbol) ?? Number.NaN),
      coefficient,
    );
  }
  return sum;
}

/** The symbol that a size of an input is, or undefined for a number. */
export function symbolOf(size: Size): string | undefined {
  return typeof size === "number" ? undefined : size[0]?.[1];
}

/** "N", "2 N T + 7": a size as people write it. */
export function formatSize(size: Size): string {
  if (typeof size === "number") return String(size);
  const terms = size.map(([coefficient, ...symbols]) =>
    coefficient === 1 && symbols.length > 0
      ? symbols.join(" ")
      : [coefficient, ...symbols].join(" "),
  );
  return terms.join(" + ").replaceAll("+ -", "- ");
}

/** "(N, 784)" */
export const formatSizes = (shape: readonly Size[]): string =>
  shape.length === 1 ? `(${formatSize(shape[0] ?? 0)},)` : `(${shape.map(formatSize).join(", ")})`;

/**
 * Sizes of the symbols to look at a function at: for each of them a low and a high one in all
 * combinations, which settle a polynomial that has no symbol twice in a term, and one point more, which
 * has to lie on it.
 */
export class Grid {
  readonly points: readonly Sizes[];
  readonly #symbols: readonly string[];
  readonly #corners: readonly (readonly [low: number, high: number])[];

  constructor(
    candidates: ReadonlyMap<string, readonly [low: number, high: number, other: number]>,
  ) {
    this.#symbols = [...candidates.keys()];
    this.#corners = [...candidates.values()].map(([low, high]) => [low, high]);
    const corners = Array.from(
      { length: 2 ** candidates.size },
      (_, corner): Sizes =>
        new Map(
          [...candidates].map(([symbol, [low, high]], bit) => [
            symbol,
            corner & (1 << bit) ? high : low,
          ]),
        ),
    );
    this.points = [
      ...corners,
      new Map([...candidates].map(([symbol, [, , other]]) => [symbol, other])),
    ];
  }

  /** The size that has these values at the points, in their order; undefined if none has. */
  fit(values: readonly number[]): Size | undefined {
    if (values.every((value) => value === values[0])) return values[0];
    const coefficients = values.slice(0, -1);
    this.#corners.forEach(([low, high], bit) => {
      for (let corner = 0; corner < coefficients.length; corner++) {
        if (corner & (1 << bit)) continue;
        const above = corner | (1 << bit);
        const start = coefficients[corner] as number;
        const slope = ((coefficients[above] as number) - start) / (high - low);
        coefficients[above] = slope;
        coefficients[corner] = start - slope * low;
      }
    });
    if (!coefficients.every(Number.isInteger)) return undefined;
    const terms = coefficients.flatMap((coefficient, corner): Term[] =>
      coefficient === 0
        ? []
        : [[coefficient, ...this.#symbols.filter((_, bit) => corner & (1 << bit))]],
    );
    const size = terms.reverse();
    return evaluateSize(size, this.points.at(-1) as Sizes) === values.at(-1) ? size : undefined;
  }
}
