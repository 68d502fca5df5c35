/** What measuring may take of the time of a whole training; with starting, testing and the mistakes, a hundredth. */
const share = 0.008;

/** Measurements of a run at most, about. */
const wanted = 100;

/** The first measurement, for which a step is compiled, is supposed to take so many times as long as the first batch. */
const timesFirstBatch = 1.5;

/** Those that follow are supposed to take this share of the first, until the second is known. */
const withoutCompiling = 1 / 8;

/** Epochs, of which the first is longer than the others by what is compiled, and milliseconds after which that is nothing. */
const settled = { epochs: 2, milliseconds: 6000 };

/**
 * Says in which epochs something may be measured, so that all of it takes a hundredth of the time: of what
 * training is going to take, as far as its fastest epoch tells, since others may wait for other processes, while what
 * is measured in milliseconds does not. Short trainings have none.
 */
export class Budget {
  /** Milliseconds: when the first epoch began, and this one. */
  #began: number | undefined;
  #epochBegan = 0;
  #epochs = 0;
  #fastest = Number.POSITIVE_INFINITY;
  #spent = 0;
  #next = Number.POSITIVE_INFINITY;
  #measured = 0;
  #nextEpoch = 0;

  /**
   * Whether the epoch that begins is to be measured; to be asked for each epoch once.
   *
   * @param left epochs that are left, this one included
   * @param now milliseconds, of any clock
   */
  allows(left: number, now: number): boolean {
    this.#began ??= now;
    if (this.#epochs > 0) this.#fastest = Math.min(this.#fastest, now - this.#epochBegan);
    const elapsed = now - this.#began;
    const done = this.#epochs++;
    this.#epochBegan = now;
    if (done === 0 || done < this.#nextEpoch) return false;
    if (done < settled.epochs && elapsed < settled.milliseconds) return false;
    const rest = share * (done + left) * this.#fastest - this.#spent;
    if (rest < this.#next) return false;
    const affordable = Math.min(wanted - this.#measured, Math.floor(rest / this.#next));
    // The first tells what the others cost.
    this.#nextEpoch = this.#measured === 0 ? 0 : done + Math.ceil(left / Math.max(1, affordable));
    return true;
  }

  /** What the first batch has taken, for which the plain step was compiled, in milliseconds. */
  expect(firstBatch: number): void {
    this.#next = timesFirstBatch * firstBatch;
  }

  /** What a measurement has taken, in milliseconds. */
  spend(milliseconds: number): void {
    this.#spent += milliseconds;
    this.#measured++;
    this.#next = this.#measured === 1 ? withoutCompiling * milliseconds : milliseconds;
  }
}
