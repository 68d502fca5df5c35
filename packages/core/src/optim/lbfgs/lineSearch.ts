import type { Evaluation } from "./objective.js";

/** The loss at a point of a line. */
export interface Probe extends Evaluation {
  /** How far the point lies along the line, and how the loss changes there. */
  readonly step: number;
  readonly slope: number;
}

/** c1 and c2: a step has to bring this share of what the slope promised, and end in so much less. */
const sufficient = 1e-4;
const flat = 0.9;

/** Probes that a search may take. */
const patience = 25;

/**
 * Looks along a line for a step that meets the strong Wolfe conditions,
 *
 *     f(t) <= f(0) + 1e-4 t f'(0)     |f'(t)| <= 0.9 |f'(0)|
 *
 * Nocedal and Wright, "Numerical Optimization", 2006, algorithms 3.5 and 3.6. Where rounding leaves
 * none, the result is the best that was seen.
 *
 * @param start the point at step 0, with a negative slope
 * @param first the step that is tried first
 * @param shortest intervals of steps below are not searched
 */
export function searchStrongWolfe(
  start: Probe,
  first: number,
  shortest: number,
  probe: (step: number) => Probe,
): Probe {
  let left = patience;
  const at = (step: number): Probe => {
    left--;
    return probe(step);
  };
  // A loss that is not a number is too high as well.
  const isHigh = ({ step, loss }: Probe): boolean =>
    !(loss <= start.loss + sufficient * step * start.slope);
  const isFlat = ({ slope }: Probe): boolean => Math.abs(slope) <= -flat * start.slope;

  /** Between a point that is low enough and one beyond which there is nothing to be found. */
  const zoom = (from: Probe, to: Probe): Probe => {
    let [low, high] = [from, to];
    while (left > 0 && Math.abs(high.step - low.step) > shortest) {
      const next = at(interpolate(low, high));
      if (isHigh(next) || next.loss >= low.loss) {
        high = next;
        continue;
      }
      if (isFlat(next)) return next;
      if (next.slope * (high.step - low.step) >= 0) high = low;
      low = next;
    }
    return low;
  };

  let before = start;
  let current = at(first);
  while (left > 0) {
    if (isHigh(current) || (before !== start && current.loss >= before.loss)) {
      return zoom(before, current);
    }
    if (isFlat(current)) return current;
    if (current.slope >= 0) return zoom(current, before);
    const further = at(extrapolate(before, current));
    before = current;
    current = further;
  }
  return isHigh(current) ? before : current;
}

/** Where the cubic through two points and their slopes is lowest; equation 3.59. */
function cubicMinimum(a: Probe, b: Probe): number {
  const width = b.step - a.step;
  const d1 = a.slope + b.slope - (3 * (b.loss - a.loss)) / width;
  const d2 = Math.sign(width) * Math.sqrt(d1 ** 2 - a.slope * b.slope);
  return b.step - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
}

/** A step between both, a tenth of the interval away from either end. */
function interpolate(a: Probe, b: Probe): number {
  const [low, high] = a.step < b.step ? [a.step, b.step] : [b.step, a.step];
  const margin = (high - low) / 10;
  const step = cubicMinimum(a, b);
  if (Number.isNaN(step)) return (low + high) / 2;
  return Math.min(Math.max(step, low + margin), high - margin);
}

/** A step beyond `b`, at most ten times as far. */
function extrapolate(a: Probe, b: Probe): number {
  const step = cubicMinimum(a, b);
  const [least, most] = [b.step + (b.step - a.step) / 100, 10 * b.step];
  return step >= least ? Math.min(step, most) : most;
}
