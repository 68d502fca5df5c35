/** sum_i a_i b_i */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** a + scale b */
export const along = (a: Float64Array, b: Float64Array, scale: number): Float64Array =>
  a.map((value, i) => value + scale * (b[i] as number));

/** max_i |a_i| */
export const largest = (a: Float64Array): number =>
  a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
