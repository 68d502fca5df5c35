import {
  type Callback,
  DataLoader,
  type Dataset,
  isLoader,
  type Profile,
  profile,
  Trainer,
  type TrainingContext,
} from "@versant/core";
import { type Run, trainerOptions } from "./run.js";

/** The first steps compile, wake threads and fill caches. */
const warmUp = { steps: 3, milliseconds: 200 };

/**
 * Trains on full batches as `fit` does, but without validation and the experiment's callbacks, and
 * profiles so many steps after a warm-up, each from the end of the one before to its own.
 */
export async function profileSteps(
  { setup, values, seed }: Run,
  steps: number,
): Promise<Profile[]> {
  const { callbacks: _callbacks, ...parts } = trainerOptions(setup);
  const { data } = setup;
  const { batchSize } = values;
  const train = isLoader(data.train) ? data.train : fullBatches(data.train, batchSize, seed);
  const profiler = new Profiler(steps);
  const trainer = new Trainer({ ...parts, callbacks: [profiler] });
  try {
    // The profiler stops it.
    await trainer.fit({ train, epochs: Number.MAX_SAFE_INTEGER });
  } finally {
    profiler.end();
  }
  return profiler.profiles;
}

/** A last batch that is smaller would be another Program; a whole epoch of one is all there is. */
function fullBatches(dataset: Dataset, batchSize: number, seed: number): DataLoader {
  const lastBatch = dataset.length < batchSize ? "keep" : "drop";
  return new DataLoader(dataset, { batchSize, shuffle: true, seed, lastBatch });
}

class Profiler implements Callback {
  readonly profiles: Profile[] = [];
  readonly #started = performance.now();
  #step = 0;
  /** Ends the current profile. */
  end = (): void => {};
  // V8 compiles anew what never ran in a profile: the warm-up needs them as well.
  #current = this.#start();

  constructor(readonly steps: number) {}

  onBatchEnd(context: TrainingContext): undefined | Promise<void> {
    // Gradients of several batches may be one step.
    if (context.step === this.#step) return undefined;
    this.#step = context.step;
    return this.#endStep(context);
  }

  async #endStep(context: TrainingContext): Promise<void> {
    const isWarm =
      this.#step > warmUp.steps && performance.now() - this.#started >= warmUp.milliseconds;
    this.end();
    const measured = await this.#current;
    if (isWarm) this.profiles.push(measured);
    if (this.profiles.length < this.steps) this.#current = this.#start();
    else context.stop("all steps are measured");
  }

  #start(): Promise<Profile> {
    return profile(
      () =>
        new Promise<void>((resolve) => {
          this.end = resolve;
        }),
    );
  }
}
