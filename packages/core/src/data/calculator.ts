import {
  ArgumentError,
  checkSeed,
  RandomGenerator,
  requireCount,
  requireOptions,
} from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";
import { TensorDataset } from "./dataset.js";

/** Which pairs of integers there are, and what is to be learnt of them. */
export interface CalculatorTask {
  /** Smallest operand. Default 0. */
  readonly minimum?: number;
  /** Largest operand. Default 100. */
  readonly maximum?: number;
  readonly operation: "add" | "multiply";
}

/** Pairs of integers and the dataset they make. */
export interface CalculatorData {
  readonly task: Required<CalculatorTask>;
  /** First and second operand of each sample, one after the other: (N, 2) row-major. */
  readonly pairs: Int32Array;
  /** Inputs (N, 2) and targets (N, 1), scaled to [-1, 1], or [0, 1] without negative operands. */
  readonly dataset: TensorDataset<readonly [Tensor, Tensor]>;
  /** An operand is its input times this: the largest absolute value m of an operand. */
  readonly inputScale: number;
  /** A result is its target times this: 2m for sums, m^2 for products. */
  readonly targetScale: number;
}

/**
 * A calculator's exercises: pairs of integers drawn uniformly and with replacement, with their sum
 * or product. With m the largest absolute value of an operand, inputs are (a, b) / m and the target
 * is (a + b) / 2m or ab / m^2.
 *
 * With replacement means that a random split leaks: of the 101^2 pairs of 0..100 most of a test part
 * occur in training too. `unseenPairs` gives those that do not.
 *
 * @throws ArgumentError when `samples` is not an integer of at least 1, or the range is not one
 */
export function calculatorData(
  options: CalculatorTask & { readonly samples: number; readonly seed?: number },
): CalculatorData {
  requireOptions("calculatorData", options, ["minimum", "maximum", "operation", "samples", "seed"]);
  const { samples, seed = 0 } = options;
  const task = checkTask(options);
  requireCount("calculatorData", "samples", samples);
  const generator = new RandomGenerator(checkSeed("calculatorData", seed), "dataset");
  const width = task.maximum - task.minimum + 1;
  const pairs = Int32Array.from(
    { length: 2 * samples },
    () => task.minimum + generator.below(width),
  );
  return solve(pairs, task);
}

/** The largest number of pairs that `unseenPairs` lists. */
const listable = 2 ** 24;

/**
 * Every pair of the task's range that does not occur among the given ones, in order.
 *
 * @param data what `calculatorData` drew
 * @param samples which of its samples count as seen, such as the `indices` of the training part;
 *   all of them by default
 * @throws ArgumentError when the range has more than 2^24 pairs, or none is left
 */
export function unseenPairs(
  { task, pairs }: CalculatorData,
  samples: ArrayLike<number> = Array.from({ length: pairs.length / 2 }, (_, index) => index),
): CalculatorData {
  const width = task.maximum - task.minimum + 1;
  if (width * width > listable) {
    throw new ArgumentError(
      `unseenPairs: operands from ${task.minimum} to ${task.maximum} make ${width * width} pairs, ` +
        `expected at most ${listable}; draw fresh pairs with calculatorData and another seed.`,
    );
  }
  const seen = new Uint8Array(width * width);
  for (const sample of Array.from(samples)) {
    if (!Number.isInteger(sample) || sample < 0 || 2 * sample >= pairs.length) {
      throw new ArgumentError(
        `unseenPairs: received sample ${sample}, expected integers from 0 to ` +
          `${pairs.length / 2 - 1}, as there are ${pairs.length / 2} samples.`,
      );
    }
    const first = (pairs[2 * sample] as number) - task.minimum;
    const second = (pairs[2 * sample + 1] as number) - task.minimum;
    seen[first * width + second] = 1;
  }
  const unseen: number[] = [];
  seen.forEach((occurs, pair) => {
    if (occurs) return;
    unseen.push(task.minimum + Math.floor(pair / width), task.minimum + (pair % width));
  });
  if (unseen.length === 0) {
    throw new ArgumentError(
      `unseenPairs: all ${width * width} pairs occur, expected some that do not; draw fewer samples.`,
    );
  }
  return solve(Int32Array.from(unseen), task);
}

function checkTask({
  minimum = 0,
  maximum = 100,
  operation,
}: CalculatorTask): Required<CalculatorTask> {
  if (operation !== "add" && operation !== "multiply") {
    throw new ArgumentError(
      `calculatorData: received operation ${String(operation)}, expected "add" or "multiply".`,
    );
  }
  const inRange = [minimum, maximum].every(
    (bound) => Number.isInteger(bound) && Math.abs(bound) < 2 ** 31,
  );
  if (!inRange || maximum < minimum || (minimum === 0 && maximum === 0)) {
    throw new ArgumentError(
      `calculatorData: received operands from ${minimum} to ${maximum}, expected 32-bit integers, ` +
        "the smaller first, not both 0.",
    );
  }
  return { minimum, maximum, operation };
}

/** The dataset of the given pairs. */
function solve(pairs: Int32Array, task: Required<CalculatorTask>): CalculatorData {
  const samples = pairs.length / 2;
  const inputScale = Math.max(Math.abs(task.minimum), Math.abs(task.maximum));
  const targetScale = task.operation === "add" ? 2 * inputScale : inputScale ** 2;
  const inputs = Float32Array.from(pairs, (operand) => operand / inputScale);
  const targets = Float32Array.from({ length: samples }, (_, sample) => {
    const first = pairs[2 * sample] as number;
    const second = pairs[2 * sample + 1] as number;
    return (task.operation === "add" ? first + second : first * second) / targetScale;
  });
  const dataset = new TensorDataset([
    tensor(inputs, { shape: [samples, 2] }),
    tensor(targets, { shape: [samples, 1] }),
  ]);
  return { task, pairs, dataset, inputScale, targetScale };
}
