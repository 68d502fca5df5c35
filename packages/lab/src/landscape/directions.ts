import { nn } from "@versant/core";
import { normalPair, RandomGenerator } from "@versant/core/internal";
import type { Weights } from "./weights.js";

/**
 * Two random directions, normalised filter by filter (Li et al., "Visualizing the Loss Landscape of Neural Nets",
 * 2018, section 4): each filter d_ij is drawn from N(0, 1) and becomes d_ij |w_ij| / |d_ij|, so that a step of 1 means
 * as much in every filter, whatever its scale. A filter is what stands at one index of a weight's first axis: a row of a
 * `Linear`, an output channel of a convolution, a row of an embedding. Biases and the parameters of normalisations stay
 * where they are: their direction is 0.
 *
 * @param seed decides both
 */
export function randomDirections(model: nn.AnyModule, seed: number): readonly [Weights, Weights] {
  const generator = new RandomGenerator(seed, "landscape");
  const fixed = normalisationParameters(model);
  const draw = (): Weights =>
    new Map(
      [...model.namedParameters()].map(([name, parameter]) => {
        const direction = new Float64Array(parameter.size);
        const isWeight = parameter.shape.length > 1 && !fixed.has(parameter);
        if (isWeight) fill(direction, parameter.dataSync(), parameter.shape[0] ?? 1, generator);
        return [name, direction];
      }),
    );
  return [draw(), draw()];
}

/** Those of more than one axis, too, such as of a LayerNorm over images. */
const normalisationParameters = (model: nn.AnyModule): ReadonlySet<nn.Parameter> =>
  new Set(
    model
      .modules()
      .filter((each) => each instanceof nn.LayerNorm || each instanceof nn.RMSNorm)
      .flatMap((each) => each.parameters()),
  );

function fill(
  direction: Float64Array,
  weight: ArrayLike<number>,
  filters: number,
  generator: RandomGenerator,
): void {
  for (let index = 0; index < direction.length; index += 2) {
    // Of an odd number the last is drawn in vain: beyond the end nothing is written.
    [direction[index], direction[index + 1]] = normalPair(generator);
  }
  const size = direction.length / filters;
  for (let start = 0; start < direction.length; start += size) {
    const scale = normOf(weight, start, size) / normOf(direction, start, size);
    for (let index = start; index < start + size; index++) {
      // A filter of zeros has no scale but 0.
      direction[index] = scale > 0 ? (direction[index] as number) * scale : 0;
    }
  }
}

function normOf(values: ArrayLike<number>, start: number, size: number): number {
  let squares = 0;
  for (let index = start; index < start + size; index++) squares += (values[index] as number) ** 2;
  return Math.sqrt(squares);
}
