import { cosSin, ln } from "./elementary.js";
import type { RandomGenerator } from "./philox.js";

/**
 * Two independent standard normal numbers from two uniform ones:
 * sqrt(-2 ln u) (cos 2 pi v, sin 2 pi v) (Box and Muller 1958).
 */
export function normalPair(generator: RandomGenerator): [number, number] {
  const radius = Math.sqrt(-2 * ln(1 - generator.uniform()));
  const [cos, sin] = cosSin(generator.uniform());
  return [radius * cos, radius * sin];
}
