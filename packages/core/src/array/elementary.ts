// Math.exp, Math.log, Math.sin and Math.cos may differ in their last bits from one engine to the
// next, and with them the initial weights of a run that is to be repeated. These series use only
// operations that IEEE 754 rounds exactly; unless one says otherwise, its error stays below 1e-15 of
// the result's scale.

/** e to the power of x. Its relative error grows with |x|, and is below 2e-15 for |x| < 10. */
export function exp(x: number): number {
  const exponent = Math.round(x / Math.LN2);
  const rest = x - exponent * Math.LN2;
  let result = 1;
  for (let k = 14; k >= 1; k--) result = 1 + (rest / k) * result;
  for (let k = 0; k < exponent; k++) result *= 2;
  for (let k = 0; k > exponent; k--) result /= 2;
  return result;
}

/** Natural logarithm of a normal number x > 0. */
export function ln(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa < Math.SQRT1_2; exponent--) mantissa *= 2;
  for (; mantissa > Math.SQRT2; exponent++) mantissa /= 2;
  // ln m = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...), where |s| < 0.172.
  const s = (mantissa - 1) / (mantissa + 1);
  let series = 0;
  for (let odd = 21; odd >= 1; odd -= 2) series = series * s * s + 1 / odd;
  return exponent * Math.LN2 + 2 * s * series;
}

/** 1 - y/(a(a+1)) (1 - y/((a+2)(a+3)) (1 - ...)): Taylor's series of cos (a = 1) and sin (a = 2). */
function alternating(square: number, a: number): number {
  let series = 1;
  for (let k = a + 16; k >= a; k -= 2) series = 1 - (square / (k * (k + 1))) * series;
  return series;
}

/** (cos, sin) of `turns` full turns, for turns in [0, 1]. */
export function cosSin(turns: number): [number, number] {
  const quarter = Math.floor(4 * turns + 0.5);
  const angle = 2 * Math.PI * (turns - quarter / 4);
  const cos = alternating(angle * angle, 1);
  const sin = angle * alternating(angle * angle, 2);
  switch (quarter % 4) {
    case 1:
      return [-sin, cos];
    case 2:
      return [-cos, -sin];
    case 3:
      return [sin, -cos];
    default:
      return [cos, sin];
  }
}
