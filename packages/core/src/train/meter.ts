import type { Metric } from "../metrics/index.js";
import type { Scores } from "./history.js";

/** Sums over the samples of an epoch so far, in float64, from which the scores follow at any time. */
export class Meter {
  /** Samples, loss times samples, then the statistics of each metric. */
  #totals = new Float64Array(2);

  /**
   * @param widths number of statistics of each metric; known, and filled in, by the first batch
   */
  constructor(
    readonly metrics: readonly Metric[],
    readonly widths: number[],
  ) {}

  /**
   * Counts a batch in. The mean loss of the batch is weighted by its samples, so that a short last
   * batch has no more say than it should.
   */
  add(result: ArrayLike<number>, samples: number): void {
    if (this.#totals.length !== result.length + 1) {
      this.#totals = new Float64Array(result.length + 1);
    }
    const totals = this.#totals;
    totals[0] = (totals[0] as number) + samples;
    totals[1] = (totals[1] as number) + (result[0] as number) * samples;
    for (let index = 1; index < result.length; index++) {
      totals[index + 1] = (totals[index + 1] as number) + (result[index] as number);
    }
  }

  /** The sums at this moment; `scores(mark)` later covers what came after. */
  mark(): Float64Array {
    return this.#totals.slice();
  }

  /** Goes on from sums of before. */
  restore(totals: readonly number[], widths: readonly number[]): void {
    this.#totals = Float64Array.from(totals);
    this.widths.splice(0, this.widths.length, ...widths);
  }

  /** Loss and metrics over all batches so far, or over those since a mark. */
  scores(since?: Float64Array): Scores {
    const totals = this.#totals.map((total, index) => total - (since?.[index] ?? 0));
    const scores = { loss: (totals[1] as number) / (totals[0] as number) };
    let start = 2;
    const results = this.metrics.map(({ name, result }, index) => {
      const end = start + (this.widths[index] ?? 0);
      const entry = [name, result(totals.subarray(start, end))] as const;
      start = end;
      return entry;
    });
    return { ...scores, ...Object.fromEntries(results) };
  }
}
