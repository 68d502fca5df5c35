import { type Interval, wilsonInterval } from "../evaluation/wilson.js";

/** Metrics that count right samples: "accuracy", "top 5". */
const shares = /^(accuracy|top \d+)$/;

/**
 * The interval of a score, where it is a share of the samples; undefined where it is none. A share
 * times the samples is a whole number: what is not, such as the accuracy of every word of a sentence,
 * is a share of something else.
 */
export function intervalOf(name: string, score: number, samples: number): Interval | undefined {
  if (!shares.test(name) || !(samples >= 1) || !(score >= 0 && score <= 1)) return undefined;
  const right = score * samples;
  // Scores may have been computed in float32.
  const rounding = Math.max(1e-6, samples * 2 ** -24);
  return Math.abs(right - Math.round(right)) <= rounding
    ? wilsonInterval(Math.round(right) / samples, samples)
    : undefined;
}
