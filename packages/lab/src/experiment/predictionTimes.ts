import { isLoader, slice, type Tensor, type Trainer, tensor } from "@versant/core";
import { evaluationBatch, type Part } from "./part.js";

/** How long a trained model takes to answer. Reading, transforms, loss and metrics are no part of it. */
export interface PredictionTimes {
  /** Of a sample among many: a batch of at most 1000, fewer where one alone takes over a quarter of a millisecond. */
  readonly millisecondsPerPrediction: number;
  /** Of a sample alone, from the call to the answer: the median of some. */
  readonly latencyMilliseconds: number;
}

/** What measuring may take, about, for each of the two. */
const budgetMilliseconds = 250;
const latencies = 20;

/**
 * Times `trainer.predict` on the first samples of a part, or on the first batch of a stream; what is
 * compiled is compiled before.
 */
export async function predictionTimes(
  trainer: Trainer,
  part: Part,
): Promise<PredictionTimes | undefined> {
  const inputs = await firstInputs(part);
  const samples = inputs[0]?.shape[0];
  if (!samples) return undefined;
  const first = (count: number): Tensor[] => inputs.map((input) => input.at(slice(0, count)));
  const one = first(1);
  await time(trainer, one);
  const times: number[] = [];
  const start = performance.now();
  do times.push(await time(trainer, one));
  while (times.length < latencies && performance.now() - start < budgetMilliseconds);
  const latencyMilliseconds = times.sort((a, b) => a - b)[times.length >> 1] as number;

  const affordable = Math.ceil(budgetMilliseconds / latencyMilliseconds);
  const count = Math.min(samples, evaluationBatch, affordable);
  const many = first(count);
  await time(trainer, many);
  return { millisecondsPerPrediction: (await time(trainer, many)) / count, latencyMilliseconds };
}

/** Milliseconds until the answers for these inputs are there. */
async function time(trainer: Trainer, inputs: readonly Tensor[]): Promise<number> {
  await Promise.all(inputs.map((input) => input.data()));
  const start = performance.now();
  await (await trainer.predict(inputs, inputs[0]?.shape[0])).data();
  return performance.now() - start;
}

/** What the model is given of the first samples. */
async function firstInputs(part: Part): Promise<readonly Tensor[]> {
  if (isLoader(part)) {
    for await (const read of part.read(0)) return part.gather(read).slice(0, -1);
    return [];
  }
  const count = Math.min(part.length, evaluationBatch);
  return part.take(tensor(Int32Array.from({ length: count }, (_, row) => row))).slice(0, -1);
}
