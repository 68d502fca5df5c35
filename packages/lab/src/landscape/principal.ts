import { ArgumentError } from "@versant/core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Weights } from "./weights.js";

/** The plane in which a training moved most. */
export interface PrincipalPlane {
  /** Of length 1, at right angles. */
  readonly directions: readonly [first: Weights, second: Weights];
  /** Where each state stands, from the last one, which stands at (0, 0). */
  readonly places: readonly (readonly [x: number, y: number])[];
  /** The share of the path's variance along each direction. */
  readonly explained: readonly [first: number, second: number];
}

/** A second share below this is rounding. */
const leastShare = 1e-9;

/**
 * The first two principal components of the path theta_i - theta_n of a training (Li et al. 2018, section 7.2), and the
 * path's projection on them. There are far fewer states than weights, so that they come from the eigenvectors of the
 * states' (n, n) matrix of inner products. Signs are such that the path begins at the left and below.
 *
 * @param states in order; the last one is the end
 * @throws ArgumentError for fewer than three, and for a path that is a line or does not move
 */
export function principalPlane(states: readonly Weights[]): PrincipalPlane {
  const count = states.length;
  const inner = innerProducts(states);
  const values = count < 3 ? [] : components(inner);
  const total = values.reduce((sum, { value }) => sum + value, 0);
  const chosen = values.slice(0, 2).map(({ value, vector }) => {
    const length = Math.sqrt(value);
    const places = Array.from({ length: count }, (_, state) =>
      vector.reduce((sum, share, other) => sum + (share * inner.get(state, other)) / length, 0),
    );
    const sign = (places[0] as number) > 0 ? -1 : 1;
    return {
      explained: value / total,
      places: places.map((place) => sign * place),
      shares: vector.map((share) => (sign * share) / length),
    };
  });
  const [first, second] = chosen;
  if (!first || !second || !(second.explained > leastShare)) {
    throw new ArgumentError(
      `landscape: the path of this training spans no plane: ${count} states on a line, or in one place; expected a ` +
        "training of several steps with two weights at least. Random directions need no path.",
    );
  }
  return {
    directions: [combine(states, first.shares), combine(states, second.shares)],
    places: first.places.map((x, state) => [x, second.places[state] as number]),
    explained: [first.explained, second.explained],
  };
}

/** (theta_i - theta_n) . (theta_j - theta_n) */
function innerProducts(states: readonly Weights[]): Matrix {
  const count = states.length;
  const products = Matrix.zeros(count, count);
  for (const [name, end] of states.at(-1) ?? []) {
    const rows = states.map((state) => difference(state.get(name) ?? [], end));
    for (const [i, row] of rows.entries()) {
      for (let j = 0; j <= i; j++) {
        const other = rows[j] as Float64Array;
        let sum = products.get(i, j);
        for (let index = 0; index < row.length; index++) {
          sum += (row[index] as number) * (other[index] as number);
        }
        products.set(i, j, sum).set(j, i, sum);
      }
    }
  }
  return products;
}

const difference = (values: ArrayLike<number>, end: ArrayLike<number>): Float64Array =>
  Float64Array.from(values, (value, index) => value - (end[index] as number));

interface Component {
  readonly value: number;
  readonly vector: readonly number[];
}

/** Eigenvalues above 0 of the centred products, the largest first. Their vectors sum up to 0. */
function components(products: Matrix): Component[] {
  const centred = products.clone().center("row").center("column");
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(centred, {
    assumeSymmetric: true,
  });
  return realEigenvalues
    .map((value, column) => ({ value, vector: eigenvectorMatrix.getColumn(column) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
}

/** The sum of shares of theta_i - theta_n. */
function combine(states: readonly Weights[], shares: readonly number[]): Weights {
  const sums = new Map<string, Float64Array>();
  for (const [name, end] of states.at(-1) ?? []) {
    const sum = new Float64Array(end.length);
    for (const [state, share] of shares.entries()) {
      const values = states[state]?.get(name) ?? [];
      for (let index = 0; index < sum.length; index++) {
        const moved = (values[index] as number) - (end[index] as number);
        sum[index] = (sum[index] as number) + share * moved;
      }
    }
    sums.set(name, sum);
  }
  return sums;
}
