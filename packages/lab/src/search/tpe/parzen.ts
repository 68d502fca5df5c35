import { normalPair, type RandomGenerator } from "@versant/core/internal";
import type { Dimension } from "../dimension.js";
import { normalMass } from "../special.js";

/** One dimension of all components: densities at places from 0 to 1, or the probabilities of options. */
interface Factor {
  sample(component: number, random: RandomGenerator): number;
  /** Of a place in each component, the logarithm of its density or probability, added to `sums`. */
  addLogDensities(place: number, sums: Float64Array): void;
}

/**
 * A mixture of one component a trial and one that covers everything, the prior; each component is a product over the
 * dimensions. Constants as in Optuna 3.1.
 */
export class ParzenEstimator {
  readonly #logWeights: Float64Array;
  readonly #cumulative: Float64Array;
  readonly #factors: readonly Factor[];

  /**
   * @param dimensions modelled together
   * @param points a row a trial, a place from 0 to 1 a dimension
   * @param weights of the trials, not negative; the prior has the weight 1
   */
  constructor(
    readonly dimensions: readonly Dimension[],
    points: readonly ArrayLike<number>[],
    weights: readonly number[],
    isMultivariate: boolean,
  ) {
    const all = Float64Array.from([...weights, 1]);
    const total = all.reduce((sum, each) => sum + each, 0);
    this.#logWeights = all.map((each) => Math.log(each / total));
    let sum = 0;
    this.#cumulative = all.map((each) => {
      sum += each / total;
      return sum;
    });
    this.#factors = dimensions.map((dimension, index) => {
      const places = Float64Array.from(points, (point) => point[index] as number);
      if (dimension.options) return new Options(places, dimension.levels);
      const widths = isMultivariate
        ? scottWidths(places.length, dimensions.length)
        : neighbourWidths(places);
      return new Normals(places, widths, dimension);
    });
  }

  /** A place from 0 to 1 for each dimension. */
  sample(random: RandomGenerator): Float64Array {
    const draw = random.uniform();
    const found = this.#cumulative.findIndex((bound) => draw < bound);
    const component = found < 0 ? this.#cumulative.length - 1 : found;
    return Float64Array.from(this.#factors, (factor) => factor.sample(component, random));
  }

  /** The logarithm of the density at a point. */
  logDensity(point: ArrayLike<number>): number {
    const sums = Float64Array.from(this.#logWeights);
    for (const [index, factor] of this.#factors.entries()) {
      factor.addLogDensities(point[index] as number, sums);
    }
    const largest = sums.reduce((most, each) => Math.max(most, each), -Infinity);
    return largest + Math.log(sums.reduce((sum, each) => sum + Math.exp(each - largest), 0));
  }
}

/** Normal distributions cut off at 0 and 1; of whole numbers the mass of each one's share. */
class Normals implements Factor {
  readonly #means: Float64Array;
  readonly #widths: Float64Array;
  readonly #logMasses: Float64Array;
  /** The share of a whole number; undefined for reals, and on logarithmic scales, where shares differ. */
  readonly #share: number | undefined;

  constructor(places: Float64Array, widths: Float64Array, dimension: Dimension) {
    this.#means = Float64Array.from([...places, 0.5]);
    const least = 1 / Math.min(100, 1 + this.#means.length);
    const clipped = Array.from(widths, (each) => Math.min(Math.max(each, least), 1));
    this.#widths = Float64Array.from([...clipped, 1]);
    this.#logMasses = this.#means.map((mean, index) =>
      Math.log(massOf(mean, this.#widths[index] as number, 0, 1)),
    );
    const isStepped = Number.isFinite(dimension.levels) && !dimension.isLogarithmic;
    this.#share = isStepped ? 1 / dimension.levels : undefined;
  }

  sample(component: number, random: RandomGenerator): number {
    const mean = this.#means[component] as number;
    const width = this.#widths[component] as number;
    // Means lie inside and no width exceeds the range: at least every third draw is inside.
    for (;;) {
      for (const normal of normalPair(random)) {
        const place = mean + width * normal;
        if (place < 0 || place > 1) continue;
        if (this.#share === undefined) return place;
        const step = Math.min(Math.floor(place / this.#share), Math.round(1 / this.#share) - 1);
        return (step + 0.5) * this.#share;
      }
    }
  }

  addLogDensities(place: number, sums: Float64Array): void {
    const share = this.#share;
    for (let index = 0; index < sums.length; index++) {
      const mean = this.#means[index] as number;
      const width = this.#widths[index] as number;
      const z = (place - mean) / width;
      const log =
        share === undefined
          ? -0.5 * z * z - Math.log(width * Math.sqrt(2 * Math.PI))
          : Math.log(massOf(mean, width, place - share / 2, place + share / 2));
      sums[index] = (sums[index] as number) + log - (this.#logMasses[index] as number);
    }
  }
}

const massOf = (mean: number, width: number, low: number, high: number): number =>
  normalMass((low - mean) / width, (high - mean) / width);

/** Each trial's own option, and a little of all. */
class Options implements Factor {
  readonly #own: readonly (number | undefined)[];
  readonly #little: number;

  constructor(
    places: Float64Array,
    readonly levels: number,
  ) {
    this.#own = [...Array.from(places, (place) => Math.floor(place * levels)), undefined];
    this.#little = 1 / this.#own.length;
  }

  sample(component: number, random: RandomGenerator): number {
    const own = this.#own[component];
    // The own one has 1 + little of 1 + levels * little, the others little each.
    let draw = random.uniform() * ((own === undefined ? 0 : 1) + this.levels * this.#little);
    let option = this.levels - 1;
    if (own !== undefined && draw < 1) option = own;
    else {
      draw -= own === undefined ? 0 : 1;
      option = Math.min(Math.floor(draw / this.#little), option);
    }
    return (option + 0.5) / this.levels;
  }

  addLogDensities(place: number, sums: Float64Array): void {
    const option = Math.floor(place * this.levels);
    const logTotal = Math.log(1 + this.levels * this.#little);
    const [ours, others] = [Math.log(1 + this.#little), Math.log(this.#little)];
    for (let index = 0; index < sums.length; index++) {
      const own = this.#own[index];
      const log =
        own === undefined ? -Math.log(this.levels) : (own === option ? ours : others) - logTotal;
      sums[index] = (sums[index] as number) + log;
    }
  }
}

/** The rule of Scott (1992) for products, times 0.2. */
const scottWidths = (trials: number, dimensions: number): Float64Array =>
  new Float64Array(trials).fill(0.2 * Math.max(trials, 1) ** (-1 / (dimensions + 4)));

/**
 * The larger distance to the neighbours, the prior's place in the middle being one of them (Bergstra et al. 2011); the
 * outermost have one neighbour only.
 */
function neighbourWidths(places: Float64Array): Float64Array {
  const all = Float64Array.from([...places, 0.5]);
  const order = Array.from(all.keys()).sort((a, b) => (all[a] as number) - (all[b] as number));
  const widths = new Float64Array(places.length);
  for (const [rank, index] of order.entries()) {
    const place = all[index] as number;
    const distance = (other: number | undefined): number =>
      other === undefined ? 0 : Math.abs(place - (all[other] as number));
    // The prior has a width of its own.
    if (index < widths.length) {
      widths[index] = Math.max(distance(order[rank - 1]), distance(order[rank + 1]));
    }
  }
  return widths;
}
