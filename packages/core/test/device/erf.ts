/**
 * The error function in float64: its Maclaurin series where that converges without cancellation, a
 * continued fraction of erfc beyond (Abramowitz and Stegun, 7.1.6 and 7.1.14).
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const a = Math.abs(x);
  const factor = 2 / Math.sqrt(Math.PI);
  if (a < 3) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return x === 0 ? x : factor * Math.exp(-x * x) * sum;
  }
  let fraction = a;
  for (let n = 60; n > 0; n--) fraction = a + n / 2 / fraction;
  const complement = (factor / 2) * (Math.exp(-a * a) / fraction);
  return Math.sign(x) * (1 - (a > 20 ? 0 : complement));
}
