/** Values over steps, with gaps where they are not finite. */
interface Curve {
  readonly step: readonly number[];
  readonly value: readonly (number | null)[];
}

/** Epochs behind the lowest loss that have to bear it out. */
const patience = 3;

/** Part of the range of the validation loss that a rise has to exceed. */
const margin = 0.01;

/**
 * The step with the lowest validation loss, where the model began to learn its training data by heart: the mean
 * of the last three validation losses lies above it by more than 1 % of their range, while the training loss went on falling.
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
  const [first] = seen;
  if (!first) return null;
  const best = seen.reduce((a, b) => (b.value < a.value ? b : a), first);
  const after = seen.filter(({ index }) => index > best.index);
  if (after.length < patience) return null;
  const values = seen.map(({ value }) => value);
  const range = Math.max(...values) - best.value;
  const tail = after.slice(-patience);
  const mean = tail.reduce((sum, { value }) => sum + value, 0) / tail.length;
  const step = validation.step[best.index] ?? 0;
  const then = train.value[indexAt(train.step, step)];
  const now = train.value.at(-1);
  if (then == null || now == null) return null;
  return mean > best.value + margin * range && now < then ? step : null;
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
