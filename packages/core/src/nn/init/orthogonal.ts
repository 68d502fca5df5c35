import {
  ArgumentError,
  describeValue,
  formatShape,
  requireOptions,
  ShapeError,
  sizeOf,
} from "../../array/index.js";
import { type Initializer, normal } from "./initializers.js";

export interface OrthogonalOptions {
  /** Factor on the matrix, such as sqrt(2) before a ReLU. Default 1. */
  readonly gain?: number;
}

/**
 * A random matrix Q with orthonormal rows (or columns, where there are fewer of them), times a gain:
 * it keeps the length of vectors, through any number of layers. A weight (out, in, ...positions) is
 * taken as a matrix (out, in * positions). Saxe, McClelland and Ganguli, "Exact Solutions to the
 * Nonlinear Dynamics of Learning in Deep Linear Neural Networks", ICLR 2014.
 *
 * Q is uniform over all such matrices: the factor of a normal matrix with positive diagonal in R.
 *
 * @throws ShapeError when it is asked for a vector
 */
export function orthogonal(options: OrthogonalOptions = {}): Initializer {
  requireOptions("orthogonal", options, ["gain"]);
  const { gain = 1 } = options;
  if (!Number.isFinite(gain)) {
    throw new ArgumentError(
      `orthogonal: received gain ${describeValue(gain)}, expected a finite number.`,
    );
  }
  return (values, shape, fans, generator) => {
    const [rows, ...rest] = shape;
    if (rows === undefined || rest.length === 0) {
      throw new ShapeError(
        `orthogonal: received shape ${formatShape(shape)}, expected a weight (out, in, ...).`,
      );
    }
    const columns = sizeOf(rest);
    const length = Math.max(rows, columns);
    const drawn = new Float64Array(values.length);
    normal()(drawn, shape, fans, generator);
    const vectors = orthonormalize(drawn, length);
    for (let index = 0; index < values.length; index++) {
      const row = Math.floor(index / columns);
      const column = index % columns;
      const [vector, element] = rows <= columns ? [row, column] : [column, row];
      values[index] = gain * (vectors[vector]?.[element] as number);
    }
  };
}

/** The vectors of `length` elements that stand in `data`, made orthonormal one after the other. */
function orthonormalize(data: Float64Array, length: number): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let start = 0; start < data.length; start += length) {
    const vector = data.slice(start, start + length);
    // Twice: what rounding leaves of the others the first time is gone after the second.
    for (let pass = 0; pass < 2; pass++) {
      for (const other of vectors) {
        const share = dot(vector, other);
        for (let i = 0; i < length; i++) vector[i] = at(vector, i) - share * at(other, i);
      }
    }
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((element) => element / norm));
  }
  return vectors;
}

const at = (vector: Float64Array, index: number): number => vector[index] as number;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}
