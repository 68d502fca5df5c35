import type { SearchRecord, TrialRecord } from "../ledger/searchEvents.js";
import type { SearchValues } from "../search/sampler.js";

/**
 * What a trial is proposed from. With J jobs these are for trial n the results of trials 1 to n - J, which are over for sure
 * when it begins, and the values of those between: none of it depends on time. An asynchronous search takes all that is
 * there.
 */
export class Knowledge {
  readonly #finished: Map<number, TrialRecord>;
  /** Of all trials that there were. */
  readonly #values: Map<number, SearchValues>;

  constructor(
    readonly record: Pick<SearchRecord, "jobs" | "async">,
    finished: readonly TrialRecord[],
  ) {
    this.#finished = new Map(finished.map((trial) => [trial.number, trial]));
    this.#values = new Map(finished.map(({ number, values }) => [number, values]));
  }

  /** Finished trials, in order. */
  get finished(): TrialRecord[] {
    return [...this.#finished.values()].sort((a, b) => a.number - b.number);
  }

  has(number: number): boolean {
    return this.#finished.has(number);
  }

  propose(number: number, values: SearchValues): void {
    this.#values.set(number, values);
  }

  finish(trial: TrialRecord): void {
    this.#finished.set(trial.number, trial);
  }

  /** Whether all is there that a trial is proposed from. */
  isEnoughFor(number: number): boolean {
    const { jobs, async } = this.record;
    for (let before = 1; !async && before <= number - jobs; before++) {
      if (!this.has(before)) return false;
    }
    return true;
  }

  /** The trials whose results a trial is proposed from, in order. */
  resultsFor(number: number): TrialRecord[] {
    const { jobs, async } = this.record;
    return this.finished.filter((trial) => async || trial.number <= number - jobs);
  }

  /** The values of those before it whose results it is not proposed from, in order. */
  pendingFor(number: number): SearchValues[] {
    const known = new Set(this.resultsFor(number).map((trial) => trial.number));
    return [...this.#values]
      .filter(([other]) => other < number && !known.has(other))
      .sort(([a], [b]) => a - b)
      .map(([, values]) => values);
  }
}
