import { ArgumentError, requireCount, requireInstance, requireOptions } from "../../array/index.js";
import { requireMilestones, type Schedule } from "./schedule.js";
import { constant, linear } from "./steps.js";

export interface SequenceOptions {
  readonly schedules: readonly Schedule[];
  /** Counts at which the second and each further schedule begins, rising. */
  readonly milestones: readonly number[];
}

/** One schedule after the other; each counts from 0 when its turn comes. */
export function sequence(options: SequenceOptions): Schedule {
  requireOptions("schedule.sequence", options, ["schedules", "milestones"]);
  const { schedules, milestones } = options;
  requireInstance("schedule.sequence", "the schedules", schedules, Array);
  schedules.forEach((schedule, index) => {
    requireInstance("schedule.sequence", `schedule ${index}`, schedule, Function);
  });
  requireMilestones("schedule.sequence", milestones);
  if (schedules.length !== milestones.length + 1) {
    throw new ArgumentError(
      `schedule.sequence: received ${schedules.length} schedules and ${milestones.length} ` +
        "milestones, expected one milestone between each schedule and the next.",
    );
  }
  return (count) => {
    const turn = milestones.filter((milestone) => milestone <= count).length;
    return (schedules[turn] as Schedule)(count - (milestones[turn - 1] ?? 0));
  };
}

export interface WarmUpOptions {
  /** Counts below the full rate. */
  readonly length: number;
  /** What follows, counted from 0. Default: the full rate. */
  readonly next?: Schedule;
}

/**
 * (count + 1) / (length + 1), and then another schedule: small steps at first, while moments and
 * statistics know little and the weights are far from anywhere.
 * Goyal et al., "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", 2017, section 2.2.
 */
export function warmUp(options: WarmUpOptions): Schedule {
  requireOptions("schedule.warmUp", options, ["length", "next"]);
  const { length, next = constant() } = options;
  requireCount("schedule.warmUp", "length", length);
  requireInstance("schedule.warmUp", "what follows", next, Function);
  const rising = linear({ from: 1 / (length + 1), to: 1, length });
  return sequence({ schedules: [rising, next], milestones: [length] });
}
