import { intervalOf, type ResampledScore, resampledScores } from "@versant/core/internal";
import type { ScoreRecord } from "../ledger/evaluationEvent.js";
import { type Draw, everySample, type Score } from "./judged.js";
import { wilsonInterval } from "./wilson.js";

/** How intervals are found. */
export interface DrawOptions {
  readonly resamples: number;
  readonly seed: number;
}

/** What is computed of each draw, by name. */
export type Measures = Readonly<Record<string, (draw: Draw) => number>>;

/** Of draws with replacement of as many samples; the same draws for the same number of samples and seed. */
export async function drawScores(
  samples: number,
  measures: Measures,
  { resamples, seed }: DrawOptions,
): Promise<ReadonlyMap<string, ResampledScore>> {
  const resample = (rows: Int32Array): Draw => {
    const counts = new Int32Array(samples);
    for (const row of rows) counts[row] = (counts[row] as number) + 1;
    return { samples, counts };
  };
  const all = everySample(samples);
  const options = { resamples, seed };
  const drawn = await resampledScores("evaluate", all, resample, measures, options);
  return new Map(Object.entries(drawn));
}

/** Scores with 95 % intervals: Wilson's for shares, else those between percentiles of draws, or the basic one. */
export async function withIntervals(
  samples: number,
  scores: readonly Score[],
  options: DrawOptions,
): Promise<ScoreRecord[]> {
  const all = everySample(samples);
  // What is not defined of all samples may be of some draws, which says nothing.
  const defined = scores.filter((score) => !score.share && !Number.isNaN(score.of(all)));
  const measures = Object.fromEntries(defined.map((score, place) => [place, score.of] as const));
  const drawn = defined.length > 0 ? await drawScores(samples, measures, options) : new Map();
  return scores.map((score) => {
    const { name, share } = score;
    if (share) return shareRecord(name, share);
    const found = drawn.get(String(defined.indexOf(score)));
    const { least } = score;
    const method = least === undefined ? "bootstrap" : "basic bootstrap";
    if (!found) return { name, value: Number.NaN, low: Number.NaN, high: Number.NaN, method };
    const kind = least === undefined ? "percentile" : "basic";
    const { estimate, low, high } = intervalOf(found, { method: kind });
    return { name, value: estimate, low: Math.max(low, least ?? low), high, method };
  });
}

/** NaN of no samples. */
export function shareRecord(
  name: string,
  { part, whole }: { readonly part: number; readonly whole: number },
): ScoreRecord {
  const value = part / whole;
  const none = { low: Number.NaN, high: Number.NaN };
  return { name, value, ...(whole > 0 ? wilsonInterval(value, whole) : none), method: "Wilson" };
}
