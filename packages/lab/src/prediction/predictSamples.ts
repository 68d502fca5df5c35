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

/** Some samples, and the model's answers (N, ...) to them. */
export interface AnsweredBatch<Each extends Given> {
  readonly samples: readonly Each[];
  readonly answers: Tensor;
}

/**
 * The answers to samples, in their order; so many samples are in memory as a batch has.
 *
 * @throws ArgumentError, which names the place, for a sample that the model cannot take
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
): AsyncGenerator<readonly [id: string, answer: Answer]> {
  let answers: readonly Answer[];
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
