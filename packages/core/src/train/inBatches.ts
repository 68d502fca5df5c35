import { giveTurn, isTurnDue, makeArray, sizeOf } from "../array/index.js";
import { type Tensor, tensor } from "../tensor/index.js";

/** What `answer` gives for the samples (N, ...), asked for some of them at a time and joined. */
export async function inBatches(
  input: Tensor,
  batchSize: number,
  answer: (batch: Tensor) => Tensor,
): Promise<Tensor> {
  const { shape, dtype } = input;
  const [samples = 0, ...rest] = shape;
  const width = sizeOf(rest);
  const elements = await input.data();
  const answers: Tensor[] = [];
  for (let start = 0; start < samples; start += batchSize) {
    const end = Math.min(start + batchSize, samples);
    const rows = elements.subarray(start * width, end * width);
    answers.push(answer(tensor(rows, { shape: [end - start, ...rest], dtype })));
    if (isTurnDue()) await giveTurn();
  }
  return join(answers, samples);
}

async function join(parts: readonly Tensor[], samples: number): Promise<Tensor> {
  const [first] = parts as [Tensor];
  const shape = [samples, ...first.shape.slice(1)];
  const joined = makeArray(first.dtype, sizeOf(shape));
  let start = 0;
  for (const part of parts) {
    joined.set(await part.data(), start);
    start += part.size;
  }
  return tensor(joined, { shape, dtype: first.dtype });
}
