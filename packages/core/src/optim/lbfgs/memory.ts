import { along, dot } from "./vector.js";

interface Pair {
  /** s: where the weights went. */
  readonly change: Float64Array;
  /** y: what that did to the gradient. */
  readonly response: Float64Array;
  /** y^T s */
  readonly curvature: number;
}

/** Curvatures below are rounding, or those of a function that is not convex here. */
const leastCurvature = 1e-10;

/**
 * The inverse of the Hessian as the last few steps show it: never written down as a matrix, only
 * multiplied with vectors, in 4 m n operations for m steps and n weights.
 */
export class InverseHessian {
  readonly #pairs: Pair[] = [];

  constructor(readonly capacity: number) {}

  /** True while H is the identity. */
  get isEmpty(): boolean {
    return this.#pairs.length === 0;
  }

  /** Learns from a step; one along which the gradient did not grow tells nothing. */
  add(change: Float64Array, response: Float64Array): void {
    const curvature = dot(change, response);
    if (!(curvature > leastCurvature)) return;
    this.#pairs.push({ change, response, curvature });
    if (this.#pairs.length > this.capacity) this.#pairs.shift();
  }

  /**
   * H v, by the recursion with two loops; H starts from the multiple y^T s / y^T y of the identity.
   * Nocedal and Wright, "Numerical Optimization", 2006, algorithm 7.4 and equation 7.20.
   */
  times(vector: Float64Array): Float64Array {
    let q = vector;
    const shares: number[] = [];
    for (const { change, response, curvature } of this.#pairs.toReversed()) {
      const share = dot(change, q) / curvature;
      shares.push(share);
      q = along(q, response, -share);
    }
    const last = this.#pairs.at(-1);
    const scale = last ? last.curvature / dot(last.response, last.response) : 1;
    let r: Float64Array = q.map((value) => scale * value);
    for (const { change, response, curvature } of this.#pairs) {
      const share = shares.pop() as number;
      r = along(r, change, share - dot(response, r) / curvature);
    }
    return r;
  }
}
