/** 1 / sqrt(pi). */
const inverseRootPi = 0.5641895835477563;

/**
 * erf(x) = 2 / sqrt(pi) * integral from 0 to x of exp(-t^2) dt, to about 1e-15.
 *
 * Near 0 the series erf(x) = 2 x exp(-x^2) / sqrt(pi) * sum_n (2 x^2)^n / (1 * 3 * ... * (2n + 1)),
 * whose terms are all positive; further out 1 - erfc(x) with Laplace's continued fraction
 * erfc(x) = exp(-x^2) / sqrt(pi) / (x + (1/2) / (x + (2/2) / (x + (3/2) / (x + ...))))
 * (Abramowitz and Stegun 1964, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude < 6)) return Math.sign(x);
  const square = x * x;
  const scale = Math.exp(-square) * inverseRootPi;
  if (magnitude < 2) {
    let sum = 0;
    for (let n = 0, term = 1; n < 60; n++, term *= (2 * square) / (2 * n + 1)) sum += term;
    return 2 * x * scale * sum;
  }
  let fraction = magnitude;
  for (let k = 80; k > 0; k--) fraction = magnitude + k / 2 / fraction;
  return Math.sign(x) * (1 - scale / fraction);
}
