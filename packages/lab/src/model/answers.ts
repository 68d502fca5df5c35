import { ShapeError, type Tensor, type TypedArray } from "@versant/core";
import { formatShape, sizeOf } from "@versant/core/internal";
import type { Activation, NumbersOutput, Output } from "../signature/signature.js";
import { SampleError } from "./sampleError.js";

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
 * @throws ShapeError for answers of another shape; SampleError for one that is NaN or Infinity
 */
export function describeAnswers(output: Output, answers: Tensor): Answer[] {
  const rest = answers.shape.slice(1);
  if (answers.rank === 0 || formatShape(rest) !== formatShape(output.shape)) {
    throw new ShapeError(
      `TrainedModel.describe: received answers ${formatShape(answers.shape)}, expected ` +
        `(N, ${output.shape.join(", ")}), as predict gives them.`,
    );
  }
  return describeOutputs(output, answers.dataSync());
}

/** The same for the outputs alone, one sample behind the other. */
export function describeOutputs(output: Output, outputs: TypedArray): Answer[] {
  const width = sizeOf(output.shape);
  const answers: Answer[] = [];
  for (let start = 0; start < outputs.length; start += width) {
    const answer = describeOne(output, outputs.subarray(start, start + width));
    if (answer === undefined) {
      throw new SampleError(
        answers.length,
        "",
        "a sample that the model answers with NaN or Infinity",
        "one like those that it was trained on",
      );
    }
    answers.push(answer);
  }
  return answers;
}

/** @returns undefined where the numbers mean nothing */
function describeOne(output: Output, scores: TypedArray): Answer | undefined {
  switch (output.kind) {
    case "classes": {
      const { names } = output;
      const shares = probabilitiesOf(output.activation, scores);
      const likeliest = placeOfGreatest(shares);
      if (likeliest === undefined) return undefined;
      return { ...classAt(names, shares, likeliest), probabilities: byName(names, shares) };
    }
    case "positions": {
      const { names, shape, activation } = output;
      const [, length = 1] = shape;
      const positions: PositionsAnswer["positions"][number][] = [];
      for (let position = 0; position < length; position++) {
        const ofPosition = names.map((_, index) => scores[index * length + position] as number);
        const shares = probabilitiesOf(activation, ofPosition);
        const likeliest = placeOfGreatest(shares);
        if (likeliest === undefined) return undefined;
        positions.push(classAt(names, shares, likeliest));
      }
      return { positions };
    }
    case "numbers": {
      const numbers = unscaled(output, scores);
      return numbers.every(Number.isFinite) ? { numbers: shaped(output, numbers) } : undefined;
    }
  }
}

const classAt = (names: readonly string[], shares: readonly number[], place: number) => ({
  class: names[place] as string,
  probability: shares[place] as number,
});

// A server does what follows for every class of every sample: in loops, without lists in between.

function byName(names: readonly string[], values: readonly number[]): Record<string, number> {
  const named: Record<string, number> = {};
  for (let place = 0; place < names.length; place++) {
    named[names[place] as string] = values[place] as number;
  }
  return named;
}

type Scores = TypedArray | readonly number[];

/** In float64, from the greatest score on, so that none overflows. */
function probabilitiesOf(activation: Activation, scores: Scores): number[] {
  if (activation === "softmax") return softmax(scores);
  if (activation === "none" && scores.length > 1) return Array.from(scores);
  const score = scores[0] as number;
  const second = activation === "none" ? score : 1 / (1 + Math.exp(-score));
  return [1 - second, second];
}

function softmax(scores: Scores): number[] {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > greatest) greatest = score;
  const shares: number[] = [];
  let sum = 0;
  for (const score of scores) {
    const power = Math.exp(score - greatest);
    shares.push(power);
    sum += power;
  }
  for (let place = 0; place < shares.length; place++)
    shares[place] = (shares[place] as number) / sum;
  return shares;
}

/** The first of the greatest; undefined where one is NaN or Infinity. */
function placeOfGreatest(shares: readonly number[]): number | undefined {
  let greatest = 0;
  for (let place = 0; place < shares.length; place++) {
    const share = shares[place] as number;
    if (!Number.isFinite(share)) return undefined;
    if (share > (shares[greatest] as number)) greatest = place;
  }
  return greatest;
}

/** In people's unit, in float64. */
function unscaled({ scale }: NumbersOutput, outputs: TypedArray): number[] {
  const numbers: number[] = Array.from(outputs);
  if (!scale) return numbers;
  const { mean, deviation } = scale;
  const at = (list: readonly number[], place: number) => list[place % list.length] as number;
  return numbers.map((value, place) => value * at(deviation, place) + at(mean, place));
}

const shaped = ({ names, shape }: NumbersOutput, numbers: readonly number[]) =>
  names ? byName(names, numbers) : nested(numbers, shape);

/** A number alone stands for an answer of one number, whatever its shape. */
function nested(numbers: readonly number[], [size, ...rest]: readonly number[]): NestedNumbers {
  if (numbers.length === 1) return numbers[0] as number;
  if (size === undefined || rest.length === 0) return numbers;
  const width = numbers.length / size;
  return Array.from({ length: size }, (_, row) =>
    nested(numbers.slice(row * width, (row + 1) * width), rest),
  );
}
