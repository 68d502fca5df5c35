import type { Tensor } from "@versant/core";
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

/** Some samples, and what was made of the model's answers to them. */
export interface AnsweredBatch<Each extends Given, R> {
  readonly samples: readonly Each[];
  readonly answers: R;
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
  const describe = (answers: Tensor): Answer[] => model.describe(answers);
  for await (const batch of answeredBatches(model, samples, options, describe)) {
    for (const [index, { id }] of batch.samples.entries()) {
      yield [id, batch.answers[index] as Answer];
    }
  }
}

/**
 * The same, a batch at a time, without the samples that were left out.
 *
 * @param read what becomes of the answers (N, ...); where it throws, a sample is to blame
 */
export async function* answeredBatches<Each extends Given, R>(
  model: TrainedModel,
  samples: AsyncIterable<Each>,
  { batch, skip }: PredictOptions,
  read: (answers: Tensor) => R,
): AsyncGenerator<AnsweredBatch<Each, R>> {
  const answersTo = async function* (
    some: readonly Each[],
  ): AsyncGenerator<AnsweredBatch<Each, R>> {
    let answers: R;
    try {
      answers = read(await model.predict(await model.encode(some.map(({ sample }) => sample))));
    } catch (error) {
      if (!(error instanceof VersantError)) throw error;
      // Half by half, to find the sample that is to blame.
      const [only, ...others] = some;
      if (only && others.length === 0) {
        const reason = reasonOf(only, error);
        if (!skip) throw new ArgumentError(reason);
        skip(reason);
        return;
      }
      const middle = some.length >> 1;
      yield* answersTo(some.slice(0, middle));
      yield* answersTo(some.slice(middle));
      return;
    }
    yield { samples: some, answers };
  };
  let waiting: Each[] = [];
  for await (const given of samples) {
    waiting.push(given);
    if (waiting.length < batch) continue;
    yield* answersTo(waiting);
    waiting = [];
  }
  if (waiting.length > 0) yield* answersTo(waiting);
}

function reasonOf({ place }: Given, error: VersantError): string {
  if (!(error instanceof SampleError)) return `${place}: ${error.message}`;
  const { field, received, expected } = error;
  return `${place}${field === "" ? "" : `, ${field}`}: received ${received}, expected ${expected}.`;
}
