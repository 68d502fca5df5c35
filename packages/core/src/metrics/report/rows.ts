/** Rows of `width` float64 numbers each, appended batch by batch. */
export class Rows {
  #elements = new Float64Array(0);
  #length = 0;

  constructor(readonly width: number) {}

  /** Number of rows. */
  get length(): number {
    return this.#length;
  }

  /** The elements, row-major; a view that later rows do not appear in. */
  get elements(): Float64Array {
    return this.#elements.subarray(0, this.#length * this.width);
  }

  /** One of the rows, as a view. */
  row(index: number): Float64Array {
    return this.#elements.subarray(index * this.width, (index + 1) * this.width);
  }

  /** One number of each row. */
  column(index: number): Float64Array {
    const { width, elements } = this;
    const column = new Float64Array(this.#length);
    for (let row = 0; row < column.length; row++) {
      column[row] = elements[row * width + index] as number;
    }
    return column;
  }

  append(rows: ArrayLike<number>): void {
    const start = this.#length * this.width;
    const end = start + rows.length;
    if (end > this.#elements.length) {
      // Doubling: the copies cost a constant time a row, however small the batches are.
      const larger = new Float64Array(Math.max(end, 2 * this.#elements.length));
      larger.set(this.elements);
      this.#elements = larger;
    }
    this.#elements.set(rows, start);
    this.#length = end / this.width;
  }

  /** These rows, in this order; a row may come several times. */
  take(rows: Int32Array): Rows {
    const { width, elements } = this;
    const taken = new Float64Array(rows.length * width);
    let place = 0;
    for (const row of rows) {
      const end = (row + 1) * width;
      for (let from = row * width; from < end; from++) taken[place++] = elements[from] as number;
    }
    const result = new Rows(width);
    result.append(taken);
    return result;
  }
}

/** The column of the largest element of each row, the first among equals. */
export function largestColumns({ elements, length, width }: Rows): Int32Array {
  const columns = new Int32Array(length);
  for (let row = 0; row < length; row++) {
    const start = row * width;
    let best = start;
    for (let place = start + 1; place < start + width; place++) {
      if ((elements[place] as number) > (elements[best] as number)) best = place;
    }
    columns[row] = best - start;
  }
  return columns;
}
