import { labelOf } from "./systems.mjs";

/**
 * How far two losses of one step may be apart, as a share of either. The first comes from the same
 * weights and the same batch: only the order of additions differs. Every update then passes the
 * rounding on, and ReLU, pooling and batch normalisation magnify it, so what is allowed grows by a
 * constant factor a step, from 1e-4 to 1e-2 at the twentieth. Another network, another optimiser
 * or another rate of learning is further off than that.
 */
const tolerance = (step) => 1e-4 * 100 ** (step / 19);

/**
 * Why a result does not count, or null: it has to lose the same as the reference, step by step as
 * far as both went.
 *
 * @param {{ losses: number[] }} result
 * @param {{ losses: number[] }} reference
 */
export function differenceOf(result, reference) {
  const steps = Math.min(result.losses.length, reference.losses.length);
  for (let step = 0; step < steps; step++) {
    const [received, expected] = [result.losses[step], reference.losses[step]];
    if (!(Math.abs(received - expected) <= tolerance(step) * Math.abs(expected))) {
      return (
        `the loss of step ${step} is ${received}, and ${expected} with ${labelOf(reference)}: ` +
        "not the same work"
      );
    }
  }
  return null;
}
