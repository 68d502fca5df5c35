import { ArgumentError, RandomGenerator } from "@versant/core/internal";
import { directions } from "./directions.js";

const bits = 32;

/**
 * Sobol's sequence (Sobol 1967): points that fill the unit cube more evenly than random ones. In the order of Gray's
 * code (Antonov and Saleev 1979), so that point i is the exclusive or of the direction numbers that the bits of
 * i xor (i >> 1) name.
 *
 * With a seed, scrambled: each dimension's direction numbers are multiplied by a random lower triangular matrix modulo
 * 2, and all its points get one random digital shift (Matousek, "On the L2-discrepancy for anchored boxes", 1998).
 * What is even stays so; each point alone is uniform.
 */
export class Sobol {
  /** How many dimensions there are direction numbers for. */
  static readonly most = directions.length + 1;

  readonly #columns: readonly Uint32Array[];
  readonly #shifts: Uint32Array;

  /**
   * @param dimensions from 1 to 64
   * @param seed of the scrambling; none without it
   * @throws ArgumentError when `dimensions` is out of its range
   */
  constructor(
    readonly dimensions: number,
    seed?: number,
  ) {
    if (!(Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= Sobol.most)) {
      throw new ArgumentError(
        `Sobol: received ${dimensions} dimensions, expected 1 to ${Sobol.most}; search fewer hyper-parameters at ` +
          "once, or at random.",
      );
    }
    const random = seed === undefined ? undefined : new RandomGenerator(seed, "search");
    const columns = Array.from({ length: dimensions }, (_, index) => directionNumbers(index));
    this.#columns = random ? columns.map((each) => scramble(each, random)) : columns;
    this.#shifts = Uint32Array.from(columns, () => random?.uint32() ?? 0);
  }

  /**
   * @param index below 2^32
   * @returns a number in [0, 1) for each dimension
   */
  point(index: number): Float64Array {
    const gray = index ^ (index >>> 1);
    return Float64Array.from(this.#columns, (column, dimension) => {
      let place = this.#shifts[dimension] as number;
      for (let bit = 0; bit < bits; bit++) {
        if ((gray >>> bit) & 1) place ^= column[bit] as number;
      }
      return (place >>> 0) / 2 ** bits;
    });
  }
}

/** The direction numbers of a dimension, the binary point before the highest bit. */
function directionNumbers(dimension: number): Uint32Array {
  const numbers = new Uint32Array(bits);
  const [polynomial = 1, ...initial] = directions[dimension - 1] ?? [];
  const degree = initial.length;
  for (let bit = 0; bit < bits; bit++) {
    if (degree === 0) numbers[bit] = 2 ** (bits - 1 - bit);
    else if (bit < degree) numbers[bit] = (initial[bit] as number) * 2 ** (bits - 1 - bit);
    else {
      const before = numbers[bit - degree] as number;
      let next = before ^ (before >>> degree);
      for (let back = 1; back < degree; back++) {
        if ((polynomial >>> (degree - back)) & 1) next ^= numbers[bit - back] as number;
      }
      numbers[bit] = next >>> 0;
    }
  }
  return numbers;
}

/** Each bit of the result is a random sum, modulo 2, of the bits above it, and the bit itself. */
function scramble(numbers: Uint32Array, random: RandomGenerator): Uint32Array {
  const rows = Uint32Array.from({ length: bits }, (_, row) => {
    const diagonal = 2 ** (bits - 1 - row);
    const above = row === 0 ? 0 : (0xffffffff << (bits - row)) >>> 0;
    return ((random.uint32() & above) | diagonal) >>> 0;
  });
  return numbers.map((number) => {
    let result = 0;
    for (const row of rows) result = (result << 1) | parity(row & number);
    return result >>> 0;
  });
}

function parity(word: number): number {
  let folded = word;
  for (const width of [16, 8, 4, 2, 1]) folded ^= folded >>> width;
  return folded & 1;
}
