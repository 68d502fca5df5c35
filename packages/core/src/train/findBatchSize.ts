import {
  ArgumentError,
  describeValue,
  ExecutionError,
  requireCount,
  requireOptions,
} from "../array/index.js";
import { DataLoader, type Dataset } from "../data/index.js";
import { requireDataset } from "../data/requireDataset.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import type { TrainerOptions } from "./options.js";
import { rehearse } from "./rehearse.js";
import { Trainer } from "./trainer.js";

export interface FindBatchSizeOptions {
  readonly train: Dataset;
  /** To be measured, rising. Default: the powers of 2 from 1 to 4096, as far as there are samples. */
  readonly sizes?: readonly number[];
  /** To spend on each size, behind the first steps, which compile. Default 0.2. */
  readonly seconds?: number;
  /** Of the largest throughput that is enough, between 0 and 1. Default 0.9. */
  readonly share?: number;
}

export interface MeasuredBatchSize {
  readonly batchSize: number;
  /** Of a step: the median, which a few slow ones do not move. */
  readonly milliseconds: number;
  readonly samplesPerSecond: number;
}

export interface BatchSizeTest {
  readonly sizes: readonly MeasuredBatchSize[];
  /** The smallest size with the wanted share of the largest throughput: behind it larger ones bring little. */
  readonly knee: number;
  /** The size with the largest throughput. */
  readonly fastest: number;
  /** The first size that memory did not hold, if there was one. */
  readonly tooLarge?: number;
}

/**
 * Measures how many samples a second training takes with batches of different sizes, and where larger ones bring little
 * more. Says nothing of how well a size learns: larger batches make fewer updates an epoch, and as a rule want another
 * learning rate. Weights, the optimiser and random numbers are afterwards what they were before, to the bit.
 *
 * Steps are whole ones, with gather, backward and update, at a rate of 0 so that no loss can diverge; the first steps
 * of a size, which compile, are not counted. Sizes end where memory ends.
 *
 * @param parts as a Trainer takes them; callbacks and schedule are left out
 * @throws ArgumentError when an option is out of its range
 */
export async function findBatchSize(
  parts: TrainerOptions,
  options: FindBatchSizeOptions,
): Promise<BatchSizeTest> {
  requireOptions("findBatchSize", options, ["train", "sizes", "seconds", "share"]);
  const { train, sizes: given, seconds = 0.2, share = 0.9 } = options;
  requireDataset("findBatchSize", train);
  const sizes = requireSizes(given ?? powersOfTwo(train.length), train.length);
  if (!(seconds > 0)) {
    throw new ArgumentError(
      `findBatchSize: received seconds ${describeValue(seconds)}, expected a number above 0.`,
    );
  }
  if (!(share > 0 && share <= 1)) {
    throw new ArgumentError(
      `findBatchSize: received share ${describeValue(share)}, expected a number above 0 up to 1.`,
    );
  }
  const measured: MeasuredBatchSize[] = [];
  let tooLarge: number | undefined;
  for (const batchSize of sizes) {
    try {
      measured.push(await rehearse(parts, () => measure(parts, train, batchSize, seconds)));
    } catch (error) {
      if (!isLackOfMemory(error) || measured.length === 0) throw error;
      tooLarge = batchSize;
      break;
    }
  }
  const most = Math.max(...measured.map(({ samplesPerSecond }) => samplesPerSecond));
  const first = (part: number): number =>
    measured.find(({ samplesPerSecond }) => samplesPerSecond >= part * most)?.batchSize ?? 1;
  const found = { sizes: measured, knee: first(share), fastest: first(1) };
  return tooLarge === undefined ? found : { ...found, tooLarge };
}

/** Of the device, or of JavaScript for an array. */
const isLackOfMemory = (error: unknown): boolean =>
  error instanceof RangeError || error instanceof ExecutionError;

const largestPower = 4096;

const powersOfTwo = (samples: number): number[] => {
  const sizes: number[] = [];
  for (let size = 1; size <= Math.min(samples, largestPower); size *= 2) sizes.push(size);
  return sizes;
};

function requireSizes(sizes: readonly number[], samples: number): readonly number[] {
  if (Array.isArray(sizes) && sizes.length > 0) {
    for (const size of sizes) requireCount("findBatchSize", "each of the sizes", size);
    const isRising = sizes.every((size, index) => index === 0 || size > (sizes[index - 1] ?? 0));
    if (isRising && (sizes.at(-1) ?? 0) <= samples) return sizes;
  }
  throw new ArgumentError(
    `findBatchSize: received sizes ${describeValue(sizes)}, expected a list of rising integers up to ` +
      `${samples}, the number of samples.`,
  );
}

async function measure(
  parts: TrainerOptions,
  train: Dataset,
  batchSize: number,
  seconds: number,
): Promise<MeasuredBatchSize> {
  const { callbacks: _callbacks, schedule: _schedule, ...rest } = parts;
  const clock = new Clock(1000 * seconds);
  const trainer = new Trainer({ ...rest, callbacks: [clock] });
  const loader = new DataLoader(train, { batchSize, shuffle: true, lastBatch: "drop" });
  // The clock ends it.
  await trainer.fit({ train: loader, epochs: Number.MAX_SAFE_INTEGER });
  const sorted = clock.steps.sort((a, b) => a - b);
  const milliseconds = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { batchSize, milliseconds, samplesPerSecond: (1000 * batchSize) / milliseconds };
}

/** Steps that compile, wake threads and fill caches. */
const warmUp = 3;

/** Takes the time from the end of each step to that of the next. */
class Clock implements Callback {
  readonly steps: number[] = [];
  #batches = 0;
  #began = 0;
  #last = 0;

  constructor(readonly milliseconds: number) {}

  onFitStart(context: TrainingContext): void {
    context.learningRate = 0;
  }

  onBatchEnd(context: TrainingContext): void {
    const now = performance.now();
    this.#batches++;
    if (this.#batches > warmUp) this.steps.push(now - this.#last);
    else this.#began = now;
    this.#last = now;
    if (this.steps.length > 0 && now - this.#began >= this.milliseconds) {
      context.stop("measured");
    }
  }
}
