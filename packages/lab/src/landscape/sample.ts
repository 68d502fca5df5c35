import {
  ArgumentError,
  DataLoader,
  isLoader,
  type Loader,
  RandomGenerator,
  Subset,
} from "@versant/core";
import { range, shuffle } from "@versant/core/internal";
import type { Parts } from "../experiment/part.js";
import type { LandscapeRecord } from "../ledger/landscapeEvent.js";

export type LandscapePart = LandscapeRecord["part"];

export interface Sample {
  readonly part: LandscapePart;
  readonly loader: Loader;
  /** Samples that are measured, and that the part has. */
  readonly looked: number;
  readonly samples: number;
}

/** Samples at a time. */
const batchSize = 256;

/**
 * Some samples of a part: the same ones for every place.
 *
 * @param part default: validation, where there is one
 * @param seed decides which
 * @throws ArgumentError for a part that is not there, or is a stream
 */
export function sampleOf(
  data: Parts,
  part: LandscapePart = data.validation ? "validation" : "train",
  { count, seed }: { readonly count: number; readonly seed: number },
): Sample {
  const given = data[part];
  const dataset = isLoader(given) ? given.dataset : given;
  if (!dataset) {
    throw new ArgumentError(
      given
        ? `--part: the part ${part} is a stream, expected samples that are reached by index, which every place can be measured on.`
        : `--part: the experiment has no part ${part}, expected train.`,
    );
  }
  const { length } = dataset;
  const looked = Math.min(count, length);
  const order = shuffle(range(length), new RandomGenerator(seed, "landscape", 1));
  const chosen = new Subset(dataset, order.subarray(0, looked).sort());
  const loader = new DataLoader(chosen, { batchSize: Math.min(batchSize, looked) });
  return { part, loader, looked, samples: length };
}
