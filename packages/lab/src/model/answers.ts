import { ShapeError, type Tensor } from "@versant/core";
import { formatShape, sizeOf } from "@versant/core/internal";
import type { Activation, NumbersOutput, Output, StoredScale } from "../signature/signature.js";

/** A class, and how likely the model takes it and the others to be. */
export interface ClassAnswer {
  readonly class: string;
  readonly probability: number;
  /** Of every class, by name. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** A class for each position. */
export interface PositionsAnswer {
  readonly positions: readonly Pick<ClassAnswer, "class" | "probability">[];
}

export type NestedNumbers = number | readonly NestedNumbers[];

/** Numbers by name, or in the shape of the answer where they have no names. */
export interface NumbersAnswer {
  readonly numbers: Readonly<Record<string, number>> | NestedNumbers;
}

export type Answer = ClassAnswer | PositionsAnswer | NumbersAnswer;

/**
 * What the answers of a model mean, one for each sample.
 *
 * @throws ShapeError for answers of another shape
 */
export function describeAnswers(output: Output, answers: Tensor): Answer[] {
  const [samples = 0, ...rest] = answers.shape;
  if (answers.rank === 0 || formatShape(rest) !== formatShape(output.shape)) {
    throw new ShapeError(
      `TrainedModel.describe: received answers ${formatShape(answers.shape)}, expected ` +
        `(N, ${output.shape.join(", ")}), as predict gives them.`,
    );
  }
  const width = sizeOf(rest);
  const data = answers.dataSync();
  return Array.from({ length: samples }, (_, sample) => {
    const scores = Array.from(data.subarray(sample * width, (sample + 1) * width), Number);
    return describeOne(output, scores);
  });
}

function describeOne(output: Output, scores: readonly number[]): Answer {
  switch (output.kind) {
    case "classes": {
      const shares = probabilitiesOf(output.activation, scores);
      const { place, share } = likeliest(shares);
      return {
        class: output.names[place] as string,
        probability: share,
        probabilities: byName(output.names, shares),
      };
    }
    case "positions": {
      const { names, shape, activation } = output;
      const [, length = 1] = shape;
      return {
        positions: Array.from({ length }, (_, position) => {
          const ofPosition = names.map((_, index) => scores[index * length + position] as number);
          const { place, share } = likeliest(probabilitiesOf(activation, ofPosition));
          return { class: names[place] as string, probability: share };
        }),
      };
    }
    case "numbers":
      return { numbers: describeNumbers(output, scores) };
  }
}

/** A server does this for every class of every sample: without the pairs of `Object.fromEntries`. */
function byName(names: readonly string[], values: readonly number[]): Record<string, number> {
  const named: Record<string, number> = {};
  for (const [place, name] of names.entries()) named[name] = values[place] as number;
  return named;
}

/** In float64, from the greatest score on, so that none overflows. */
function probabilitiesOf(activation: Activation, scores: readonly number[]): number[] {
  if (activation === "softmax") {
    const greatest = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - greatest));
    const sum = powers.reduce((total, power) => total + power, 0);
    return powers.map((power) => power / sum);
  }
  const [score = 0, ...others] = scores;
  if (activation === "none" && others.length > 0) return [...scores];
  const second = activation === "none" ? score : 1 / (1 + Math.exp(-score));
  return [1 - second, second];
}

function likeliest(shares: readonly number[]): { place: number; share: number } {
  const share = Math.max(...shares);
  return { place: Math.max(0, shares.indexOf(share)), share };
}

function describeNumbers(
  { names, shape, scale }: NumbersOutput,
  answers: readonly number[],
): NumbersAnswer["numbers"] {
  const numbers = scale ? answers.map((value, place) => unscaled(value, place, scale)) : answers;
  if (names)
    return Object.fromEntries(names.map((name, place) => [name, numbers[place] as number]));
  return nested(numbers, shape);
}

function unscaled(value: number, place: number, { mean, deviation }: StoredScale): number {
  const at = (list: readonly number[]): number => list[place % list.length] as number;
  return value * at(deviation) + at(mean);
}

/** A number alone stands for an answer of one number, whatever its shape. */
function nested(numbers: readonly number[], [size, ...rest]: readonly number[]): NestedNumbers {
  if (numbers.length === 1) return numbers[0] as number;
  if (size === undefined || rest.length === 0) return numbers;
  const width = numbers.length / size;
  return Array.from({ length: size }, (_, row) =>
    nested(numbers.slice(row * width, (row + 1) * width), rest),
  );
}
