import { ArgumentError, describeValue, requireCount, requireOptions } from "../array/index.js";
import type { Loader } from "../data/index.js";
import type { Callback, TrainingContext } from "./callbacks.js";
import { DivergenceError } from "./errors.js";
import { requireLoader } from "./feed.js";
import type { TrainerOptions } from "./options.js";
import { type RatePoint, rateCurve } from "./rateCurve.js";
import { rehearse } from "./rehearse.js";
import { Trainer } from "./trainer.js";

export type { RatePoint } from "./rateCurve.js";

export interface FindLearningRateOptions {
  readonly train: Loader;
  /** The first rate. Default 1e-6. */
  readonly from?: number;
  /** The last rate. Default 10. */
  readonly to?: number;
  /** Updates from one to the other, at least 20. Default 100. */
  readonly steps?: number;
}

export interface LearningRateTest {
  /** With rising rates; up to the one at which training diverged, if it did. */
  readonly points: readonly RatePoint[];
  /** At which the loss falls most steeply: a rate to begin with. */
  readonly steepest: number;
  /** At which the loss is lowest: larger ones make it rise, or bring nothing more. */
  readonly largestStable: number;
  /** The first rate with a loss far above the first, or none at all; undefined if there was none. */
  readonly diverged?: number;
}

/**
 * The range test of learning rates: trains with rates that grow from step to step by the same factor, and looks
 * where the loss falls, and where it rises again (Smith, "Cyclical Learning Rates for Training Neural Networks", 2017,
 * section 3.3). Weights, the optimiser and random numbers are afterwards what they were before, to the bit.
 *
 * ```ts
 * const { steepest } = await findLearningRate({ model, loss, optimizer }, { train });
 * ```
 *
 * Losses are smoothed by the median of each point and its neighbours. With several groups of parameters rates keep
 * their proportion, and the result is that of the first group.
 *
 * @param parts as a Trainer takes them; schedule and callbacks are left out, as the test sets the rates
 * @throws ArgumentError when an option is out of its range, the loss is not finite at once, or it falls at no rate
 */
export async function findLearningRate(
  parts: TrainerOptions,
  options: FindLearningRateOptions,
): Promise<LearningRateTest> {
  requireOptions("findLearningRate", options, ["train", "from", "to", "steps"]);
  const { train, from = 1e-6, to = 10, steps = 100 } = options;
  requireLoader("findLearningRate", "the training data", train);
  requireCount("findLearningRate", "steps", steps);
  if (steps < fewestSteps) {
    throw new ArgumentError(
      `findLearningRate: received ${steps} steps, expected at least ${fewestSteps}; fewer make no curve.`,
    );
  }
  if (!(from > 0 && to > from && to < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(
      `findLearningRate: received rates from ${describeValue(from)} to ${describeValue(to)}, expected ` +
        "two numbers above 0, the smaller first.",
    );
  }
  const { callbacks: _callbacks, schedule: _schedule, ...rest } = parts;
  const climb = new Climb(from, (to / from) ** (1 / (steps - 1)), steps);
  const trainer = new Trainer({ ...rest, callbacks: [climb] });
  await rehearse(parts, async () => {
    try {
      // The climb ends it.
      await trainer.fit({ train, epochs: Number.MAX_SAFE_INTEGER });
    } catch (error) {
      if (!(error instanceof DivergenceError)) throw error;
      climb.end(error);
    }
  });
  return conclude(climb, steps);
}

const fewestSteps = 20;

/** Losses that are averaged before they are compared with the first ones. */
const recent = 5;

/** How many times the first losses is so much that nothing will come of it. */
const farAbove = 4;

/** Raises the rate after every update, until it is at its end or the loss has risen far above the first ones. */
class Climb implements Callback {
  readonly measured: { rate: number; loss: number }[] = [];
  diverged: number | undefined;
  #updates = 0;
  #mark: Float64Array | undefined;

  constructor(
    readonly from: number,
    readonly factor: number,
    readonly steps: number,
  ) {}

  /** Of the update that comes next. */
  get #rate(): number {
    return this.from * this.factor ** this.#updates;
  }

  onFitStart(context: TrainingContext): void {
    context.learningRate = this.#rate;
  }

  onEpochStart(context: TrainingContext): void {
    this.#mark = context.mark();
  }

  onBatchEnd(context: TrainingContext): void {
    const { loss } = context.scores(this.#mark);
    this.#mark = context.mark();
    // The loss of this batch shows what the update before it has done.
    if (this.#updates > this.measured.length) this.#add(loss, context);
    if (context.step === this.#updates) return;
    this.#updates = context.step;
    context.learningRate = this.#rate;
  }

  #add(loss: number, context: TrainingContext): void {
    const rate = this.from * this.factor ** (this.#updates - 1);
    this.measured.push({ rate, loss });
    if (this.measured.length === this.steps) context.stop("all rates are measured");
    if (this.measured.length < 2 * recent) return;
    const mean = (losses: typeof this.measured): number =>
      losses.reduce((sum, each) => sum + each.loss, 0) / recent;
    const first = mean(this.measured.slice(0, recent));
    // Losses such as likelihoods of densities may be negative.
    const limit = first + (farAbove - 1) * Math.abs(first);
    if (mean(this.measured.slice(-recent)) <= limit) return;
    this.diverged = rate;
    context.stop("the loss has risen far above the first ones");
  }

  /** @throws ArgumentError when there was nothing to measure before */
  end(cause: DivergenceError): void {
    if (this.measured.length < fewestSteps / 2) {
      throw new ArgumentError(
        `findLearningRate: after ${this.measured.length} steps, at a rate of ${this.#rate.toExponential(1)}, ` +
          `${cause.message} Expected a loss that is finite at small rates; lower \`from\`, or look at the ` +
          "data and the initial weights.",
      );
    }
    this.diverged = this.#rate;
  }
}

function conclude({ measured, diverged }: Climb, steps: number): LearningRateTest {
  const points = rateCurve(measured, steps);
  const lowest = points.reduce((best, each) => (each.smoothed < best.smoothed ? each : best));
  const falling = points.filter(({ rate }) => rate <= lowest.rate);
  const steepest = falling.reduce((best, each) => (each.slope < best.slope ? each : best));
  if (steepest.slope >= 0) {
    throw new ArgumentError(
      `findLearningRate: the loss falls at no rate from ${points[0]?.rate} to ${points.at(-1)?.rate}, expected ` +
        "one that training lowers; take more steps or a lower `from`, or look at model and loss.",
    );
  }
  const found = { points, steepest: steepest.rate, largestStable: lowest.rate };
  return diverged === undefined ? found : { ...found, diverged };
}
