import { ArgumentError, VersantError } from "@versant/core/internal";
import type { Answer } from "../model/answers.js";
import { SampleError } from "../model/sampleError.js";
import type { TrainedModel } from "../model/trainedModel.js";
import type { Given } from "./given.js";

export interface PredictOptions {
  /** Samples that are answered at once. */
  readonly batch: number;
  /** Told of a sample that the model cannot take, which is left out. Default: that ends it all. */
  readonly skip?: ((reason: string) => void) | undefined;
}

/**
 * The answers to samples, in their order; so many samples are in memory as a batch has.
 *
 * @throws ArgumentError, which names the place, for a sample that the model cannot take
 */
export async function* predictSamples(
  model: TrainedModel,
  samples: AsyncIterable<Given>,
  { batch, skip }: PredictOptions,
): AsyncGenerator<readonly [id: string, answer: Answer]> {
  let waiting: Given[] = [];
  for await (const given of samples) {
    waiting.push(given);
    if (waiting.length < batch) continue;
    yield* answersTo(model, waiting, skip);
    waiting = [];
  }
  if (waiting.length > 0) yield* answersTo(model, waiting, skip);
}

async function* answersTo(
  model: TrainedModel,
  samples: readonly Given[],
  skip: PredictOptions["skip"],
): AsyncGenerator<readonly [id: string, answer: Answer]> {
  let answers: readonly Answer[];
  try {
    const inputs = await model.encode(samples.map(({ sample }) => sample));
    answers = model.describe(await model.predict(inputs));
  } catch (error) {
    if (!(error instanceof VersantError)) throw error;
    // Half by half, to find the sample that is to blame.
    const [only, ...others] = samples;
    if (only && others.length === 0) {
      const reason = reasonOf(only, error);
      if (!skip) throw new ArgumentError(reason);
      skip(reason);
      return;
    }
    const middle = samples.length >> 1;
    yield* answersTo(model, samples.slice(0, middle), skip);
    yield* answersTo(model, samples.slice(middle), skip);
    return;
  }
  for (const [index, { id }] of samples.entries()) yield [id, answers[index] as Answer];
}

function reasonOf({ place }: Given, error: VersantError): string {
  if (!(error instanceof SampleError)) return `${place}: ${error.message}`;
  const { field, received, expected } = error;
  return `${place}${field === "" ? "" : `, ${field}`}: received ${received}, expected ${expected}.`;
}
