import {
  ArgumentError,
  cosSin,
  describeValue,
  requireCount,
  requireOptions,
} from "../../array/index.js";
import { requireAtLeastZero } from "../check.js";
import { requireAboveZero, type Schedule } from "./schedule.js";

/** Half a wave of the cosine from `from` at 0 to `to` at 1. */
const halfWave = (from: number, to: number, position: number): number =>
  to + ((from - to) * (1 + cosSin(position / 2)[0])) / 2;

export interface CosineOptions {
  /** Counts until the rate is lowest. */
  readonly length: number;
  /** The lowest factor. Default 0. */
  readonly minimum?: number;
}

/**
 * minimum + (1 - minimum) (1 + cos(pi count / length)) / 2: slow at both ends. From `length` on it
 * stays at the minimum.
 * Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017,
 * equation 5, without restarts.
 */
export function cosine(options: CosineOptions): Schedule {
  requireOptions("schedule.cosine", options, ["length", "minimum"]);
  const { length, minimum = 0 } = options;
  requireCount("schedule.cosine", "length", length);
  requireAtLeastZero("schedule.cosine", "minimum", minimum);
  return (count) => halfWave(1, minimum, Math.min(count / length, 1));
}

export interface CosineRestartsOptions {
  /** Counts of the first period. */
  readonly length: number;
  /** How many times as long each further period is, an integer of at least 1. Default 1. */
  readonly growth?: number;
  /** The factor that each period falls towards. Default 0. */
  readonly minimum?: number;
}

/**
 * `cosine` again and again, each time from the full rate, in periods of length, length growth,
 * length growth^2, ...
 * Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017.
 */
export function cosineRestarts(options: CosineRestartsOptions): Schedule {
  requireOptions("schedule.cosineRestarts", options, ["length", "growth", "minimum"]);
  const { length, growth = 1, minimum = 0 } = options;
  requireCount("schedule.cosineRestarts", "length", length);
  requireCount("schedule.cosineRestarts", "growth", growth);
  requireAtLeastZero("schedule.cosineRestarts", "minimum", minimum);
  return (count) => {
    let period = length;
    let position = growth === 1 ? count % length : count;
    while (position >= period) {
      position -= period;
      period *= growth;
    }
    return halfWave(1, minimum, position / period);
  };
}

export interface OneCycleOptions {
  /** Counts of the whole cycle. */
  readonly length: number;
  /** Share of the cycle in which the rate rises, between 0 and 1. Default 0.3. */
  readonly rise?: number;
  /** The factor at 0. Default 1 / 25. */
  readonly initial?: number;
  /** The factor at the last count, and from then on. Default 1 / 250,000. */
  readonly final?: number;
  /** How it rises and falls. Default "cosine". */
  readonly shape?: "cosine" | "linear";
}

/**
 * Up to the full rate, which may be much larger than usual, and down to next to nothing:
 * the optimiser's learning rate is the largest.
 * Smith and Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning
 * Rates", 2018; Smith, "A Disciplined Approach to Neural Network Hyper-Parameters: Part 1", 2018.
 * Proportions and the cosine are PyTorch's.
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const names = ["length", "rise", "initial", "final", "shape"];
  requireOptions("schedule.oneCycle", options, names);
  const { length, rise = 0.3, initial = 1 / 25, final = 1 / 250_000, shape = "cosine" } = options;
  requireCount("schedule.oneCycle", "length", length);
  requireAboveZero("schedule.oneCycle", "rise", rise);
  requireAtLeastZero("schedule.oneCycle", "initial", initial);
  requireAtLeastZero("schedule.oneCycle", "final", final);
  const peak = rise * length - 1;
  if (!(peak > 0 && rise < 1)) {
    throw new ArgumentError(
      `schedule.oneCycle: received length ${length} and rise ${rise}, expected a rise below 1 that ` +
        "takes more than one of these counts.",
    );
  }
  if (shape !== "cosine" && shape !== "linear") {
    throw new ArgumentError(
      `schedule.oneCycle: received shape ${describeValue(shape)}, expected "cosine" or "linear".`,
    );
  }
  const between = shape === "cosine" ? halfWave : straight;
  return (count) =>
    count <= peak
      ? between(initial, 1, count / peak)
      : between(1, final, Math.min((count - peak) / (length - 1 - peak), 1));
}

const straight = (from: number, to: number, position: number): number =>
  from + (to - from) * position;
