import type { Input, NumbersInput, SingleInput } from "versant/studio-api";

/** What a form holds of one input: a text, fields by name, or pixels that may still be read from a file. */
export type Sample = string | Readonly<Record<string, string>> | Promise<Uint8Array>;

type Numbers = ArrayLike<number>;

/** Inputs by name, in the order in which the model takes them; a single one has the name "". */
export const inputsOf = (input: Input): readonly (readonly [name: string, input: SingleInput])[] =>
  input.kind === "several" ? Object.entries(input.inputs) : [["", input]];

/** More numbers than these are written as a list. */
const mostFields = 12;

/** The fields of a form for numbers; undefined where they are too many, and come as a list. */
function numberFields({ names, shape }: NumbersInput): readonly string[] | undefined {
  if (names) return names;
  const size = shape.reduce((product, each) => product * each, 1);
  return size <= mostFields
    ? Array.from({ length: size }, (_, index) => `${index + 1}`)
    : undefined;
}

/** Nothing filled in yet; undefined for an image, which has to be drawn or chosen. */
export function emptySample(input: SingleInput): Sample | undefined {
  switch (input.kind) {
    case "image":
      return undefined;
    case "text":
      return "";
    case "table":
      return Object.fromEntries(Object.keys(input.encoder.inputs).map((name) => [name, ""]));
    case "numbers": {
      const fields = numberFields(input);
      return fields ? Object.fromEntries(fields.map((name) => [name, ""])) : "";
    }
  }
}

/**
 * The numbers that a model takes of a sample: texts and rows by the encoders that `versant predict` has, which
 * are loaded when a model needs them.
 *
 * @throws Error for what is no such sample
 */
export async function encodeSample(
  input: SingleInput,
  name: string,
  sample: Sample,
): Promise<readonly Numbers[]> {
  switch (input.kind) {
    case "image":
      return [await (sample as Promise<Uint8Array>)];
    case "numbers":
      return [numbersIn(sample as string | Readonly<Record<string, string>>)];
    default: {
      const { rowEncoder, textEncoder } = await import("versant/encode");
      const encode = input.kind === "text" ? textEncoder(input) : rowEncoder(input);
      return encode([sample], name).map((tensor) => tensor.dataSync());
    }
  }
}

/** What is no number is NaN, which a model refuses. A single field may have a decimal comma. */
const numbersIn = (sample: string | Readonly<Record<string, string>>): number[] =>
  typeof sample === "string"
    ? (sample.match(/[^\s,;]+/g) ?? []).map(Number)
    : Object.values(sample).map((value) =>
        value.trim() === "" ? Number.NaN : Number(value.replace(",", ".")),
      );
