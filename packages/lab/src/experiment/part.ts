import {
  DataLoader,
  type Dataset,
  isLoader,
  type Loader,
  type Tensor,
  tensor,
} from "@versant/core";

/** A part of an experiment's data: samples that are reached by index, or a loader's batches. */
export type Part = Dataset | Loader;

/** The parts that data are split into. */
export interface Parts {
  readonly train: Part;
  /** Measured after every epoch. */
  readonly validation?: Part | undefined;
  /** Measured once, when training is over. */
  readonly test?: Part | undefined;
}

export type PartName = keyof Parts;

/** In the order in which their rows count as met. */
export const partNames: readonly PartName[] = ["train", "validation", "test"];

/** Files need not be type-checked before they run. */
export function isPart(value: unknown): value is Part {
  if (isLoader(value)) return true;
  const { length, take } = (value ?? {}) as Partial<Dataset>;
  return Number.isInteger(length) && typeof take === "function";
}

/** Samples of a part; undefined for a loader that does not know. */
export const samplesOf = (part: Part): number | undefined =>
  isLoader(part) ? part.samples : part.length;

/** Samples that are measured at a time: larger than most training batches, as nothing is learnt. */
export const evaluationBatch = 1000;

/** Every sample once, in order; a loader brings its own batches. */
export const evaluationLoader = (part: Part): Loader =>
  isLoader(part) ? part : new DataLoader(part, { batchSize: evaluationBatch });

/** The first sample of a dataset, or the first batch of a loader. */
export async function firstBatch(part: Part): Promise<readonly Tensor[]> {
  if (!isLoader(part)) return part.take(tensor(Int32Array.of(0)));
  for await (const read of part.read(0)) return part.gather(read);
  return [];
}
