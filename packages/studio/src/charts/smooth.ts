/**
 * The exponential moving average s_i = (w s_{i-1} + (1 - w) v_i), divided by 1 - w^i so that the first values are not
 * drawn to 0 (as Kingma and Ba, 2015, section 3, do for Adam's moments). Missing values stay missing and change nothing.
 *
 * @param weight w of what came before, from 0 (as it is) to below 1
 */
export function smooth(
  values: readonly (number | null)[],
  weight: number,
): readonly (number | null)[] {
  if (weight <= 0) return values;
  let sum = 0;
  let share = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = weight * sum + (1 - weight) * value;
    share = weight * share + (1 - weight);
    return sum / share;
  });
}
