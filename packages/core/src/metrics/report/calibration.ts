/** Samples whose predicted class has a probability in the bin (from, to]. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly samples: number;
  /** Mean probability of the predicted class; NaN in an empty bin. */
  readonly confidence: number;
  /** Share of right predictions; NaN in an empty bin. */
  readonly accuracy: number;
}

/**
 * What a reliability diagram shows: samples sorted into bins ((b - 1) / B, b / B] by the probability of the
 * predicted class, and in each its mean beside the share of right predictions.
 *
 * @param confidences (N,), the probability of the predicted class
 * @param correct whether it is the label of a sample
 * @param bins B
 */
export function reliability(
  confidences: Float64Array,
  correct: (sample: number) => boolean,
  bins: number,
): ReliabilityBin[] {
  const samples = new Float64Array(bins);
  const sums = new Float64Array(bins);
  const right = new Float64Array(bins);
  confidences.forEach((confidence, sample) => {
    const bin = binOf(confidence, bins);
    samples[bin] = (samples[bin] ?? 0) + 1;
    sums[bin] = (sums[bin] ?? 0) + confidence;
    right[bin] = (right[bin] ?? 0) + Number(correct(sample));
  });
  return Array.from(samples, (count, bin) => ({
    from: bin / bins,
    to: (bin + 1) / bins,
    samples: count,
    confidence: (sums[bin] ?? 0) / count,
    accuracy: (right[bin] ?? 0) / count,
  }));
}

/**
 * Expected calibration error: ECE = sum_b n_b / N |share of right ones - mean probability|. Guo et
 * al., "On Calibration of Modern Neural Networks", ICML 2017, section 2.
 */
export function calibrationError(bins: readonly ReliabilityBin[]): number {
  const filled = bins.filter(({ samples }) => samples > 0);
  const total = filled.reduce((sum, { samples }) => sum + samples, 0);
  const gaps = filled.map((bin) => bin.samples * Math.abs(bin.accuracy - bin.confidence));
  return gaps.reduce((sum, gap) => sum + gap, 0) / total;
}

/** The bin whose upper edge is the first that is not below the value. */
export function binOf(value: number, bins: number): number {
  let bin = Math.min(Math.floor(value * bins), bins - 1);
  // The product is rounded, and a value on an edge belongs below it.
  while (bin > 0 && value <= bin / bins) bin--;
  return bin;
}

/**
 * How far a sample's probabilities are from its label: (p_1 - y)^2 of two classes, sum_c (p_c - y_c)^2 of
 * more, as scikit-learn has it. Brier, "Verification of Forecasts Expressed in Terms of Probability",
 * Monthly Weather Review 78, 1950.
 */
export function brierOf(probabilities: Float64Array, label: number): number {
  const sum = probabilities.reduce((total, p, c) => total + (p - Number(c === label)) ** 2, 0);
  return probabilities.length === 2 ? sum / 2 : sum;
}

/** Beyond a hundredth and a hundred there is no minimum to speak of. */
const bounds = { least: 0.01, most: 100 };

/**
 * The temperature T for which softmax(log p / T) has the least log loss (Guo et al., section 4.2): above 1 for
 * a model that is too sure. In b = 1 / T the loss mean(log sum_c exp(b z_c) - b z_y) is convex, so its
 * derivative mean(E_b[z] - z_y) has one zero, which is halved in on. NaN where T would leave 0.01 to 100, as
 * where every sample is right.
 *
 * @param scores (N, C), logarithms of probabilities, finite
 */
export function bestTemperature(scores: Float64Array, labels: Float64Array): number {
  const classes = scores.length / labels.length;
  const rows = Array.from(labels, (_, sample) =>
    scores.subarray(sample * classes, (sample + 1) * classes),
  );
  const greatest = rows.map((row) => row.reduce((a, b) => Math.max(a, b)));
  const slopeAt = (inverse: number): number => {
    let slope = 0;
    rows.forEach((row, sample) => {
      let mass = 0;
      let mean = 0;
      for (const score of row) {
        const power = Math.exp(inverse * (score - (greatest[sample] as number)));
        mass += power;
        mean += power * score;
      }
      slope += mean / mass - (row[labels[sample] as number] as number);
    });
    return slope;
  };
  let [low, high] = [Math.log(1 / bounds.most), Math.log(1 / bounds.least)];
  if (!(slopeAt(Math.exp(low)) < 0 && slopeAt(Math.exp(high)) > 0)) return Number.NaN;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (slopeAt(Math.exp(middle)) < 0) low = middle;
    else high = middle;
  }
  return Math.exp(-(low + high) / 2);
}
