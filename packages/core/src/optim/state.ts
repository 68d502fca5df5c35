import { Buffer, type Parameter, type Tensor, tensor, zeros } from "../tensor/index.js";
import type { Slot, Target } from "./optimizer.js";

/** One buffer of zeros for each parameter, such as a moment: "momentum.0", "momentum.1", ... */
export class Moments {
  readonly #buffers: ReadonlyMap<Parameter, Buffer>;

  constructor(name: string, slots: readonly Slot[]) {
    this.#buffers = new Map(
      slots.map(({ parameter, index }) => {
        const { shape, dtype } = parameter;
        return [parameter, new Buffer(zeros(shape, dtype), `${name}.${index}`)];
      }),
    );
  }

  get buffers(): readonly Buffer[] {
    return [...this.#buffers.values()];
  }

  /** The value that the step of a target starts from. */
  of({ parameter }: Target): Tensor {
    return this.#buffers.get(parameter) as Buffer;
  }

  /** Gives the buffer of a target its next value, and returns it. */
  assign({ parameter }: Target, value: Tensor): Tensor {
    this.#buffers.get(parameter)?.assign(value);
    return value;
  }

  /** The exponential mean: beta before + (1 - beta) now, which becomes the value of the buffer. */
  average(target: Target, now: Tensor, beta: number): Tensor {
    const kept = this.of(target).multiply(beta);
    return this.assign(target, kept.add(now.multiply(1 - beta)));
  }

  /** max(before, now), which becomes the value of the buffer. */
  grow(target: Target, now: Tensor): Tensor {
    return this.assign(target, this.of(target).maximum(now));
  }
}

/**
 * How many steps each parameter has taken, in one vector: parameters that were frozen for a while
 * have taken fewer. float32 counts exactly to 2^24, where every correction has long been 1.
 */
export class StepCounts {
  readonly buffer: Buffer;

  constructor(slots: readonly Slot[]) {
    this.buffer = new Buffer(zeros([slots.length], slots[0]?.parameter.dtype), "steps");
  }

  /** Counts a step of the targets; the result is the counts with it. */
  advance(targets: readonly Target[]): Tensor {
    const counts = this.buffer.add(membership(targets, this.buffer));
    this.buffer.assign(counts);
    return counts;
  }
}

/** 1 at the places of the targets, 0 at those of other parameters, in a vector like `all`. */
export function membership(targets: readonly Target[], { size, dtype }: Tensor): Tensor {
  const places = new Array<number>(size).fill(0);
  for (const { index } of targets) places[index] = 1;
  return tensor(places, { dtype });
}

/** The targets by their groups: what a group's members share is computed once. */
export function byGroup<T extends Target>(targets: readonly T[]): Map<T["group"], T[]> {
  const groups = new Map<T["group"], T[]>();
  for (const target of targets) {
    const members = groups.get(target.group);
    if (members) members.push(target);
    else groups.set(target.group, [target]);
  }
  return groups;
}

/**
 * 1 - beta^t for each step count t. In float32 the difference itself would keep only 4 digits of
 * 1 - 0.999; with u = tanh(-t ln(beta) / 2) it equals 2 u / (1 + u), where nothing cancels.
 */
export function biasCorrection(beta: number, steps: Tensor): Tensor {
  // tanh(100 t) is 1 for t >= 1, which is what beta = 0 needs; its logarithm is infinite.
  const half = Math.min(-Math.log(beta) / 2, 100);
  const u = steps.multiply(half).tanh();
  return u.multiply(2).divide(u.add(1));
}

/** All buffers by name. */
export const stateOf = (buffers: readonly Buffer[]): ReadonlyMap<string, Buffer> =>
  new Map(buffers.map((buffer) => [buffer.name, buffer]));
