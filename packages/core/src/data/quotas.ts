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
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = sizes.map((size) => weights.map((weight) => (size * weight) / total));
  const given = shares.map((row) => row.map((share) => Math.max(1, Math.floor(share))));
  const rows = sizes.map((_, label) => counts.map((_, part): Cell => [label, part]));
  const cells = rows.flat();
  const at = (table: readonly (readonly number[])[], [label, part]: Cell): number =>
    table[label]?.[part] ?? 0;
  const lag = (cell: Cell): number => at(shares, cell) - at(given, cell);
  const labelLeft = sizes.map((size, label) => size - sumOf(given[label] ?? []));
  const partLeft = counts.map((count, part) => count - sumOf(given.map((row) => row[part] ?? 0)));
  const give = ([label, part]: Cell, more: number): void => {
    (given[label] as number[])[part] = at(given, [label, part]) + more;
    labelLeft[label] = (labelLeft[label] ?? 0) - more;
    partLeft[part] = (partLeft[part] ?? 0) - more;
  };

  // The one that a rare class has in a small part may be one too many for the others.
  const takeFrom = (candidates: readonly Cell[], lacking: () => number): void => {
    while (lacking() < 0) {
      const able = candidates.filter((cell) => at(given, cell) > 1);
      give(
        able.reduce((least, cell) => (lag(cell) < lag(least) ? cell : least)),
        -1,
      );
    }
  };
  rows.forEach((row, label) => {
    takeFrom(row, () => labelLeft[label] ?? 0);
  });
  counts.forEach((_, part) => {
    const column = sizes.map((_, label): Cell => [label, part]);
    takeFrom(column, () => partLeft[part] ?? 0);
  });

  const isOpen = ([label, part]: Cell): boolean =>
    (labelLeft[label] ?? 0) > 0 && (partLeft[part] ?? 0) > 0;
  const raised = sizes.map(() => new Set<number>());
  const behind = (candidates: readonly Cell[]): Cell[] =>
    candidates.filter((cell) => lag(cell) > 0).sort((a, b) => lag(b) - lag(a));
  /** The parts where a class may be rounded up. */
  const partsFor = rows.map((row) => behind(row).map(([, part]) => part));
  for (const cell of behind(cells)) {
    if (!isOpen(cell)) continue;
    raised[cell[0]]?.add(cell[1]);
    give(cell, 1);
  }
  /** Rounds up once more for a class, where others can change places (an augmenting path). */
  const raise = (label: number, visited: Set<number>): boolean =>
    (partsFor[label] ?? []).some((part) => {
      const own = raised[label] as Set<number>;
      if (own.has(part) || visited.has(part)) return false;
      visited.add(part);
      if ((partLeft[part] ?? 0) <= 0) {
        const other = raised.findIndex((parts, each) => parts.has(part) && raise(each, visited));
        if (other < 0) return false;
        raised[other]?.delete(part);
        give([other, part], -1);
      }
      own.add(part);
      give([label, part], 1);
      return true;
    });
  for (const label of sizes.keys()) {
    while ((labelLeft[label] ?? 0) > 0 && raise(label, new Set()));
  }
  // Left where the minimum of one took more than its share.
  for (let open = cells.filter(isOpen); open.length > 0; open = open.filter(isOpen)) {
    give(
      open.reduce((most, cell) => (lag(cell) > lag(most) ? cell : most)),
      1,
    );
  }
  return given;
}

type Cell = readonly [label: number, part: number];

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
