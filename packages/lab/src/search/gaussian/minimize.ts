/** The value of a function and its gradient. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface MinimizeOptions {
  readonly lower: ArrayLike<number>;
  readonly upper: ArrayLike<number>;
  readonly iterations: number;
}

/** How many steps the curvature is guessed from. */
const memory = 8;

/**
 * A local minimum in a box, by L-BFGS (Nocedal and Wright, "Numerical Optimization", 2006, algorithm 7.4) on those
 * coordinates that no bound holds, each step cut off at the bounds and halved until the value falls enough.
 */
export function minimize(
  evaluate: (point: Float64Array) => Evaluation,
  start: ArrayLike<number>,
  { lower, upper, iterations }: MinimizeOptions,
): { point: Float64Array; value: number } {
  const clip = (value: number, index: number): number =>
    Math.min(Math.max(value, lower[index] as number), upper[index] as number);
  let point: Float64Array = Float64Array.from(start, clip);
  let { value, gradient } = evaluate(point);
  const steps: { moved: Float64Array; turned: Float64Array }[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const isHeld = point.map((each, index) => {
      const slope = gradient[index] as number;
      return (slope > 0 && each <= (lower[index] as number)) ||
        (slope < 0 && each >= (upper[index] as number))
        ? 1
        : 0;
    });
    const free = gradient.map((slope, index) => (isHeld[index] ? 0 : slope));
    const size = Math.sqrt(dot(free, free));
    if (!(size > 1e-7)) break;
    const direction = descent(free, steps).map((each, index) => (isHeld[index] ? 0 : -each));
    // Without curvature the gradient's length says nothing of how far to go.
    let length = steps.length === 0 ? Math.min(1, 0.1 / size) : 1;
    let found: { point: Float64Array; evaluation: Evaluation } | undefined;
    for (let halving = 0; halving < 20 && !found; halving++, length /= 2) {
      const next = point.map((each, index) =>
        clip(each + length * (direction[index] as number), index),
      );
      const evaluation = evaluate(next);
      const promised = dot(gradient, difference(next, point));
      if (promised < 0 && evaluation.value <= value + 1e-4 * promised) {
        found = { point: next, evaluation };
      }
    }
    if (!found) {
      if (steps.length === 0) break;
      // The guess misled; from here on the gradient alone.
      steps.length = 0;
      continue;
    }
    const moved = difference(found.point, point);
    const turned = difference(found.evaluation.gradient, gradient);
    if (dot(moved, turned) > 1e-10 * dot(turned, turned)) {
      steps.push({ moved, turned });
      if (steps.length > memory) steps.shift();
    }
    const gain = value - found.evaluation.value;
    point = found.point;
    ({ value, gradient } = found.evaluation);
    if (gain < 1e-6 * (1 + Math.abs(value))) break;
  }
  return { point, value };
}

/** The gradient times the guessed inverse of the curvature. */
function descent(
  gradient: Float64Array,
  steps: readonly { moved: Float64Array; turned: Float64Array }[],
): Float64Array {
  const result = Float64Array.from(gradient);
  const shares: number[] = [];
  for (const { moved, turned } of [...steps].reverse()) {
    const share = dot(moved, result) / dot(moved, turned);
    shares.unshift(share);
    addScaled(result, turned, -share);
  }
  const last = steps.at(-1);
  if (last) {
    const scale = dot(last.moved, last.turned) / dot(last.turned, last.turned);
    for (const [index, each] of result.entries()) result[index] = each * scale;
  }
  for (const [index, { moved, turned }] of steps.entries()) {
    const share = dot(turned, result) / dot(moved, turned);
    addScaled(result, moved, (shares[index] as number) - share);
  }
  return result;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (const [index, each] of source.entries()) {
    target[index] = (target[index] as number) + factor * each;
  }
}

const difference = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((each, index) => each - (b[index] as number));

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, each, index) => sum + each * (b[index] as number), 0);
