import type { Answer } from "../model/answers.js";
import { SampleError } from "../model/sampleError.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { countOf, type Samples } from "./batcher.js";
import { RequestError } from "./problem.js";
import { answerSchema, inputSchema } from "./schemas.js";
import type { Prediction, ServedModel } from "./servedModel.js";

/** A trained model as the server asks it. */
export function servedModel(trained: TrainedModel): ServedModel {
  const { sha256, run, signature, sampleBytes } = trained;
  return {
    sha256,
    run,
    sampleBytes,
    takesImages: signature.input.kind === "image",
    input: inputSchema(signature.input),
    answer: answerSchema(signature.output),
    encode: async (samples) => {
      try {
        return await trained.encode(samples);
      } catch (error) {
        throw asRequestError(error);
      }
    },
    encodeBytes: (bytes) => {
      try {
        return trained.encodeBytes(bytes);
      } catch (error) {
        throw asRequestError(error);
      }
    },
    predict: (samples) => predict(trained, samples),
  };
}

const asRequestError = (error: unknown): unknown => {
  if (!(error instanceof SampleError)) return error;
  const [field = ""] = error.message.split(": received ");
  return new RequestError(400, field, error.received, error.expected);
};

async function predict(trained: TrainedModel, samples: Samples): Promise<Prediction[]> {
  const answers = await trained.predict(samples);
  const outputs = await answers.data();
  const width = outputs.length / countOf(samples);
  return trained.describe(answers).map((answer, place) => ({
    answer,
    kept: keptOf(answer),
    output: () => outputs.subarray(place * width, (place + 1) * width),
  }));
}

/** The class and how sure the model was: the probabilities of all others would fill the log. */
const keptOf = (answer: Answer): unknown =>
  "probabilities" in answer ? { class: answer.class, probability: answer.probability } : answer;

/**
 * Compiles what batches of a model need, before the first request waits for it.
 *
 * @param most samples of the largest batch
 */
export async function warmUp(trained: TrainedModel, most: number): Promise<void> {
  if (trained.sampleBytes === undefined) return;
  for (let count = 1; count < 2 * most; count *= 2) {
    const size = Math.min(count, most);
    await trained.predict(trained.encodeBytes(new Uint8Array(size * trained.sampleBytes)));
  }
}
