import { type Tensor, tensor, text } from "@versant/core";
import { describeValue } from "@versant/core/internal";
import type { StoredTokenizer, TextInput } from "../signature/signature.js";
import { SampleError } from "./sampleError.js";

/** Whether a text holds half a character, a surrogate alone: it has no bytes that could be recorded. */
export const isBroken = (sample: string): boolean => /\p{Surrogate}/u.test(sample);

export const wholeText = "a text without surrogates that stand alone";

type TextEncode = (samples: readonly unknown[], name: string) => Tensor[];

/** Texts as indices (N, T), cut off and filled up to the length that the model reads. */
export function textEncoder({
  tokenizer,
  vocabulary,
  padding,
  dtype,
  shape,
}: TextInput): TextEncode {
  const indicesOf = indexer(tokenizer, vocabulary);
  const [length = 1] = shape;
  return (samples, name) => {
    const indices = new Int32Array(samples.length * length).fill(padding);
    samples.forEach((sample, index) => {
      if (typeof sample !== "string") {
        throw new SampleError(index, name, describeValue(sample), "a text");
      }
      if (isBroken(sample)) {
        throw new SampleError(index, name, describeValue(sample), wholeText);
      }
      try {
        indices.set(indicesOf(sample, length), index * length);
      } catch (error) {
        // A token that is not in the vocabulary, where none stands for the unknown.
        const { message } = error as Error;
        throw new SampleError(
          index,
          name,
          `a text that cannot be encoded (${message})`,
          "another text",
        );
      }
    });
    const tokens = dtype === "uint8" ? Uint8Array.from(indices) : indices;
    return [tensor(tokens, { shape: [samples.length, length], dtype })];
  };
}

/** The first indices of a text. */
function indexer(
  tokenizer: StoredTokenizer,
  stored: TextInput["vocabulary"],
): (text: string, most: number) => ArrayLike<number> {
  if (tokenizer.by === "bytePairs") {
    const encoding = text.BytePairEncoding.fromJSON(stored);
    return (sample, most) => encoding.encode(sample).subarray(0, most);
  }
  const { by, ...options } = tokenizer;
  const cut = by === "words" ? text.words(options) : text.characters(options);
  const vocabulary = text.Vocabulary.fromJSON(stored);
  return (sample, most) => vocabulary.encode(cut(sample).slice(0, most));
}
