import type { RandomGenerator } from "./philox.js";

/** Puts `items` into random order, in place; each order is equally likely (Fisher and Yates). */
export function shuffle(items: Int32Array, generator: RandomGenerator): Int32Array {
  for (let last = items.length - 1; last > 0; last--) {
    const other = generator.below(last + 1);
    const moved = items[last] as number;
    items[last] = items[other] as number;
    items[other] = moved;
  }
  return items;
}

/** 0, 1, 2, ..., length - 1. */
export function range(length: number): Int32Array {
  const items = new Int32Array(length);
  for (let index = 0; index < length; index++) items[index] = index;
  return items;
}
