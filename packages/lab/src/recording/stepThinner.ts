import type { StepsRecord } from "../ledger/events.js";

/** Points of a whole run, about; a run of unknown length has twice as many each time it doubles. */
const pointsWanted = 1000;

/** Losses of batches on their way to the ledger: fewer points, but no extreme is lost. */
export class StepThinner {
  #stride: number;
  readonly #isPlanned: boolean;
  #first: number;
  #points = 0;
  #losses: number[] = [];

  /**
   * @param planned batches of the whole run; Infinity where only its end tells
   * @param first the batch that the next loss is of, counted from 0 over the whole run
   */
  constructor(planned: number, first: number) {
    this.#isPlanned = Number.isFinite(planned);
    this.#stride = this.#isPlanned ? strideFor(planned) : 1;
    this.#first = first;
  }

  /** The batch that the next loss is of. */
  get next(): number {
    return this.#first + this.#losses.length;
  }

  add(losses: Iterable<number>): void {
    for (const loss of losses) this.#losses.push(loss);
  }

  /** What came since the last time, as points; undefined if nothing did. */
  take(learningRate: number): StepsRecord | undefined {
    const losses = this.#losses;
    if (losses.length === 0) return undefined;
    const stride = this.#stride;
    const points: number[][] = [];
    for (let start = 0; start < losses.length; start += stride) {
      points.push(losses.slice(start, start + stride));
    }
    const record = {
      first: this.#first,
      stride,
      batches: losses.length,
      mean: points.map((point) => short(point.reduce((sum, loss) => sum + loss, 0) / point.length)),
      ...(stride > 1 && {
        lowest: points.map((point) => short(Math.min(...point))),
        highest: points.map((point) => short(Math.max(...point))),
      }),
      learningRate,
    };
    this.#first += losses.length;
    this.#losses = [];
    this.#points += points.length;
    if (!this.#isPlanned && this.#points >= pointsWanted) {
      this.#stride *= 2;
      this.#points = 0;
    }
    return record;
  }
}

/** A power of two, at most 2^14: more would not be one call of Math.min. */
const strideFor = (batches: number): number =>
  Math.min(2 ** 14, 2 ** Math.max(0, Math.ceil(Math.log2(batches / pointsWanted))));

/** Six significant digits are more than a curve shows. */
const short = (loss: number): number => Number(loss.toPrecision(6));
