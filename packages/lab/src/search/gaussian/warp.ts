/**
 * Losses have long tails: a few trials are worse than all others by orders of magnitude, and near the best the
 * differences are small. A power that makes them as normal as it can (chosen by likelihood) gives the process values it
 * can model, in the same order: of Box and Cox (1964) where all are positive, else of Yeo and Johnson (2000), as in HEBO
 * (Cowen-Rivers et al. 2022).
 *
 * @param values at least one, finite
 * @returns with mean 0 and variance 1; all 0 where they are equal
 */
export function warp(values: readonly number[]): number[] {
  const arePositive = values.every((value) => value > 0);
  // Powers of small and of large numbers overflow; these are of the scale of 1.
  const scaled = arePositive ? divide(values, geometricMean(values)) : standardize(values);
  const powers = Array.from({ length: 41 }, (_, index) => (index - 20) / 10);
  let best = standardize(values);
  let most = Number.NEGATIVE_INFINITY;
  for (const power of powers) {
    const warped = scaled.map((value) =>
      arePositive ? boxCox(value, power) : yeoJohnson(value, power),
    );
    const slopes = scaled.map((value) =>
      arePositive
        ? (power - 1) * Math.log(value)
        : Math.sign(value) * (power - 1) * Math.log1p(Math.abs(value)),
    );
    const likelihood =
      (-values.length / 2) * Math.log(variance(warped)) +
      slopes.reduce((sum, each) => sum + each, 0);
    if (likelihood > most && Number.isFinite(likelihood)) {
      [best, most] = [standardize(warped), likelihood];
    }
  }
  return best;
}

const boxCox = (value: number, power: number): number =>
  power === 0 ? Math.log(value) : (value ** power - 1) / power;

function yeoJohnson(value: number, power: number): number {
  if (value >= 0) return boxCox(value + 1, power);
  return -boxCox(1 - value, 2 - power);
}

function standardize(values: readonly number[]): number[] {
  const center = mean(values);
  const deviation = Math.sqrt(variance(values));
  return values.map((value) => (deviation > 0 ? (value - center) / deviation : 0));
}

const divide = (values: readonly number[], by: number): number[] =>
  values.map((value) => value / by);

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length;

const variance = (values: readonly number[]): number => {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
};

const geometricMean = (values: readonly number[]): number =>
  Math.exp(mean(values.map((value) => Math.log(value))));
