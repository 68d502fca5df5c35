/** How many are kept: more than come between two turns of the event loop. */
const capacity = 2 ** 16;

/** The losses of a fit's last batches, at most 65,536. */
export class BatchLosses {
  readonly #ring = new Float32Array(capacity);
  /** Batches of the whole fit so far. */
  count = 0;

  add(loss: number): void {
    this.#ring[this.count++ % capacity] = loss;
  }

  /**
   * The losses of the batches from `first` on, counted from 0 over the whole fit; those that are not
   * kept any more are left out.
   */
  since(first: number): Float32Array {
    const start = Math.max(first, this.count - capacity, 0);
    const losses = new Float32Array(Math.max(0, this.count - start));
    const place = start % capacity;
    const untilEnd = Math.min(losses.length, capacity - place);
    losses.set(this.#ring.subarray(place, place + untilEnd));
    losses.set(this.#ring.subarray(0, losses.length - untilEnd), untilEnd);
    return losses;
  }
}
