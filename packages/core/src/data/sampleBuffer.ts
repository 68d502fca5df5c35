import {
  ArgumentError,
  dtypes,
  formatBytes,
  makeArray,
  type RandomGenerator,
  sizeOf,
  type TypedArray,
} from "../array/index.js";
import type { StreamChunk, StreamColumn } from "./streamSource.js";

/** Some successive samples of a chunk. */
export interface Run {
  readonly chunk: StreamChunk;
  readonly from: number;
  readonly count: number;
}

/** Room for some samples. */
export class SampleBuffer {
  readonly arrays: TypedArray[];
  readonly #widths: number[];

  constructor(
    columns: readonly StreamColumn[],
    readonly capacity: number,
  ) {
    this.#widths = columns.map(({ shape }) => sizeOf(shape));
    this.arrays = columns.map(({ dtype }, index) => {
      const elements = capacity * (this.#widths[index] as number);
      try {
        return makeArray(dtype, elements);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new ArgumentError(
          `StreamLoader: there is no memory for ${capacity} samples at once, ` +
            `${formatBytes(elements * dtypes[dtype].bytes)} of column "${columns[index]?.name}"; use a ` +
            "smaller batchSize or shuffleBuffer.",
        );
      }
    });
  }

  /** Copies `count` samples of a chunk, the first of them `from`, to the place `to`. */
  set(chunk: StreamChunk, from: number, to: number, count = 1): void {
    this.arrays.forEach((array, index) => {
      const width = this.#widths[index] as number;
      const part = (chunk[index] as TypedArray).subarray(from * width, (from + count) * width);
      array.set(part, to * width);
    });
  }

  /** The first samples. */
  first(count: number): StreamChunk {
    if (count === this.capacity) return this.arrays;
    return this.arrays.map((array, index) =>
      array.slice(0, count * (this.#widths[index] as number)),
    );
  }
}

/** Samples that wait until one that comes later takes their place. */
export class ShuffleBuffer {
  readonly #held: SampleBuffer;
  readonly #generator: RandomGenerator;
  #waiting = 0;

  constructor(columns: readonly StreamColumn[], capacity: number, generator: RandomGenerator) {
    this.#held = new SampleBuffer(columns, capacity);
    this.#generator = generator;
  }

  /** Takes samples in; what leaves for them has to be copied before the next is asked for. */
  *exchange({ chunk, from, count }: Run): Iterable<Run> {
    const { arrays, capacity } = this.#held;
    for (let sample = from; sample < from + count; sample++) {
      if (this.#waiting < capacity) {
        this.#held.set(chunk, sample, this.#waiting++);
        continue;
      }
      const drawn = this.#generator.below(capacity);
      yield { chunk: arrays, from: drawn, count: 1 };
      this.#held.set(chunk, sample, drawn);
    }
  }

  /** Those that still wait, in random order, each to be copied before the next is asked for. */
  *rest(): Iterable<Run> {
    const { arrays } = this.#held;
    for (; this.#waiting > 0; this.#waiting--) {
      const drawn = this.#generator.below(this.#waiting);
      yield { chunk: arrays, from: drawn, count: 1 };
      // The last one that waits takes the place that is free now.
      this.#held.set(arrays, this.#waiting - 1, drawn);
    }
  }
}
