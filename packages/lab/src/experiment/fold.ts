import {
  ArgumentError,
  type Dataset,
  isLoader,
  kFold,
  type Labels,
  type SplitOptions,
  Subset,
  split,
  Tensor,
  tensor,
} from "@versant/core";
import { isFloating, range } from "@versant/core/internal";
import type { Setup } from "./experiment.js";

/** Which of how many folds. */
export interface FoldPlace {
  /** From 0. */
  readonly index: number;
  /** 2 or more. */
  readonly of: number;
}

type Label = number | bigint | string;

/** What `setup` splits its data with. */
export class Splitter {
  wasUsed = false;

  constructor(
    readonly seed: number,
    readonly fold: FoldPlace | undefined,
  ) {}

  readonly split = ((samples: Dataset, parts: readonly number[], options: SplitOptions = {}) => {
    this.wasUsed = true;
    const seeded = { seed: this.seed, ...options };
    const whole = split(samples, parts, seeded);
    if (!this.fold) return whole;
    const [train, validation, ...others] = whole.map(indicesOf);
    if (!train || !validation) {
      throw new ArgumentError(
        `split: received ${parts.length} part in cross-validation, expected two or more: the first for ` +
          "training, the second for validation.",
      );
    }
    const pool = Int32Array.of(...train, ...validation);
    const pick = (labels: Labels) => pickFrom(labels, pool);
    const dealt = dealFold(pool, this.fold, {
      seed: seeded.seed,
      ...(options.stratifyBy !== undefined && { stratifyBy: pick(options.stratifyBy) }),
      ...(options.groupBy !== undefined && { groupBy: pick(options.groupBy) }),
    });
    const indices = [...dealt, ...others];
    return typeof samples === "number" ? indices : indices.map((each) => new Subset(samples, each));
    // For both forms of `split`, whose types tell indices of a number of samples from subsets.
  }) as typeof split;
}

/**
 * The data of a `setup` that did not split by what the context gave it: its train and validation parts are
 * dealt anew, by class where targets are classes of which each fold can have one.
 *
 * @throws ArgumentError where that is not possible, or would let a model see what it is validated on
 */
export function refold(experiment: string, setup: Setup, fold: FoldPlace, seed: number): Setup {
  if (setup.preprocessing !== undefined) {
    throw new ArgumentError(
      `${experiment}: setup fitted its preprocessing on a training part of its own, which holds most of what ` +
        `another fold validates on; ${mend}`,
    );
  }
  const { whole, indices } = poolOf(experiment, setup.data);
  const stratifyBy = classesOf(whole, indices, fold.of);
  const parts = dealFold(indices, fold, { seed, ...(stratifyBy && { stratifyBy }) });
  const [train, validation] = parts.map((each) => new Subset(whole, each));
  if (!train || !validation) throw new ArgumentError(`${experiment}: a fold has no samples.`);
  return { ...setup, data: { ...setup.data, train, validation } };
}

const mend =
  "expected one that splits by its context: setup: ({ hyperparameters, seed, split }) => … " +
  "split(samples, [0.8, 0.2]).";

function poolOf(experiment: string, { train, validation }: Setup["data"]) {
  const refuse = (received: string): ArgumentError =>
    new ArgumentError(`${experiment}: received ${received} to make folds of; ${mend}`);
  if (isLoader(train) || (validation && isLoader(validation))) {
    throw refuse("a loader or a stream, whose samples have no index,");
  }
  if (!validation) return { whole: train, indices: range(train.length) };
  if (train instanceof Subset && validation instanceof Subset && train.whole === validation.whole) {
    return { whole: train.whole, indices: Int32Array.of(...train.indices, ...validation.indices) };
  }
  throw refuse("training and validation data that are no parts of one dataset");
}

/** A class for each sample; undefined where targets are none, or a class is too small for the folds. */
function classesOf(whole: Dataset, indices: Int32Array, folds: number): number[] | undefined {
  const target = new Subset(whole, indices).take(tensor(range(indices.length))).at(-1);
  if (target?.shape.length !== 1 || isFloating(target.dtype)) return undefined;
  const labels = Array.from(target.dataSync(), Number);
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts.values()].every((count) => count >= folds) ? labels : undefined;
}

const indicesOf = (part: Int32Array | Subset): Int32Array =>
  part instanceof Subset ? part.indices : part;

/** The labels of some samples; they have been checked when all samples were split. */
function pickFrom(labels: Labels, pool: Int32Array): Label[] {
  const list: ArrayLike<Label> = labels instanceof Tensor ? labels.dataSync() : labels;
  return Array.from(pool, (index) => list[index] as Label);
}

/** Train and validation samples of one fold of a pool. */
function dealFold(
  pool: Int32Array,
  { index, of }: FoldPlace,
  options: Parameters<typeof kFold>[2],
): Int32Array[] {
  const fold = kFold(pool.length, of, options)[index];
  if (!fold) throw new ArgumentError(`fold: received ${index}, expected 0 to ${of - 1}.`);
  return [fold.train, fold.validation].map((places) =>
    places.map((place) => pool[place] as number),
  );
}
