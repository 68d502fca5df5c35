import type { MachineLimits, Profile, ProfiledInstruction } from "@versant/core";
import type { Run } from "../experiment/run.js";

/**
 * What `versant profile --json` writes. Times, calls and costs are those of a mean step: the mean of
 * the middle half, without the fastest and the slowest quarter. So the parts add up to the whole, and
 * what else the machine does now and then does not count.
 */
export interface ProfileReport {
  readonly experiment: string;
  readonly device: string;
  readonly arithmetic: string;
  readonly threads: number;
  readonly seed: number;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** What the machine can do at best with these threads, measured just before. */
  readonly limits: MachineLimits;
  /** How many were measured. */
  readonly steps: number;
  readonly nanoseconds: number;
  /** Nanoseconds in no kernel: the loop around the step, arguments, bindings and results. */
  readonly outside: number;
  /** Instructions with equal labels together, the longest first. */
  readonly kernels: readonly ProfiledInstruction[];
}

/** What instructions have that can be added up. */
export type Totals = Omit<ProfiledInstruction, "label" | "kind">;

/** @param steps the profile of each step */
export function makeProfileReport(
  { experiment, device, seed, values }: Run,
  limits: MachineLimits,
  steps: readonly Profile[],
): ProfileReport {
  const typical = middleHalf(steps);
  const nanoseconds = typical.reduce((sum, step) => sum + step.nanoseconds, 0) / typical.length;
  const kernels = kernelsOf(typical);
  return {
    experiment: experiment.name,
    device: device.name,
    arithmetic: device.arithmetic,
    threads: device.threads,
    seed,
    hyperparameters: values,
    limits,
    steps: steps.length,
    nanoseconds,
    outside: nanoseconds - totalsOf(kernels).nanoseconds,
    kernels,
  };
}

export const totalsOf = (parts: readonly Totals[]): Totals =>
  parts.reduce(
    (sum, part) => ({
      calls: sum.calls + part.calls,
      nanoseconds: sum.nanoseconds + part.nanoseconds,
      operations: sum.operations + part.operations,
      bytes: sum.bytes + part.bytes,
    }),
    { calls: 0, nanoseconds: 0, operations: 0, bytes: 0 },
  );

/** Without the fastest and the slowest quarter. */
function middleHalf(steps: readonly Profile[]): Profile[] {
  const quarter = Math.floor(steps.length / 4);
  return [...steps]
    .sort((a, b) => a.nanoseconds - b.nanoseconds)
    .slice(quarter, steps.length - quarter);
}

/** Means over these steps. */
function kernelsOf(steps: readonly Profile[]): ProfiledInstruction[] {
  const kernels = new Map<string, ProfiledInstruction>();
  for (const each of steps.flatMap(({ instructions }) => instructions)) {
    const name = `${each.kind} ${each.label}`;
    const equal = kernels.get(name);
    kernels.set(name, equal ? { ...each, ...totalsOf([equal, each]) } : each);
  }
  return [...kernels.values()]
    .map((kernel) => ({
      ...kernel,
      calls: kernel.calls / steps.length,
      nanoseconds: kernel.nanoseconds / steps.length,
      operations: kernel.operations / steps.length,
      bytes: kernel.bytes / steps.length,
    }))
    .sort((a, b) => b.nanoseconds - a.nanoseconds);
}
