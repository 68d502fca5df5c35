/** Samples as often as each of them counts. */
export interface Draw {
  readonly samples: number;
  readonly counts: Int32Array;
}

/** A score of a model, of any draw of the samples. */
export interface Score {
  readonly name: string;
  readonly best: "highest" | "lowest";
  /** NaN where it is not defined. */
  of(draw: Draw): number;
  /**
   * Of a score that resampling raises, as chance raises it in the samples: the lowest that it can be. Its interval is
   * the basic one.
   */
  readonly least?: number;
  /** Of the samples themselves, where it is a share: its interval needs no draws. */
  readonly share?: { readonly part: number; readonly whole: number };
}

/** What a model said of samples, beside what was expected of it. */
export interface Judged {
  readonly kind: "classes" | "numbers";
  readonly samples: number;
  /** The leading one first. */
  readonly scores: readonly Score[];
  /** Of each answer: 1 or 0 for a class, the size of the error for numbers. Slices have its mean. */
  readonly wrongness: Float64Array;
  /** By which the worst answers are found: of classes the log loss, for one may be wrong by a hair. */
  readonly badness: Float64Array;
  /** In words. */
  expected(sample: number): string;
  answered(sample: number): string;
}

/** Every sample once. */
export const everySample = (samples: number): Draw => ({
  samples,
  counts: new Int32Array(samples).fill(1),
});

/** The mean of a number of each sample. */
export function meanOf(values: Float64Array, { samples, counts }: Draw): number {
  let sum = 0;
  for (let sample = 0; sample < values.length; sample++) {
    sum += (counts[sample] as number) * (values[sample] as number);
  }
  return sum / samples;
}
