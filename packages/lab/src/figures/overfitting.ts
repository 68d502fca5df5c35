/** Values over steps, with gaps where they are not finite. */
interface Curve {
  readonly step: readonly number[];
  readonly value: readonly (number | null)[];
}

/** Epochs behind the best one that have to bear it out, and the share of all that they have to be. */
const patience = { epochs: 3, share: 0.2 };

/** Losses that are averaged, and the share of all that they are at least. */
const averaged = { epochs: 3, share: 0.1 };

/** Share of what the validation loss had fallen by that a rise has to exceed. */
const margin = 0.05;

/** Standard errors of the rise, which is a difference of two means, that it has to exceed. */
const standardErrors = 5;

/**
 * The step with the lowest validation loss, where the model began to learn its training data by heart. Losses are
 * averaged over a tenth of the epochs; that of the end has to lie above the lowest by more than a twentieth of what the
 * loss had fallen by, and by more than five times what the scatter of the curve lets such a difference be; the
 * lowest loss has to be a fifth of all epochs ago, and the training loss to have gone on falling.
 * Null where that is not so, or not to be seen yet.
 */
export function overfittingStep(
  train: Curve | undefined,
  validation: Curve | undefined,
): number | null {
  if (!train || !validation) return null;
  const seen = validation.value.flatMap((value, index) =>
    value === null ? [] : [{ value, index }],
  );
  const values = seen.map(({ value }) => value);
  const width = Math.max(averaged.epochs, Math.ceil(averaged.share * values.length));
  const means = movingMeans(values, width);
  const start = means.indexOf(Math.min(...means));
  // Of the losses behind the lowest mean it is the lowest.
  const around = values.slice(start, start + width);
  const best = start + around.indexOf(Math.min(...around));
  const after = values.length - 1 - best;
  if (start < 0 || after < Math.max(patience.epochs, patience.share * values.length)) return null;
  const lowest = values[best] as number;
  const rise = (means.at(-1) as number) - (means[start] as number);
  const fallen = Math.max(...values.slice(0, best + 1)) - lowest;
  const standardError = scatterOf(values) * Math.sqrt(2 / width);
  if (rise <= Math.max(margin * fallen, standardErrors * standardError)) return null;
  const step = validation.step[seen[best]?.index ?? 0] ?? 0;
  const then = train.value[indexAt(train.step, step)];
  const now = train.value.at(-1);
  return then != null && now != null && now < then ? step : null;
}

/** Means of each `width` values in a row. */
function movingMeans(values: readonly number[], width: number): number[] {
  const count = Math.max(0, values.length - width + 1);
  return Array.from({ length: count }, (_, start) => {
    const part = values.slice(start, start + width);
    return part.reduce((sum, value) => sum + value, 0) / width;
  });
}

/** By how much values scatter around a smooth curve, whose second differences are small. */
function scatterOf(values: readonly number[]): number {
  const bends = values.slice(2).map((next, index) => {
    const [before = 0, here = 0] = [values[index], values[index + 1]];
    return Math.abs(next - 2 * here + before);
  });
  // The standard deviation of a normal distribution is 1.4826 times its median absolute deviation; that of a second
  // difference is √6 times that of a value.
  return (1.4826 * median(bends)) / Math.sqrt(6);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below = 0, above = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? above : (below + above) / 2;
}

/** The index of the last point at or before a step; -1 where there is none. */
export function indexAt(steps: readonly number[], step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
