import { Buffer, type Parameter, type Tensor, tensor, zeros } from "../tensor/index.js";
import type { Target } from "./optimizer.js";

/** One buffer of zeros for each parameter, such as a moment: "momentum.0", "momentum.1", ... */
export class Moments {
  readonly buffers: readonly Buffer[];

  constructor(
    readonly name: string,
    parameters: readonly Parameter[],
  ) {
    this.buffers = parameters.map(
      ({ shape, dtype }, index) => new Buffer(zeros(shape, dtype), `${name}.${index}`),
    );
  }

  /** The value that the step of a target starts from. */
  of({ index }: Target): Tensor {
    return this.buffers[index] as Buffer;
  }

  /** Gives the buffer of a target its next value. */
  assign({ index }: Target, value: Tensor): void {
    this.buffers[index]?.assign(value);
  }
}

/**
 * How many steps each parameter has taken, in one vector: parameters that were frozen for a while
 * have taken fewer. float32 counts exactly to 2^24, where every correction has long been 1.
 */
export class StepCounts {
  readonly buffer: Buffer;

  constructor(parameters: readonly Parameter[]) {
    this.buffer = new Buffer(zeros([parameters.length], parameters[0]?.dtype), "steps");
  }

  /** Counts a step of the targets; the result is the counts with it. */
  advance(targets: readonly Target[]): Tensor {
    const taken = new Array<number>(this.buffer.size).fill(0);
    for (const { index } of targets) taken[index] = 1;
    const counts = this.buffer.add(tensor(taken, { dtype: this.buffer.dtype }));
    this.buffer.assign(counts);
    return counts;
  }
}

/** All buffers by name. */
export const stateOf = (buffers: readonly Buffer[]): ReadonlyMap<string, Buffer> =>
  new Map(buffers.map((buffer) => [buffer.name, buffer]));
