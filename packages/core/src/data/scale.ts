/** What standardises a variable: (x - mean) / deviation. */
export interface Scale {
  readonly mean: number;
  readonly deviation: number;
}

/** Differences below this are next to the smallest numbers there are, and no longer exact. */
const smallest = 2 ** -1000;

/**
 * Mean and standard deviation of the population (divided by N), in float64; a deviation of 1 for what
 * does not vary, which becomes 0 so.
 */
export function scaleOf(values: Float64Array): Scale {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const widest = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  // Rounding leaves something of the order of the mean's last bit where all values are the same.
  if (widest <= Math.max(Math.abs(mean) * 1e-14, smallest)) return { mean, deviation: 1 };
  // In units of the widest, whose square neither vanishes nor overflows.
  const squares = values.reduce((sum, value) => sum + ((value - mean) / widest) ** 2, 0);
  return { mean, deviation: widest * Math.sqrt(squares / values.length) };
}
