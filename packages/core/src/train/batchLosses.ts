/** How many are kept: more than come between two turns of the event loop. */
const capacity = 2 ** 16;

/** The losses of a fit's last batches, at most 65,536. */
export class BatchLosses {
  readonly #ring = new Float32Array(capacity);
  #first = 0;
  #count = 0;

  /** Batches of the whole fit so far. */
  get count(): number {
    return this.#count;
  }

  /** The first batch of this process: those before an interruption are not here. */
  get first(): number {
    return this.#first;
  }

  /** Goes on behind so many batches of before. */
  restore(count: number): void {
    this.#first = count;
    this.#count = count;
  }

  add(loss: number): void {
    this.#ring[this.#count++ % capacity] = loss;
  }

  /**
   * The losses of the batches from `first` on, counted from 0 over the whole fit; those that are not
   * kept any more are left out.
   */
  since(first: number): Float32Array {
    const start = Math.max(first, this.#count - capacity, this.#first);
    const losses = new Float32Array(Math.max(0, this.#count - start));
    const place = start % capacity;
    const untilEnd = Math.min(losses.length, capacity - place);
    losses.set(this.#ring.subarray(place, place + untilEnd));
    losses.set(this.#ring.subarray(0, losses.length - untilEnd), untilEnd);
    return losses;
  }
}
