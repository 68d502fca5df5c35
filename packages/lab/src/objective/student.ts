/**
 * The share of Student's t distribution between -t and t, by the finite series of Abramowitz and Stegun, "Handbook
 * of Mathematical Functions", 1964, 26.7.3 and 26.7.4.
 *
 * @param freedom whole degrees of freedom, 1 or more
 */
export function studentShare(t: number, freedom: number): number {
  return shareAt(Math.atan(Math.abs(t) / Math.sqrt(freedom)), freedom);
}

/** With tan(angle) = t / sqrt(freedom). */
function shareAt(angle: number, freedom: number): number {
  const isOdd = freedom % 2 === 1;
  const square = Math.cos(angle) ** 2;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = 0;
  for (let power = isOdd ? 1 : 0; power <= freedom - 2; power += 2) {
    sum += term;
    term *= (square * (power + 1)) / (power + 2);
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}

/** The t of which a share of the distribution lies between -t and t; `share` from 0 to below 1. */
export function studentQuantile(share: number, freedom: number): number {
  let [low, high] = [0, Math.PI / 2];
  // Each round halves the error of the angle.
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (shareAt(middle, freedom) < share) low = middle;
    else high = middle;
  }
  return Math.tan((low + high) / 2) * Math.sqrt(freedom);
}
