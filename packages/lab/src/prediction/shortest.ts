/**
 * The float64 of fewest digits that is the same float32: 0.1 for 0.10000000149011612, whose further digits are those of
 * the binary fraction, not of the model. What is no float32, such as a probability or a number in another scale, stays as it is.
 */
export function shortest(value: number): number {
  if (value === 0 || Math.fround(value) !== value) return value;
  // Nine digits tell every float32 from its neighbours.
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

/** The same for what may be something else than a number. */
export const shown = (value: unknown): unknown =>
  typeof value === "number" ? shortest(value) : value;
