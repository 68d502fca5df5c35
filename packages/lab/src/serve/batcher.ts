import { type Tensor, type TypedArray, tensor } from "@versant/core";

/** The samples of one request: tensors (N, ...), one for each input of the model. */
export type Samples = readonly Tensor[];

export const countOf = ([first]: Samples): number => first?.shape[0] ?? 0;

/** Computes the outputs of samples, one behind the other. */
export type Compute = (samples: Samples) => Promise<TypedArray>;

export interface BatcherOptions {
  /** Samples computed together at most. Default 64 */
  readonly batch?: number;
  /** Milliseconds for which what is here waits for a request that is still arriving. Default 2 */
  readonly wait?: number;
  /** Hears of each batch: its samples. */
  readonly onBatch?: (samples: number) => void;
}

interface Waiting {
  readonly samples: Samples;
  readonly since: number;
  readonly resolve: (outputs: TypedArray) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Computes requests together that are here together. One batch is computed at a time, and what comes
 * meanwhile is the next one, so that batches grow with the load by themselves. A request alone is
 * computed at once; it waits only where another one is arriving already, and never longer than `wait`.
 */
export class Batcher {
  readonly #compute: Compute;
  readonly #batch: number;
  readonly #wait: number;
  readonly #onBatch: (samples: number) => void;
  #queue: Waiting[] = [];
  #arriving = 0;
  #isScheduled = false;

  constructor(compute: Compute, { batch = 64, wait = 2, onBatch = () => {} }: BatcherOptions) {
    this.#compute = compute;
    this.#batch = batch;
    this.#wait = wait;
    this.#onBatch = onBatch;
  }

  /** Says that a request has begun to arrive; the returned function, that it is here or never will be. */
  expect(): () => void {
    this.#arriving += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      this.#arriving -= 1;
    };
  }

  /**
   * More samples than a batch are several, so that what comes meanwhile does not wait for all of them.
   *
   * @returns the outputs of these samples
   */
  async predict(samples: Samples): Promise<TypedArray> {
    if (countOf(samples) <= this.#batch) return this.#enqueue(samples);
    const parts = parted(samples, this.#batch);
    return joined(await Promise.all(parts.map((part) => this.#enqueue(part))));
  }

  #enqueue(samples: Samples): Promise<TypedArray> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ samples, since: performance.now(), resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // After all that this turn of the event loop reads from sockets.
    setImmediate(() => this.#run());
  }

  async #run(): Promise<void> {
    const [first] = this.#queue;
    if (first && this.#isWorthWaiting(first)) {
      setTimeout(() => this.#run(), 1);
      return;
    }
    const taken = this.#take();
    await this.#answer(taken).catch(async (error) => {
      const [only, ...others] = taken;
      if (others.length === 0) only?.reject(error);
      // One of them is to blame: the others have their answers all the same.
      else for (const each of taken) await this.#answer([each]).catch(each.reject);
    });
    this.#isScheduled = false;
    if (this.#queue.length > 0) this.#schedule();
  }

  async #answer(taken: readonly Waiting[]): Promise<void> {
    const samples = together(taken.map((each) => each.samples));
    this.#onBatch(countOf(samples));
    const outputs = await this.#compute(samples);
    const width = outputs.length / countOf(samples);
    let from = 0;
    for (const { samples, resolve } of taken) {
      const to = from + width * countOf(samples);
      resolve(outputs.subarray(from, to));
      from = to;
    }
  }

  #isWorthWaiting({ since }: Waiting): boolean {
    if (this.#arriving === 0 || performance.now() - since >= this.#wait) return false;
    return this.#queue.reduce((sum, { samples }) => sum + countOf(samples), 0) < this.#batch;
  }

  /** From the front, as long as samples are of one shape and there is room. */
  #take(): Waiting[] {
    let count = 0;
    const [first] = this.#queue;
    const end = this.#queue.findIndex(({ samples }) => {
      count += countOf(samples);
      return samples !== first?.samples && (count > this.#batch || !alike(samples, first?.samples));
    });
    return this.#queue.splice(0, end < 0 ? this.#queue.length : end);
  }
}

const alike = (samples: Samples, others: Samples | undefined): boolean =>
  samples.every(({ shape }, i) => shape.slice(1).join() === others?.[i]?.shape.slice(1).join());

/** The samples of several requests as those of one. */
function together(all: readonly Samples[]): Samples {
  const [first = []] = all;
  if (all.length === 1) return first;
  const count = all.reduce((sum, samples) => sum + countOf(samples), 0);
  return first.map(({ dtype, shape: [, ...rest] }, input) => {
    const parts = all.flatMap((samples) => samples[input]?.dataSync() ?? []);
    return tensor(joined(parts), { shape: [count, ...rest], dtype });
  });
}

/** The samples of a request, so many at a time. */
function parted(samples: Samples, most: number): Samples[] {
  const columns = samples.map((column) => [column, column.dataSync()] as const);
  const count = countOf(samples);
  return Array.from({ length: Math.ceil(count / most) }, (_, part) => {
    const from = part * most;
    const to = Math.min(count, from + most);
    return columns.map(
      ([
        {
          dtype,
          shape: [, ...rest],
        },
        data,
      ]) => {
        const width = data.length / count;
        const shape = [to - from, ...rest];
        return tensor(data.subarray(from * width, to * width), { shape, dtype });
      },
    );
  });
}

function joined(parts: readonly TypedArray[]): TypedArray {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  // Those of one input are all of one kind.
  const kind = parts[0]?.constructor as new (length: number) => TypedArray;
  const whole = new kind(length);
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
