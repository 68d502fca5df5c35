import type { SearchSpace } from "../space.js";

/**
 * Points of the unit cube as the kernel compares them: ranges as their place from 0 to 1, choices and flags as one
 * column an option, 1 where it is taken. All columns of one hyper-parameter share a length scale.
 */
export class Features {
  /** Of each column, the index of its length scale: of the dimension it came from. */
  readonly scaleOf: Int32Array;
  readonly #space: SearchSpace;

  constructor(space: SearchSpace) {
    this.#space = space;
    this.scaleOf = Int32Array.from(
      space.dimensions.flatMap(({ options }, index) => (options ?? [index]).map(() => index)),
    );
  }

  get columns(): number {
    return this.scaleOf.length;
  }

  /** @param point a place from 0 to 1 for each dimension */
  encode(point: ArrayLike<number>): Float64Array {
    const row = this.#space.dimensions.flatMap(({ options, levels }, index) => {
      const place = point[index] as number;
      const taken = Math.min(Math.floor(place * levels), levels - 1);
      return options ? options.map((_, option) => (option === taken ? 1 : 0)) : [place];
    });
    return Float64Array.from(row);
  }
}
