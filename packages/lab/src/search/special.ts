const rootTwo = Math.SQRT2;
const logRootTwoPi = 0.5 * Math.log(2 * Math.PI);

/** 1 - erf(x) = 2/sqrt(pi) times the integral of exp(-t^2) from x on; relative error below 1e-13. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x >= 2) return Math.exp(-x * x) * erfcx(x);
  // erf(x) = 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)): nothing cancels.
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** exp(x^2) erfc(x), which stays a number where erfc(x) is too small for one. */
export function erfcx(x: number): number {
  if (x < 2) return Math.exp(x * x) * erfc(x);
  // The continued fraction of Laplace: 1/sqrt(pi) / (x + (1/2)/(x + (2/2)/(x + (3/2)/(x + ...)))).
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return 1 / (Math.sqrt(Math.PI) * fraction);
}

/** The share of a standard normal distribution from `low` to `high`, exact in both tails. */
export function normalMass(low: number, high: number): number {
  if (low > 0) return normalMass(-high, -low);
  return (erfc(-high / rootTwo) - erfc(-low / rootTwo)) / 2;
}

/** Below which share p of a standard normal distribution lies x; here the x of p in (0, 1). */
export function normalQuantile(p: number): number {
  if (p < 0.5) return -normalQuantile(1 - p);
  // From 0 Newton's method comes near from below: beyond it the distribution is concave.
  let x = 0;
  for (let round = 0; round < 100; round++) {
    const density = Math.exp(-0.5 * x * x - logRootTwoPi);
    const step = (p - 1 + erfc(x / rootTwo) / 2) / density;
    x += step;
    if (Math.abs(step) < 1e-14 * (1 + x)) break;
  }
  return x;
}

/**
 * The logarithm of the expected improvement of a standard normal variable over -z, and its derivative:
 * log(phi(z) + z Phi(z)), and Phi(z) / (phi(z) + z Phi(z)) (Ament et al., "Unexpected Improvements to Expected
 * Improvement for Bayesian Optimization", 2023, equation 9). Where the improvement itself is zero in floating point,
 * this still says which of two points is better.
 */
export function logExpectedImprovement(z: number): { value: number; derivative: number } {
  const logDensity = -0.5 * z * z - logRootTwoPi;
  if (z > -1) {
    const share = erfc(-z / rootTwo) / 2;
    const value = Math.log(Math.exp(logDensity) + z * share);
    return { value, derivative: share * Math.exp(-value) };
  }
  // phi(z) + z Phi(z) = phi(z) (1 - |z| m), with Mills' ratio m = Phi(z) / phi(z).
  const ratio = Math.sqrt(Math.PI / 2) * erfcx(-z / rootTwo);
  const inverse = 1 / (z * z);
  const rest =
    z > -50 ? 1 + z * ratio : inverse * (1 - inverse * (3 - inverse * (15 - inverse * 105)));
  return { value: logDensity + Math.log(rest), derivative: ratio / rest };
}
