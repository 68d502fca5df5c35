import type { Tensor } from "../tensor/index.js";
import type { Target } from "./optimizer.js";

/**
 * The proximal step for the penalty proximalL1 |w|_1, after the optimiser's own:
 *
 *     w := sign(w) max(|w| - learningRate proximalL1, 0)
 *
 * Weights whose gradient cannot outweigh the penalty become exactly 0 and stay there, which the
 * gradient alpha sign(w) of an added penalty never achieves: it steps across 0 and back. After plain
 * SGD, weights that no longer change are a minimum of loss + proximalL1 |w|_1. For the others this is
 * a simplification, as decoupled weight decay is: their steps are not the learning rate times the
 * gradient, but the threshold stays that multiple of it. (With momentum the minimum is that for
 * proximalL1 (1 - momentum).)
 *
 * Daubechies, Defrise and De Mol, "An iterative thresholding algorithm for linear inverse problems
 * with a sparsity constraint", 2004; Parikh and Boyd, "Proximal Algorithms", 2014, section 6.5.2.
 */
export function shrink(targets: readonly Target[]): void {
  for (const { parameter, group } of targets) {
    const threshold = group.rateFor(parameter).multiply(group.options.proximalL1);
    parameter.assign(softThreshold(parameter, threshold));
  }
}

/** sign(w) max(|w| - t, 0): w less its part within [-t, t], which leaves 0 there to the bit. */
const softThreshold = (w: Tensor, t: Tensor): Tensor => w.subtract(w.minimum(t).maximum(t.neg()));
