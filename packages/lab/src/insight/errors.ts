import type { ErrorsRecord, NumberError } from "../ledger/insightEvents.js";
import type { NumbersOutput } from "../signature/signature.js";
import type { Answers } from "./mistakes.js";

/** Samples that are kept: the worst, and others between them and the best. */
const kept = { worst: 40, others: 160 };

/** Largest errors of the first number of an answer, in people's unit; undefined where targets are of another form. */
export function errorsOf(
  { answers, targets, width }: Answers,
  { names, scale }: NumbersOutput,
  placeOf: (index: number) => number,
): ErrorsRecord | undefined {
  if (answers.length !== targets.length) return undefined;
  const deviation = scale?.deviation[0] ?? 1;
  const mean = scale?.mean[0] ?? 0;
  const samples = answers.length / width;
  const sizes = new Float64Array(samples);
  let total = 0;
  for (let index = 0; index < samples; index++) {
    const place = index * width;
    const size = Math.abs((answers[place] as number) - (targets[place] as number)) * deviation;
    sizes[index] = size;
    total += size;
  }
  const largestFirst = Int32Array.from(sizes, (_, index) => index).sort(
    (a, b) => (sizes[b] as number) - (sizes[a] as number),
  );
  const rest = Math.max(0, samples - kept.worst);
  const others = Array.from({ length: Math.min(rest, kept.others) }, (_, place) => {
    const stride = Math.max(1, rest / kept.others);
    return largestFirst[kept.worst + Math.floor(place * stride)] as number;
  });
  const unscaled = (value = 0): number => short(value * deviation + mean);
  return {
    kind: "numbers",
    name: names?.[0] ?? "",
    meanAbsolute: total / samples,
    samples: [...largestFirst.subarray(0, kept.worst), ...others].map((index): NumberError => {
      const expected = unscaled(targets[index * width]);
      return { index: placeOf(index), expected, answered: unscaled(answers[index * width]) };
    }),
  };
}

/** Six significant digits. */
const short = (value: number): number => Number(value.toPrecision(6));
