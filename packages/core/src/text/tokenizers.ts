import { ArgumentError, describeValue, requireFlag, requireOptions } from "../array/index.js";

/** Cuts a text into tokens. */
export type Tokenizer = (text: string) => string[];

export interface WordsOptions {
  /** Default true: "The" and "the" are one word. */
  readonly lowerCase?: boolean;
  /** Whether numbers are tokens, or left out. Default true. */
  readonly numbers?: boolean;
  /** Whether each punctuation mark or symbol is a token, or left out. Default false. */
  readonly punctuation?: boolean;
}

/**
 * A tokeniser by words, in any script that sets words apart: runs of letters with their accents, joined
 * by apostrophes or hyphens inside (`l'avenant` and `vis-à-vis` are one token each); runs of digits,
 * joined by a point or comma inside (`1,250.50`). Texts are normalised to NFC first, so that an accent
 * written apart makes no other word.
 *
 * @throws ArgumentError for an unknown option; from the tokeniser, for what is no string
 */
export function words(options: WordsOptions = {}): Tokenizer {
  requireOptions("words", options, ["lowerCase", "numbers", "punctuation"]);
  const { lowerCase = true, numbers = true, punctuation = false } = options;
  requireFlag("words", "lowerCase", lowerCase);
  requireFlag("words", "numbers", numbers);
  requireFlag("words", "punctuation", punctuation);
  const kinds = ["\\p{L}[\\p{L}\\p{M}]*(?:['’-]\\p{L}[\\p{L}\\p{M}]*)*"];
  if (numbers) kinds.push("\\p{N}+(?:[.,]\\p{N}+)*");
  if (punctuation) kinds.push("[\\p{P}\\p{S}]");
  const token = new RegExp(kinds.join("|"), "gu");
  return (text) => {
    requireText("words", text);
    const normal = text.normalize("NFC");
    return (lowerCase ? normal.toLowerCase() : normal).match(token) ?? [];
  };
}

/**
 * A tokeniser by characters, that is Unicode code points: an emoji is one token and not two halves.
 *
 * @throws ArgumentError for an unknown option; from the tokeniser, for what is no string
 */
export function characters(options: { readonly lowerCase?: boolean } = {}): Tokenizer {
  requireOptions("characters", options, ["lowerCase"]);
  const { lowerCase = false } = options;
  requireFlag("characters", "lowerCase", lowerCase);
  return (text) => {
    requireText("characters", text);
    return [...(lowerCase ? text.toLowerCase() : text)];
  };
}

/** @throws ArgumentError when `text` is no string */
export function requireText(operation: string, text: unknown): asserts text is string {
  if (typeof text === "string") return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(text)} as text, expected a string; decode bytes with ` +
      "new TextDecoder().decode(bytes).",
  );
}

/** @throws ArgumentError when `texts` is no list, or is a text and so a list of characters */
export function requireTexts(
  operation: string,
  texts: unknown,
  mend: string,
): asserts texts is Iterable<unknown> {
  const isList = typeof texts === "object" && texts !== null && Symbol.iterator in texts;
  if (isList) return;
  throw new ArgumentError(
    `${operation}: received ${describeValue(texts)}, expected a list of texts; ${mend}.`,
  );
}
