type Cell = readonly [label: number, part: number];

/**
 * How many samples of each class every part receives: at least one, all samples of the class in all
 * parts together, and all samples of a part from all classes together. Where every class is entitled
 * to one in every part, what it receives is its proportion, size times weight over the sum of the
 * weights, rounded down or up: floors first, then what is left by the largest remainders. Such a
 * rounding of a table that keeps its sums always exists (Cox, "A Constructive Procedure for Unbiased
 * Controlled Rounding", 1987).
 *
 * @param sizes samples of each class, each at least the number of parts
 * @param counts samples of each part, each at least the number of classes; as many as the sizes say
 * @param weights what a class is divided by: the counts, or equal ones where these differ by one
 * @returns a row a class, a column a part
 */
export function quotasOf(
  sizes: readonly number[],
  counts: readonly number[],
  weights: readonly number[],
): number[][] {
  const rounding = new Rounding(sizes, counts, weights);
  rounding.takeBack();
  rounding.roundUp();
  rounding.giveRest();
  return rounding.given;
}

/** A table on its way from proportions to whole numbers. */
class Rounding {
  /** Samples that each part has of each class so far. */
  readonly given: number[][];
  readonly #shares: readonly (readonly number[])[];
  /** Cells, a row a class. */
  readonly #rows: readonly (readonly Cell[])[];
  /** Samples that a class still has to give, and a part to receive; below 0 while it is too many. */
  readonly #labelLeft: number[];
  readonly #partLeft: number[];
  /** The parts of each class that were rounded up. */
  readonly #raised: readonly Set<number>[];

  constructor(sizes: readonly number[], counts: readonly number[], weights: readonly number[]) {
    const total = sumOf(weights);
    this.#shares = sizes.map((size) => weights.map((weight) => (size * weight) / total));
    this.given = this.#shares.map((row) => row.map((share) => Math.max(1, Math.floor(share))));
    this.#rows = sizes.map((_, label) => counts.map((_, part): Cell => [label, part]));
    this.#labelLeft = sizes.map((size, label) => size - sumOf(this.given[label] ?? []));
    this.#partLeft = counts.map(
      (count, part) => count - sumOf(this.given.map((row) => row[part] ?? 0)),
    );
    this.#raised = sizes.map(() => new Set<number>());
  }

  /** The one that a rare class has in a small part may be one too many for the others. */
  takeBack(): void {
    for (const row of this.#rows) this.#takeFrom(row, (label) => this.#labelLeft[label] ?? 0);
    for (const part of this.#partLeft.keys()) {
      const column = this.#rows.map((row) => row[part] as Cell);
      this.#takeFrom(column, () => this.#partLeft[part] ?? 0);
    }
  }

  /** Rounds up while a class and a part have samples left, the largest remainders first. */
  roundUp(): void {
    const byLag = (a: Cell, b: Cell): number => this.#lag(b) - this.#lag(a);
    const able = this.#rows.map((row) => row.filter((cell) => this.#lag(cell) > 0).sort(byLag));
    for (const cell of able.flat().sort(byLag)) {
      if (!this.#isOpen(cell)) continue;
      this.#raised[cell[0]]?.add(cell[1]);
      this.#give(cell, 1);
    }
    for (const label of this.#labelLeft.keys()) {
      while ((this.#labelLeft[label] ?? 0) > 0 && this.#raise(label, able, new Set()));
    }
  }

  /** What is left where the minimum of one took more than its share. */
  giveRest(): void {
    let open = this.#rows.flat().filter((cell) => this.#isOpen(cell));
    while (open.length > 0) {
      this.#give(
        open.reduce((most, cell) => (this.#lag(cell) > this.#lag(most) ? cell : most)),
        1,
      );
      open = open.filter((cell) => this.#isOpen(cell));
    }
  }

  #takeFrom(cells: readonly Cell[], left: (label: number) => number): void {
    const [first] = cells;
    while (first && left(first[0]) < 0) {
      const able = cells.filter(([label, part]) => (this.given[label]?.[part] ?? 0) > 1);
      this.#give(
        able.reduce((least, cell) => (this.#lag(cell) < this.#lag(least) ? cell : least)),
        -1,
      );
    }
  }

  /** Rounds up once more for a class, where others can change places (an augmenting path). */
  #raise(label: number, able: readonly (readonly Cell[])[], visited: Set<number>): boolean {
    const own = this.#raised[label] as Set<number>;
    return (able[label] ?? []).some(([, part]) => {
      if (own.has(part) || visited.has(part)) return false;
      visited.add(part);
      if ((this.#partLeft[part] ?? 0) <= 0) {
        const other = this.#raised.findIndex(
          (parts, each) => parts.has(part) && this.#raise(each, able, visited),
        );
        if (other < 0) return false;
        this.#raised[other]?.delete(part);
        this.#give([other, part], -1);
      }
      own.add(part);
      this.#give([label, part], 1);
      return true;
    });
  }

  #give([label, part]: Cell, more: number): void {
    const row = this.given[label] as number[];
    row[part] = (row[part] as number) + more;
    this.#labelLeft[label] = (this.#labelLeft[label] as number) - more;
    this.#partLeft[part] = (this.#partLeft[part] as number) - more;
  }

  /** What a cell lacks of its proportion. */
  #lag([label, part]: Cell): number {
    return (this.#shares[label]?.[part] ?? 0) - (this.given[label]?.[part] ?? 0);
  }

  #isOpen([label, part]: Cell): boolean {
    return (this.#labelLeft[label] ?? 0) > 0 && (this.#partLeft[part] ?? 0) > 0;
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
