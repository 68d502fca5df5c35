/** Whether `a` is nowhere worse than `b` and somewhere better; smaller is better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  let isBetter = false;
  for (const [index, value] of a.entries()) {
    const other = b[index] as number;
    if (value > other) return false;
    if (value < other) isBetter = true;
  }
  return isBetter;
}

/**
 * Indices of the points, front by front: the first has those that no other dominates, the second those that only the
 * first does, and so on (Goldberg 1989). In each front they keep their order.
 *
 * @param points objectives, to be minimised
 */
export function paretoFronts(points: readonly (readonly number[])[]): number[][] {
  const fronts: number[][] = [];
  let rest = points.map((_, index) => index);
  while (rest.length > 0) {
    const isDominated = (index: number): boolean =>
      rest.some((other) =>
        dominates(points[other] as readonly number[], points[index] as readonly number[]),
      );
    const front = rest.filter((index) => !isDominated(index));
    fronts.push(front);
    const taken = new Set(front);
    rest = rest.filter((index) => !taken.has(index));
  }
  return fronts;
}

/**
 * The volume that the points dominate, up to a reference point: of the union of the boxes between each point and the
 * reference (Zitzler and Thiele 1998). By a sweep for two objectives, by slices along the last for more: quick for two and three.
 *
 * @param points objectives, to be minimised
 * @param reference a point that is nowhere better than those that shall count
 */
export function hypervolume(
  points: readonly (readonly number[])[],
  reference: readonly number[],
): number {
  const inside = points.filter((point) =>
    point.every((value, index) => value < (reference[index] as number)),
  );
  const last = reference.length - 1;
  const end = reference[last] as number;
  const at = (point: readonly number[]): number => point[last] as number;
  if (last === 0) return inside.length === 0 ? 0 : end - Math.min(...inside.map(at));
  const sorted = [...inside].sort((a, b) => at(a) - at(b));
  let volume = 0;
  if (last === 1) {
    // A staircase: each point adds a rectangle beside those below it.
    let edge = reference[0] as number;
    for (const point of sorted) {
      const left = Math.min(edge, point[0] as number);
      volume += (edge - left) * (end - at(point));
      edge = left;
    }
    return volume;
  }
  for (const [index, point] of sorted.entries()) {
    const next = sorted[index + 1];
    const depth = (next ? at(next) : end) - at(point);
    if (depth === 0) continue;
    const slice = sorted.slice(0, index + 1).map((each) => each.slice(0, last));
    volume += depth * hypervolume(slice, reference.slice(0, last));
  }
  return volume;
}

/**
 * Indices of `count` of the points that together dominate much: one after the other the one that adds most volume
 * (a share of at least 1 - 1/e of the best choice; Guerreiro, Fonseca and Paquete 2016).
 */
export function selectByHypervolume(
  points: readonly (readonly number[])[],
  count: number,
  reference: readonly number[],
): number[] {
  const chosen: number[] = [];
  const rest = new Set(points.keys());
  while (chosen.length < count && rest.size > 0) {
    const taken = chosen.map((index) => points[index] as readonly number[]);
    let best = -1;
    let most = Number.NEGATIVE_INFINITY;
    for (const index of rest) {
      const volume = hypervolume([...taken, points[index] as readonly number[]], reference);
      if (volume > most) [best, most] = [index, volume];
    }
    chosen.push(best);
    rest.delete(best);
  }
  return chosen;
}

/** A point worse than all others in each objective, by a tenth of its size, as MOTPE has it. */
export const referenceOf = (points: readonly (readonly number[])[]): number[] =>
  (points[0] ?? []).map((_, index) => {
    const worst = Math.max(...points.map((point) => point[index] as number));
    return Math.max(1.1 * worst, 0.9 * worst) || 1e-12;
  });
