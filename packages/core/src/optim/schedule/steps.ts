import { requireCount, requireOptions } from "../../array/index.js";
import { requireAtLeastZero } from "../check.js";
import { requireAboveZero, requireMilestones, type Schedule } from "./schedule.js";

export interface StepOptions {
  /** Counts between two changes. */
  readonly every: number;
  /** What the rate is multiplied with at each. Default 0.1. */
  readonly factor?: number;
}

/** factor^floor(count / every): falls by the same factor at regular distances. */
export function step(options: StepOptions): Schedule {
  requireOptions("schedule.step", options, ["every", "factor"]);
  const { every, factor = 0.1 } = options;
  requireCount("schedule.step", "every", every);
  requireAboveZero("schedule.step", "factor", factor);
  return (count) => factor ** Math.floor(count / every);
}

export interface MultiStepOptions {
  /** Counts at which the rate changes, rising. */
  readonly milestones: readonly number[];
  /** What the rate is multiplied with at each. Default 0.1. */
  readonly factor?: number;
}

/** factor^(milestones reached): falls by the same factor at given counts. */
export function multiStep(options: MultiStepOptions): Schedule {
  requireOptions("schedule.multiStep", options, ["milestones", "factor"]);
  const { milestones, factor = 0.1 } = options;
  requireMilestones("schedule.multiStep", milestones);
  requireAboveZero("schedule.multiStep", "factor", factor);
  return (count) => factor ** milestones.filter((milestone) => milestone <= count).length;
}

export interface ExponentialOptions {
  /** What the rate is multiplied with at each count. */
  readonly factor: number;
}

/** factor^count. */
export function exponential(options: ExponentialOptions): Schedule {
  requireOptions("schedule.exponential", options, ["factor"]);
  const { factor } = options;
  requireAboveZero("schedule.exponential", "factor", factor);
  return (count) => factor ** count;
}

export interface LinearOptions {
  /** The factor at 0. Default 1. */
  readonly from?: number;
  /** The factor from `length` on. Default 0. */
  readonly to?: number;
  readonly length: number;
}

/** from + (to - from) count / length, and then `to`. */
export function linear(options: LinearOptions): Schedule {
  requireOptions("schedule.linear", options, ["from", "to", "length"]);
  const { from = 1, to = 0, length } = options;
  requireAtLeastZero("schedule.linear", "from", from);
  requireAtLeastZero("schedule.linear", "to", to);
  requireCount("schedule.linear", "length", length);
  return (count) => from + (to - from) * Math.min(count / length, 1);
}

/** The same factor throughout. Default 1. */
export function constant(factor = 1): Schedule {
  requireAtLeastZero("schedule.constant", "factor", factor);
  return () => factor;
}
