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
  const errors = Array.from({ length: answers.length / width }, (_, index): NumberError => {
    const [expected, answered] = [targets, answers].map((values) =>
      short((values[index * width] as number) * deviation + mean),
    ) as [number, number];
    return { index: placeOf(index), expected, answered };
  });
  const sizeOf = ({ expected, answered }: NumberError): number => Math.abs(answered - expected);
  errors.sort((a, b) => sizeOf(b) - sizeOf(a));
  const rest = errors.slice(kept.worst);
  const stride = Math.max(1, rest.length / kept.others);
  const others = Array.from(
    { length: Math.min(rest.length, kept.others) },
    (_, place) => rest[Math.floor(place * stride)] as NumberError,
  );
  return {
    kind: "numbers",
    name: names?.[0] ?? "",
    meanAbsolute: errors.reduce((sum, each) => sum + sizeOf(each), 0) / errors.length,
    samples: [...errors.slice(0, kept.worst), ...others],
  };
}

/** Six significant digits. */
const short = (value: number): number => Number(value.toPrecision(6));
