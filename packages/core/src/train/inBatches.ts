import { giveTurn, isTurnDue, makeArray, sizeOf } from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";

/**
 * What `answer` gives for samples, asked for some of them at a time and joined.
 *
 * @param inputs (N, ...) each, of one N
 */
export async function inBatches(
  inputs: readonly Tensor[],
  batchSize: number,
  answer: (batch: readonly Tensor[]) => Tensor,
): Promise<Tensor> {
  const samples = inputs[0]?.shape[0] ?? 0;
  const columns = await Promise.all(inputs.map(rowsOf));
  const answers: Tensor[] = [];
  for (let start = 0; start < samples; start += batchSize) {
    const end = Math.min(start + batchSize, samples);
    answers.push(answer(columns.map((rows) => rows(start, end))));
    if (isTurnDue()) await giveTurn();
  }
  return join(answers);
}

/** A function that gives the samples from one place to another, without those of the latter. */
async function rowsOf(input: Tensor): Promise<(start: number, end: number) => Tensor> {
  const { shape, dtype } = input;
  const rest = shape.slice(1);
  const width = sizeOf(rest);
  const elements = await input.data();
  return (start, end) =>
    tensor(elements.subarray(start * width, end * width), {
      shape: [end - start, ...rest],
      dtype,
    });
}

/** Tensors, one or more, one behind the other on the first axis, read one at a time. */
export async function join(parts: readonly Tensor[]): Promise<Tensor> {
  const [first] = parts as [Tensor];
  const samples = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  const shape = [samples, ...first.shape.slice(1)];
  const joined = makeArray(first.dtype, sizeOf(shape));
  let start = 0;
  for (const part of parts) {
    joined.set(await part.data(), start);
    start += part.size;
  }
  return tensor(joined, { shape, dtype: first.dtype });
}
