import { arange, loss, rand, slice, type Trainer, tensor } from "versant";
import type { Windows } from "./book.js";

/** exp of the mean surprise over the last `stride` characters of each window. */
export async function perplexity(trainer: Trainer, windows: Windows): Promise<number> {
  const [inputs, targets] = windows.take(arange(windows.length));
  const scores = await trainer.predict(inputs, 64);
  const counted = slice(-windows.stride);
  const surprise = loss.crossEntropy(
    scores.at(slice(), slice(), counted),
    targets.at(slice(), counted),
  );
  return Math.exp(await surprise.item());
}

/** Goes on writing behind `start`, a whole context, by drawing one character after the other. */
export async function write(
  trainer: Trainer,
  start: Uint8Array,
  length: number,
): Promise<number[]> {
  const text = [...start];
  for (let count = 0; count < length; count++) {
    const before = Uint8Array.from(text.slice(-start.length));
    const scores = await trainer.predict(tensor(before, { shape: [1, before.length] }));
    const last = scores.at(0, slice(), -1);
    // The largest of scores with Gumbel noise is a draw from their softmax; at half the noise the
    // probable is drawn more often than it should be, and reads better.
    const noise = rand(last.shape).log().neg().log().mul(0.5);
    text.push(await last.sub(noise).argmax().item());
  }
  return text.slice(start.length);
}
