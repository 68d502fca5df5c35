import { createRequire } from "node:module";
import { Kernel, type LogParameters } from "./kernel.js";
import { type Evaluation, minimize } from "./minimize.js";

/** Loaded by the first fit: most programs that import this search nothing, and proposals are made in one go. */
const linearAlgebra = (): typeof import("ml-matrix") => createRequire(import.meta.url)("ml-matrix");

/** A normal prior of a logarithm, and the bounds that it is searched in. */
interface Prior {
  readonly mean: number;
  readonly deviation: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * A Gaussian process: normal distributions of what a function is at every point, given noisy values at some.
 *
 * Covariances are those of `Kernel`. Its length scales l, its variance s and the noise's variance are the most probable given the values and log-normal priors: for length
 * scales log l ~ N(sqrt(2) + log(d) / 2, sqrt(3)), which grows with the number of dimensions d (Hvarfner, Hellsten and
 * Nardi, "Vanilla Bayesian Optimization Performs Great in High Dimensions", 2024); log s ~ N(0, 1), for values of
 * variance 1; log noise ~ N(-7, 2).
 */
export class GaussianProcess {
  readonly #scaled: readonly Float64Array[];

  private constructor(
    readonly inputs: readonly Float64Array[],
    readonly kernel: Kernel,
    readonly inverse: readonly Float64Array[],
    /** The inverse times the values: what each of them adds to a mean, times its covariance. */
    readonly weights: Float64Array,
  ) {
    this.#scaled = kernel.scale(inputs);
  }

  /**
   * @param inputs a row of columns a value, of the scale of 1
   * @param values with mean 0 and variance 1
   * @param scaleOf of each column, the index of its length scale
   */
  static fit(
    inputs: readonly Float64Array[],
    values: Float64Array,
    scaleOf: Int32Array,
  ): GaussianProcess {
    const priors = priorsOf(Math.max(...scaleOf) + 1);
    const lower = priors.map((each) => each.lower);
    const upper = priors.map((each) => each.upper);
    const evaluate = (point: LogParameters): Evaluation =>
      posterior(inputs, values, scaleOf, priors, point);
    const means = priors.map(({ mean }) => mean);
    // From smooth and from wavy: the likelihood has a hill at each.
    const starts = [means, means.map((mean, index) => (index < means.length - 2 ? -1 : mean))];
    const fits = starts.map((start) => minimize(evaluate, start, { lower, upper, iterations: 40 }));
    const [first, second] = fits as [(typeof fits)[number], (typeof fits)[number]];
    const { point } = second.value < first.value ? second : first;
    const kernel = new Kernel(point, scaleOf);
    const { inverse } = decompose(kernel, kernel.scale(inputs));
    return new GaussianProcess(inputs, kernel, inverse, product(inverse, values));
  }

  /**
   * The process after values as it expects them at further inputs ("kriging believer": Ginsbourger, Le Riche and Carraro,
   * "Kriging is Well-Suited to Parallelize Optimization", 2010): the means stay, and near these inputs it is surer.
   */
  believing(inputs: readonly Float64Array[]): GaussianProcess {
    if (inputs.length === 0) return this;
    const all = [...this.inputs, ...inputs];
    const { inverse } = decompose(this.kernel, this.kernel.scale(all));
    // What comes as expected adds nothing to a mean.
    const weights = Float64Array.from(all, (_, row) => this.weights[row] ?? 0);
    return new GaussianProcess(all, this.kernel, inverse, weights);
  }

  /** Mean and standard deviation of the function, without noise, at a point. */
  predict(input: Float64Array): { mean: number; deviation: number } {
    const { mean, deviation } = this.#solve(input);
    return { mean, deviation };
  }

  /** What `predict` gives, and the gradients by the columns of the point. */
  differentiate(input: Float64Array): { mean: Evaluation; deviation: Evaluation } {
    const { at, mean, deviation, solved } = this.#solve(input);
    const meanGradient = new Float64Array(input.length);
    const deviationGradient = new Float64Array(input.length);
    for (let row = 0; row < this.#scaled.length; row++) {
      const other = this.#scaled[row] as Float64Array;
      const slope = this.kernel.slope(at, other);
      for (let column = 0; column < at.length; column++) {
        const apart = (at[column] as number) - (other[column] as number);
        const by = 2 * slope * apart * (this.kernel.factors[column] as number);
        add(meanGradient, column, by * (this.weights[row] as number));
        add(deviationGradient, column, (-by * (solved[row] as number)) / deviation);
      }
    }
    return {
      mean: { value: mean, gradient: meanGradient },
      deviation: { value: deviation, gradient: deviationGradient },
    };
  }

  #solve(input: Float64Array) {
    const [at] = this.kernel.scale([input]) as [Float64Array];
    const covariances = Float64Array.from(this.#scaled, (other) => this.kernel.between(at, other));
    const solved = product(this.inverse, covariances);
    const known = dot(covariances, solved);
    const deviation = Math.sqrt(Math.max(this.kernel.variance - known, 1e-12));
    return { at, mean: dot(covariances, this.weights), deviation, solved };
  }
}

function priorsOf(dimensions: number): Prior[] {
  const length = {
    mean: Math.SQRT2 + Math.log(dimensions) / 2,
    deviation: Math.sqrt(3),
    lower: Math.log(0.01),
    upper: Math.log(100),
  };
  return [
    ...Array.from({ length: dimensions }, () => length),
    { mean: 0, deviation: 1, lower: Math.log(0.01), upper: Math.log(100) },
    { mean: -7, deviation: 2, lower: Math.log(1e-6), upper: Math.log(1) },
  ];
}

/** The inverse of the covariances of the noisy values, and the logarithm of their determinant. */
function decompose(
  kernel: Kernel,
  scaled: readonly Float64Array[],
): { inverse: Float64Array[]; logDeterminant: number } {
  const { CholeskyDecomposition, Matrix } = linearAlgebra();
  const count = scaled.length;
  const covariances = Matrix.zeros(count, count);
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      const between = kernel.between(scaled[row] as Float64Array, scaled[column] as Float64Array);
      const value = between + (row === column ? kernel.noise : 0);
      covariances.set(row, column, value);
      covariances.set(column, row, value);
    }
  }
  const lower = new CholeskyDecomposition(covariances).lowerTriangularMatrix.to2DArray();
  const logDeterminant =
    2 * lower.reduce((sum, row, index) => sum + Math.log(row[index] as number), 0);
  return { inverse: invert(lower), logDeterminant };
}

/**
 * The inverse of the product of a lower triangular matrix and its transpose. To solve for the identity as for any matrix
 * would take six times as long, and this is where the time of a fit goes.
 */
function invert(lower: readonly (readonly number[])[]): Float64Array[] {
  const count = lower.length;
  // Columns of the triangle's inverse; each starts with zeros.
  const columns = lower.map((_, start) => {
    const column = new Float64Array(count);
    for (let row = start; row < count; row++) {
      const factors = lower[row] as readonly number[];
      let sum = row === start ? 1 : 0;
      for (let k = start; k < row; k++) sum -= (factors[k] as number) * (column[k] as number);
      column[row] = sum / (factors[row] as number);
    }
    return column;
  });
  const inverse = columns.map(() => new Float64Array(count));
  for (const [row, a] of columns.entries()) {
    for (let column = 0; column <= row; column++) {
      const value = dot(a, columns[column] as Float64Array, row);
      (inverse[row] as Float64Array)[column] = value;
      (inverse[column] as Float64Array)[row] = value;
    }
  }
  return inverse;
}

/** Minus the logarithm of the posterior density of the parameters, up to a constant, and its gradient. */
function posterior(
  inputs: readonly Float64Array[],
  values: Float64Array,
  scaleOf: Int32Array,
  priors: readonly Prior[],
  parameters: LogParameters,
): Evaluation {
  const kernel = new Kernel(parameters, scaleOf);
  const scaled = kernel.scale(inputs);
  const { inverse, logDeterminant } = decompose(kernel, scaled);
  const weights = product(inverse, values);
  const gradient = new Float64Array(parameters.length);
  const [atVariance, atNoise] = [parameters.length - 2, parameters.length - 1];
  // Half the trace of (inverse - weights weights') dK; the matrices are symmetric, so the lower half is enough.
  for (let row = 0; row < scaled.length; row++) {
    const a = scaled[row] as Float64Array;
    for (let column = 0; column < row; column++) {
      const b = scaled[column] as Float64Array;
      const pull =
        ((inverse[row] as Float64Array)[column] as number) -
        (weights[row] as number) * (weights[column] as number);
      add(gradient, atVariance, pull * kernel.between(a, b));
      const slope = -2 * pull * kernel.slope(a, b);
      for (let each = 0; each < a.length; each++) {
        const apart = (a[each] as number) - (b[each] as number);
        add(gradient, scaleOf[each] as number, slope * apart * apart);
      }
    }
    const pull =
      (((inverse[row] as Float64Array)[row] as number) - (weights[row] as number) ** 2) / 2;
    add(gradient, atVariance, pull * kernel.variance);
    add(gradient, atNoise, pull * kernel.noise);
  }
  let value = 0.5 * dot(values, weights) + 0.5 * logDeterminant;
  for (const [index, { mean, deviation }] of priors.entries()) {
    const z = ((parameters[index] as number) - mean) / deviation;
    value += 0.5 * z * z;
    add(gradient, index, z / deviation);
  }
  return { value, gradient };
}

function add(target: Float64Array, index: number, value: number): void {
  target[index] = (target[index] as number) + value;
}

const product = (matrix: readonly Float64Array[], vector: Float64Array): Float64Array =>
  Float64Array.from(matrix, (row) => dot(row, vector));

function dot(a: Float64Array, b: Float64Array, from = 0): number {
  let sum = 0;
  for (let index = from; index < a.length; index++) {
    sum += (a[index] as number) * (b[index] as number);
  }
  return sum;
}
