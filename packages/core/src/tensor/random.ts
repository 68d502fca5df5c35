import { checkSeed, checkShape, philox4x32, type Shape } from "../array/index.js";
import { makeNode, type ScalarSource } from "../graph/index.js";
import { activeCapture } from "./capture.js";
import { Tensor } from "./tensor.js";

let seed = 42;
let drawn = 0;
let initialized = 0;

const currentSeed: ScalarSource = { read: () => seed };
const currentBase: ScalarSource = { read: () => drawn };

/**
 * Restarts all random draws from `seed`. Draws are numbered from here on, so the same program
 * draws the same numbers, compiled or not.
 *
 * @param value an integer from 0 to 2^53 - 1. Default before the first call: 42.
 */
export function manualSeed(value: number): void {
  seed = checkSeed("manualSeed", value);
  drawn = 0;
  initialized = 0;
}

/** Where the stream of draws stands: to save it, and to go on from there. */
export interface RandomState {
  readonly seed: number;
  readonly drawn: number;
  readonly initialized: number;
}

export const randomState = (): RandomState => ({ seed, drawn, initialized });

export function restoreRandomState(state: RandomState): void {
  ({ seed, drawn, initialized } = state);
}

/** A fresh seed for something that is drawn on the host, such as a layer's initial weights. */
export function nextSeed(): number {
  const counter = Uint32Array.of(initialized++, 0, 0, 0x9e3779b9);
  const words = philox4x32(seed >>> 0, Math.floor(seed / 2 ** 32), counter);
  return ((words[0] as number) >>> 0) * 2 ** 21 + ((words[1] as number) >>> 11);
}

/** Uniform in [0, 1), float32 with 24 random bits; another draw each time it runs. */
export function rand(shape: Shape): Tensor {
  checkShape("rand", shape);
  const capture = activeCapture();
  if (capture) {
    const draw = capture.draws++;
    return new Tensor(
      makeNode("random", [], { shape, seed: currentSeed, base: currentBase, draw }),
    );
  }
  const seedNow = seed;
  const base = drawn++;
  return new Tensor(
    makeNode("random", [], {
      shape,
      seed: { read: () => seedNow },
      base: { read: () => base },
      draw: 0,
    }),
  );
}

/** Counts the draws of a Program that has run. */
export function countDraws(draws: number): void {
  drawn += draws;
}

/** Standard normal: sqrt(-2 ln(1 - u)) cos(2 pi v), Box and Muller 1958. */
export function randn(shape: Shape): Tensor {
  const radius = rand(shape).neg().log1p().mul(-2).sqrt();
  return radius.mul(
    rand(shape)
      .mul(2 * Math.PI)
      .cos(),
  );
}
