import { activeCapture } from "./capture.js";
import { NonFiniteError } from "./diagnose.js";
import type { Tensor } from "./tensor.js";

/**
 * Wants all elements of a value to be finite. Inside `compile` it is the run that fails, and changes
 * nothing, as it does for what `backward()` computes; outside it throws at once.
 *
 * @param label what the error calls the value
 * @throws NonFiniteError
 */
export function requireFinite(label: string, value: Tensor): void {
  const capture = activeCapture();
  if (capture) {
    capture.checks.push({ node: value.node, label });
    return;
  }
  if (value.dataSync().every((element) => Number.isFinite(element))) return;
  throw new NonFiniteError(`${label} is not finite.`, label);
}
