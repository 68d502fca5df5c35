import { manualSeed, nn } from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomDirections } from "../../src/landscape/directions.js";

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0));

/** Every filter of a parameter, and what stands there in a direction. */
function filtersOf(parameter: nn.Parameter, direction: ArrayLike<number>) {
  const values = parameter.dataSync();
  const size = parameter.size / (parameter.shape[0] ?? 1);
  const at = (all: ArrayLike<number>, index: number) =>
    Array.from(all).slice(index * size, (index + 1) * size);
  return Array.from({ length: parameter.shape[0] ?? 1 }, (_, index) => ({
    weight: at(Array.from(values, Number), index),
    direction: at(direction, index),
  }));
}

class Net extends nn.Module {
  readonly convolution: nn.Conv2d;
  readonly norm: nn.LayerNorm;
  readonly output: nn.Linear;
  readonly words: nn.Embedding;

  constructor(channels: number, features: number) {
    super();
    this.convolution = new nn.Conv2d(2, channels, 3);
    this.norm = new nn.LayerNorm([channels, features]);
    this.output = new nn.Linear(features, 3);
    this.words = new nn.Embedding(features, 4);
  }

  forward(): never {
    throw new Error("only its parameters are looked at");
  }
}

describe("randomDirections", () => {
  test("gives each filter the norm of the model's, and biases and normalisations 0", () => {
    const sizes = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(sizes, sizes, fc.nat(), (channels, features, seed) => {
        manualSeed(seed);
        const model = new Net(channels, features);
        for (const direction of randomDirections(model, seed)) {
          for (const [name, parameter] of model.namedParameters()) {
            const own = direction.get(name) ?? [];
            expect(own).toHaveLength(parameter.size);
            if (name.endsWith("bias") || name.startsWith("norm")) expect(norm(own)).toBe(0);
            else {
              for (const { weight, direction } of filtersOf(parameter, own)) {
                expect(norm(direction)).toBeCloseTo(norm(weight), 10);
              }
            }
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("a filter of zeros stays where it is", () => {
    const model = new nn.Linear(3, 2, { initializer: nn.init.zeros() });
    const [first] = randomDirections(model, 1);
    expect(Array.from(first.get("weight") ?? [])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("are a function of the seed, and two", () => {
    const model = new nn.Linear(8, 4);
    const weights = (seed: number) =>
      randomDirections(model, seed).map((each) => Array.from(each.get("weight") ?? []));
    expect(weights(3)).toEqual(weights(3));
    expect(weights(3)).not.toEqual(weights(4));
    const [first, second] = weights(3);
    expect(first).not.toEqual(second);
  });
});
