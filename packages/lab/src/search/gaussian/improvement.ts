import type { SearchSpace } from "../space.js";
import { logExpectedImprovement } from "../special.js";
import type { Features } from "./features.js";
import { minimize } from "./minimize.js";
import type { GaussianProcess } from "./process.js";

/**
 * How much better than the best trial a point is expected to be: the logarithm of E[max(best - f(x), 0)], where f(x) is
 * what the process says, and best the least mean at a trial (trials may be noisy).
 */
export class Improvement {
  readonly #best: number;
  /** The column of each dimension that has an order; -1 for the others. */
  readonly #columns: Int32Array;

  constructor(
    readonly space: SearchSpace,
    readonly features: Features,
    readonly process: GaussianProcess,
  ) {
    this.#best = Math.min(...process.inputs.map((input) => process.predict(input).mean));
    this.#columns = Int32Array.from(space.dimensions, ({ options }, index) =>
      options ? -1 : features.scaleOf.indexOf(index),
    );
  }

  /** @param point a place from 0 to 1 for each dimension; taken as the values it stands for */
  at(point: Float64Array): number {
    const { mean, deviation } = this.process.predict(this.features.encode(this.settle(point)));
    return logExpectedImprovement((this.#best - mean) / deviation).value + Math.log(deviation);
  }

  /** The point at which the values of a point stand: whole numbers in their middle, what is inactive at its default. */
  settle(point: Float64Array): Float64Array {
    return this.space.toUnit(this.space.fromUnit(point));
  }

  /** A point from which no small move along the ranges that are active leads further up; whole numbers move as reals do. */
  climb(start: Float64Array): Float64Array {
    const active = new Set(this.space.active(this.space.fromUnit(start)));
    const isFree = this.space.dimensions.map(({ name, options }) => !options && active.has(name));
    const lower = start.map((place, index) => (isFree[index] ? 0 : place));
    const upper = start.map((place, index) => (isFree[index] ? 1 : place));
    const evaluate = (point: Float64Array) => this.#descent(point);
    return minimize(evaluate, start, { lower, upper, iterations: 20 }).point;
  }

  /** Minus the improvement, and its gradient by the places. */
  #descent(point: Float64Array): { value: number; gradient: Float64Array } {
    const { mean, deviation } = this.process.differentiate(this.features.encode(point));
    const z = (this.#best - mean.value) / deviation.value;
    const { value, derivative } = logExpectedImprovement(z);
    const gradient = point.map((_, index) => {
      const column = this.#columns[index] as number;
      if (column < 0) return 0;
      const byDeviation = deviation.gradient[column] as number;
      const byZ = (-(mean.gradient[column] as number) - z * byDeviation) / deviation.value;
      return -(derivative * byZ + byDeviation / deviation.value);
    });
    return { value: -(value + Math.log(deviation.value)), gradient };
  }
}
