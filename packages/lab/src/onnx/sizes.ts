import type { Size, Term } from "@versant/core";

/**
 * A size as a sum: the factor of each product of symbols, by their sorted names ("N", "N*T"; "" is
 * the number alone). No factor is 0.
 */
export type Polynomial = ReadonlyMap<string, number>;

/** What may be given as a size: one of the document, or one computed of such. */
export type AnySize = Size | Polynomial;

export function polynomialOf(size: AnySize): Polynomial {
  if (size instanceof Map) return size;
  if (typeof size === "number") return new Map(size === 0 ? [] : [["", size]]);
  const terms = size as readonly Term[];
  return new Map(terms.map(([factor, ...symbols]) => [symbols.sort().join("*"), factor]));
}

/** `a` + `factor` * `b`. */
export function plus(a: AnySize, b: AnySize, factor = 1): Polynomial {
  const sum = new Map(polynomialOf(a));
  for (const [key, each] of polynomialOf(b)) {
    const total = (sum.get(key) ?? 0) + factor * each;
    if (total === 0) sum.delete(key);
    else sum.set(key, total);
  }
  return sum;
}

export function times(a: AnySize, b: AnySize): Polynomial {
  let product: Polynomial = new Map();
  for (const [left, x] of polynomialOf(a)) {
    for (const [right, y] of polynomialOf(b)) {
      const symbols = [left, right].flatMap((key) => (key === "" ? [] : key.split("*")));
      product = plus(product, new Map([[symbols.sort().join("*"), x * y]]));
    }
  }
  return product;
}

export const productOf = (sizes: readonly AnySize[]): Polynomial =>
  sizes.reduce<Polynomial>(times, polynomialOf(1));

/** The number that a size is for all values of the symbols; `null` if it depends on them. */
export function constantOf(size: AnySize): number | null {
  const terms = polynomialOf(size);
  if (terms.size === 0) return 0;
  return terms.size === 1 ? (terms.get("") ?? null) : null;
}

export const sameSize = (a: AnySize, b: AnySize): boolean => plus(a, b, -1).size === 0;

export const sameSizes = (a: readonly AnySize[], b: readonly AnySize[]): boolean =>
  a.length === b.length && a.every((size, axis) => sameSize(size, b[axis] as AnySize));
