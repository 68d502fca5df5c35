/**
 * The kernel's parameters, all as logarithms: a length scale a dimension, the variance of the function, the variance of
 * the noise.
 */
export type LogParameters = Float64Array;

const rootFive = Math.sqrt(5);

/**
 * Matern's kernel with smoothness 5/2 and a length scale l for each dimension (Rasmussen and Williams, "Gaussian
 * Processes for Machine Learning", 2006, equation 4.17): k(x, y) = s (1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r), where
 * r^2 is the sum of (x - y)^2 / l^2.
 */
export class Kernel {
  readonly variance: number;
  readonly noise: number;
  /** What each column is multiplied with: 1 / l. */
  readonly factors: Float64Array;

  /** @param scaleOf of each column, the index of its length scale */
  constructor(parameters: LogParameters, scaleOf: Int32Array) {
    this.variance = Math.exp(parameters.at(-2) as number);
    this.noise = Math.exp(parameters.at(-1) as number);
    this.factors = Float64Array.from(scaleOf, (index) => Math.exp(-(parameters[index] as number)));
  }

  /** Points in units of the length scales, as the other methods take them. */
  scale(points: readonly Float64Array[]): Float64Array[] {
    return points.map((point) =>
      point.map((each, column) => each * (this.factors[column] as number)),
    );
  }

  between(a: Float64Array, b: Float64Array): number {
    const r = rootFive * Math.sqrt(squaredDistance(a, b));
    return this.variance * (1 + r + (r * r) / 3) * Math.exp(-r);
  }

  /** The derivative by r^2, -5/6 s (1 + sqrt(5) r) exp(-sqrt(5) r). */
  slope(a: Float64Array, b: Float64Array): number {
    const r = rootFive * Math.sqrt(squaredDistance(a, b));
    return (-5 / 6) * this.variance * (1 + r) * Math.exp(-r);
  }
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let column = 0; column < a.length; column++) {
    const apart = (a[column] as number) - (b[column] as number);
    sum += apart * apart;
  }
  return sum;
}
