import type { Tensor } from "@versant/core";
import { ArgumentError } from "@versant/core";
import type { Answer } from "../model/answers.js";
import { SampleError } from "../model/sampleError.js";
import type { TrainedModel } from "../model/trainedModel.js";
import type { Given } from "./given.js";

export interface PredictOptions {
  /** Samples that are answered at once. */
  readonly batch: number;
  /** Told of a sample that cannot be encoded, which is left out. Default: that ends it all. */
  readonly skip?: ((reason: string) => void) | undefined;
}

/** Some samples, and the model's answers (N, ...) to them. */
export interface AnsweredBatch<Each extends Given> {
  readonly samples: readonly Each[];
  readonly answers: Tensor;
}

/**
 * The answers to samples, in their order; so many samples are in memory as a batch has.
 *
 * @throws ArgumentError, which names the place, for a sample that cannot be encoded
 */
export async function* predictSamples(
  model: TrainedModel,
  samples: AsyncIterable<Given>,
  options: PredictOptions,
): AsyncGenerator<readonly [id: string, answer: Answer]> {
  for await (const batch of answeredBatches(model, samples, options)) {
    const answers = model.describe(batch.answers);
    for (const [index, { id }] of batch.samples.entries()) yield [id, answers[index] as Answer];
  }
}

/** What `predictSamples` describes, a batch at a time; without those that were left out. */
export async function* answeredBatches<Each extends Given>(
  model: TrainedModel,
  samples: AsyncIterable<Each>,
  { batch, skip }: PredictOptions,
): AsyncGenerator<AnsweredBatch<Each>> {
  let waiting: Each[] = [];
  for await (const given of samples) {
    waiting.push(given);
    if (waiting.length < batch) continue;
    yield* answersTo(model, waiting, skip);
    waiting = [];
  }
  if (waiting.length > 0) yield* answersTo(model, waiting, skip);
}

async function* answersTo<Each extends Given>(
  model: TrainedModel,
  samples: readonly Each[],
  skip: PredictOptions["skip"],
): AsyncGenerator<AnsweredBatch<Each>> {
  const { inputs, kept } = await encoded(model, samples, skip);
  if (inputs) yield { samples: kept, answers: await model.predict(inputs) };
}

async function encoded<Each extends Given>(
  model: TrainedModel,
  samples: readonly Each[],
  skip: PredictOptions["skip"],
): Promise<{ inputs?: Tensor[]; kept: readonly Each[] }> {
  const encode = (some: readonly Given[]): Promise<Tensor[]> =>
    model.encode(some.map(({ sample }) => sample));
  try {
    return { inputs: await encode(samples), kept: samples };
  } catch (error) {
    if (!(error instanceof SampleError)) throw error;
    const wrong = samples[error.sample];
    if (!skip) throw new ArgumentError(reasonOf(wrong, error));
  }
  // One after the other, to find those that are wrong.
  const kept: Each[] = [];
  for (const given of samples) {
    try {
      await encode([given]);
      kept.push(given);
    } catch (error) {
      if (!(error instanceof SampleError)) throw error;
      skip(reasonOf(given, error));
    }
  }
  return kept.length === 0 ? { kept } : { inputs: await encode(kept), kept };
}

const reasonOf = (given: Given | undefined, { field, received, expected }: SampleError): string =>
  `${given?.place ?? "predict"}${field === "" ? "" : `, ${field}`}: received ${received}, expected ${expected}.`;
