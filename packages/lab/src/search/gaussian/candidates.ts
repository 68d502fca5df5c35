import { normalPair, type RandomGenerator } from "@versant/core/internal";
import { Sobol } from "../sobol/sobol.js";
import type { SearchSpace } from "../space.js";
import type { Improvement } from "./improvement.js";

const spread = 256;
/** Of so many trials, the best first, so many variations each. */
const varied = { trials: 4, times: 48 };

/**
 * Where to look first: points all over the space, and variations of the best trials, near and far.
 *
 * @param trials where they stand, the best first
 */
export function candidates(
  space: SearchSpace,
  trials: readonly Float64Array[],
  draws: RandomGenerator,
): Float64Array[] {
  const sobol = new Sobol(space.dimensions.length, draws.uint32());
  const everywhere = Array.from({ length: spread }, (_, index) => sobol.point(index));
  const near = trials
    .slice(0, varied.trials)
    .flatMap((trial) =>
      Array.from({ length: varied.times }, (_, time) =>
        vary(space, trial, 0.3 * 0.5 ** (time % 6), draws),
      ),
    );
  return [...everywhere, ...near];
}

/** Ranges move by normal distances of this width; one option in as many as there are dimensions is drawn anew. */
function vary(
  space: SearchSpace,
  trial: Float64Array,
  width: number,
  draws: RandomGenerator,
): Float64Array {
  return trial.map((place, index) => {
    if (space.dimensions[index]?.options === undefined) {
      return Math.min(Math.max(place + width * normalPair(draws)[0], 0), 1);
    }
    const other = draws.uniform();
    return draws.uniform() * space.dimensions.length < 1 ? other : place;
  });
}

/** Takes better options, and whole numbers one up or down, as long as there are some. */
export function improveSteps(
  space: SearchSpace,
  start: Float64Array,
  improvement: Improvement,
): { point: Float64Array; score: number } {
  let best = { point: improvement.settle(start), score: improvement.at(start) };
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (const point of neighbours(space, best.point)) {
      const score = improvement.at(point);
      if (score > best.score + 1e-9) {
        best = { point: improvement.settle(point), score };
        isBetter = true;
      }
    }
  }
  return best;
}

function neighbours(space: SearchSpace, point: Float64Array): Float64Array[] {
  return space.dimensions.flatMap((dimension, index) => {
    const { options, levels, declaration } = dimension;
    const place = point[index] as number;
    const places = options
      ? options.map((option) => dimension.toUnit(option))
      : Number.isFinite(levels) && declaration.kind === "int"
        ? [-1, 1].map((step) => dimension.toUnit(Number(dimension.fromUnit(place)) + step))
        : [];
    return places
      .filter((each) => each !== place)
      .map((each) => point.map((old, other) => (other === index ? each : old)));
  });
}
