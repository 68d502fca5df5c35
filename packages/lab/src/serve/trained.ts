import { describeOutputs } from "../model/answers.js";
import { SampleError } from "../model/sampleError.js";
import type { TrainedModel } from "../model/trainedModel.js";
import { RequestError } from "./problem.js";
import { answerSchema, inputSchema } from "./schemas.js";
import type { ServedModel } from "./servedModel.js";

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
    encode: (samples) => trained.encode(samples).catch(refuse),
    encodeBytes: (bytes) => refusing(() => trained.encodeBytes(bytes)),
    predict: async (samples) => (await trained.predict(samples)).data(),
    describe: (outputs) => refusing(() => describeOutputs(signature.output, outputs)),
  };
}

function refuse(error: unknown): never {
  if (!(error instanceof SampleError)) throw error;
  const [field = ""] = error.message.split(": received ");
  throw new RequestError(400, field, error.received, error.expected);
}

function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    return refuse(error);
  }
}

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
