import { type Dataset, type Tensor, tensor } from "@versant/core";
import type { AnsweredSample, ConfusionRecord, ImageRecord } from "../ledger/insightEvents.js";
import type { ClassesOutput, ImageInput, Signature } from "../signature/signature.js";
import type { Answers } from "./mistakes.js";

/** Wrong samples that are kept, right ones, and bytes that the image of one may have. */
const most = { wrong: 200, right: 40, bytes: 4096 };

interface Guess {
  readonly index: number;
  readonly expected: number;
  readonly answered: number;
  readonly probability: number;
}

/**
 * How often each class was taken for each, and samples of each cell of the matrix: of those that were wrong the ones
 * that the model was surest of, of those that were right the first ones.
 */
export function confusionOf(
  given: Answers,
  { input, output }: Signature & { readonly output: ClassesOutput },
  dataset: Dataset,
  placeOf: (index: number) => number,
): { readonly wrong: number; readonly mistakes: ConfusionRecord } {
  const classes = output.names;
  const matrix = classes.map(() => classes.map(() => 0));
  const [wrong, right] = [new Map<number, Guess[]>(), new Map<number, Guess[]>()];
  const { answers, targets, width } = given;
  const looked = answers.length / width;
  const places = targets.length / looked;
  let errors = 0;
  for (let index = 0; index < looked; index++) {
    // An index, or a place for each class.
    const expected =
      places === 1
        ? Math.round(targets[index] as number)
        : largest(targets, index * places, (index + 1) * places);
    const answered = answerOf(given, index, output);
    const row = matrix[expected];
    if (!row) continue;
    const before = row[answered] ?? 0;
    row[answered] = before + 1;
    if (expected !== answered) errors++;
    else if (before >= most.right) continue;
    const cells = expected === answered ? right : wrong;
    const cell = expected * classes.length + answered;
    const guess = { index, expected, answered, probability: sureness(given, index, output) };
    const others = cells.get(cell);
    if (others) others.push(guess);
    else cells.set(cell, [guess]);
  }
  for (const cell of wrong.values()) cell.sort((a, b) => b.probability - a.probability);
  const samplesOf = (cells: Map<number, Guess[]>, enough: number): AnsweredSample[] => {
    const chosen = inTurns([...cells.values()], enough);
    const images = input.kind === "image" ? imagesOf(chosen, input, dataset) : undefined;
    return chosen.map((each, place) => {
      const image = images?.[place];
      return { ...each, index: placeOf(each.index), ...(image && { image }) };
    });
  };
  return {
    wrong: errors,
    mistakes: {
      ...{ kind: "classes", classes, matrix },
      samples: samplesOf(wrong, most.wrong),
      right: samplesOf(right, most.right),
    },
  };
}

/** The class with the largest score; where there is one score for two classes, the second from a half on. */
function answerOf(
  { answers, width }: Answers,
  index: number,
  { activation }: ClassesOutput,
): number {
  if (width > 1) return largest(answers, index * width, (index + 1) * width);
  return (answers[index] as number) > (activation === "sigmoid" ? 0 : 0.5) ? 1 : 0;
}

/** The probability of the class that was answered. */
function sureness(
  { answers, width }: Answers,
  index: number,
  { activation }: ClassesOutput,
): number {
  const scores = answers.subarray(index * width, (index + 1) * width);
  const [only = 0] = scores;
  if (width === 1) {
    const second = activation === "sigmoid" ? 1 / (1 + Math.exp(-only)) : only;
    return short(Math.max(second, 1 - second));
  }
  const highest = scores.reduce((high, score) => Math.max(high, score), Number.NEGATIVE_INFINITY);
  if (activation === "none") return short(highest);
  return short(1 / scores.reduce((sum, score) => sum + Math.exp(score - highest), 0));
}

/** Where the largest of some values is, counted from the first of them. */
function largest(values: Float64Array, from: number, to: number): number {
  let best = from;
  for (let place = from + 1; place < to; place++) {
    if ((values[place] as number) > (values[best] as number)) best = place;
  }
  return best - from;
}

/** One of each cell, then another of each, until there are enough. */
function inTurns(cells: readonly (readonly Guess[])[], enough: number): Guess[] {
  const chosen: Guess[] = [];
  for (let turn = 0; chosen.length < enough; turn++) {
    const next = cells.flatMap((cell) => cell[turn] ?? []);
    if (next.length === 0) break;
    chosen.push(...next);
  }
  return chosen.slice(0, enough);
}

function imagesOf(
  chosen: readonly Guess[],
  { width, height, channels, layout }: ImageInput,
  dataset: Dataset,
): ImageRecord[] | undefined {
  const size = width * height * channels;
  if (chosen.length === 0 || size > most.bytes) return undefined;
  const [taken] = dataset.take(tensor(Int32Array.from(chosen, ({ index }) => index)));
  const values = (taken as Tensor).dataSync();
  if (values.length !== chosen.length * size) return undefined;
  return chosen.map((_, place) => {
    const pixels = brightness(values.subarray(place * size, (place + 1) * size));
    const sideBySide = layout === "HWC" ? pixels : interleaved(pixels, channels);
    return { width, height, channels, pixels: Buffer.from(sideBySide).toString("base64") };
  });
}

/** The lowest as 0, the highest as 255. */
function brightness(values: ArrayLike<number>): Uint8Array {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let place = 0; place < values.length; place++) {
    const value = values[place] as number;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const scale = 255 / (highest - lowest || 1);
  const pixels = new Uint8Array(values.length);
  for (let place = 0; place < values.length; place++) {
    pixels[place] = Math.round(((values[place] as number) - lowest) * scale);
  }
  return pixels;
}

/** From channel by channel to the channels of a pixel side by side. */
function interleaved(pixels: Uint8Array, channels: number): Uint8Array {
  const plane = pixels.length / channels;
  return pixels.map(
    (_, place) => pixels[(place % channels) * plane + Math.floor(place / channels)] as number,
  );
}

const short = (probability: number): number => Number(probability.toPrecision(4));
