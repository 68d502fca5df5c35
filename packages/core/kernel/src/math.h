// Transcendental functions on vectors of float32: polynomials of our own (weighted least squares on
// Chebyshev nodes, driven to the minimax error, coefficients rounded to float32 one after another).
// The errors stated are the largest seen against float64 over the whole range, in units in the last
// place, with the fused operation. All keep NaN, and are right at zeros and infinities.
#pragma once
#include "vec.h"

namespace versant::VERSANT_ISA {

// ln 2 in two parts: the product of the first with any exponent is exact.
constexpr float ln2High = 0.693359375f;
constexpr float ln2Low = -2.12194440054690583e-4f;

// 2^n, for n from -126 to 127.
VERSANT_INLINE F powerOfTwo(I n) { return asFloat(shiftLeft<23>(addInt(n, splatInt(127)))); }

// e^x = 2^n e^r with |r| <= ln(2)/2. Error 1 ulp.
VERSANT_INLINE F exponential(F x) {
  const F inside = maxRaw(splat(-104.0f), minRaw(splat(89.0f), x));
  const I n = toNearest(mul(inside, splat(1.44269504088896341f)));
  const F count = toFloat(n);
  const F r = fma(count, splat(-ln2Low), fma(count, splat(-ln2High), inside));
  F p = splat(0x1.6a4b98p-10f);
  p = fma(p, r, splat(0x1.123e5cp-7f));
  p = fma(p, r, splat(0x1.5558bap-5f));
  p = fma(p, r, splat(0x1.55548cp-3f));
  p = fma(p, r, splat(0x1.fffffcp-2f));
  const F y = add(fma(mul(r, r), p, r), splat(1.0f));
  // In two steps, because 2^n itself may leave the range where the result does not.
  const I half = shiftRight<1>(n);
  return mul(mul(y, powerOfTwo(half)), powerOfTwo(subInt(n, half)));
}

// log(x) = e ln 2 + log(1 + f) with 1 + f from sqrt(1/2) to sqrt(2). Error 1 ulp.
VERSANT_INLINE F logarithm(F x) {
  const M tiny = less(x, splat(0x1p-126f));
  const F scaled = select(tiny, mul(x, splat(0x1p23f)), x);
  const I bits = asInt(scaled);
  const I exponent = shiftRight<23>(subInt(bits, splatInt(0x3f3504f3)));
  const F f = sub(asFloat(subInt(bits, shiftLeft<23>(exponent))), splat(1.0f));
  const F e = toFloat(addInt(exponent, select(tiny, splatInt(-23), splatInt(0))));
  F p = splat(0x1.14733ep-4f);
  p = fma(p, f, splat(-0x1.de01dcp-4f));
  p = fma(p, f, splat(0x1.e6c00ap-4f));
  p = fma(p, f, splat(-0x1.fc28cap-4f));
  p = fma(p, f, splat(0x1.233ba2p-3f));
  p = fma(p, f, splat(-0x1.555c44p-3f));
  p = fma(p, f, splat(0x1.99a476p-3f));
  p = fma(p, f, splat(-0x1.000006p-2f));
  p = fma(p, f, splat(0x1.555548p-2f));
  const F square = mul(f, f);
  F y = mul(mul(f, square), p);
  y = fma(e, splat(ln2Low), y);
  y = fma(square, splat(-0.5f), y);
  y = fma(e, splat(ln2High), add(f, y));
  const F infinity = splat(__builtin_inff());
  y = select(equal(scaled, infinity), infinity, y);
  y = select(equal(scaled, splat(0.0f)), negate(infinity), y);
  const F invalid = asFloat(splatInt(0x7fc00000));
  y = select(less(scaled, splat(0.0f)), invalid, y);
  return select(unordered(x, x), x, y);
}

// log(1 + x): what 1 + x loses by rounding returns as a first-order term. Error 1.2 ulp.
VERSANT_INLINE F logarithm1p(F x) {
  const F u = add(splat(1.0f), x);
  const F lost = sub(x, sub(u, splat(1.0f)));
  const F y = add(logarithm(u), div(lost, u));
  const M plain = equal(u, splat(1.0f));
  const M ends = lessEqual(u, splat(0.0f));
  const M large = lessEqual(splat(0x1p60f), u);
  return select(plain, x, select(ends, logarithm(u), select(large, logarithm(x), y)));
}

// An odd polynomial below 0.625, 1 - 2 / (e^2x + 1) above. Error 1.3 ulp.
VERSANT_INLINE F hyperbolicTangent(F x) {
  const F a = absolute(x);
  const F z = mul(a, a);
  F p = splat(-0x1.750ce2p-8f);
  p = fma(p, z, splat(0x1.51f8cep-6f));
  p = fma(p, z, splat(-0x1.b835a4p-5f));
  p = fma(p, z, splat(0x1.1106f6p-3f));
  p = fma(p, z, splat(-0x1.555532p-2f));
  const F inner = fma(mul(a, z), p, a);
  const F e = exponential(add(a, a));
  const F outer = sub(splat(1.0f), div(splat(2.0f), add(e, splat(1.0f))));
  return withSign(select(less(a, splat(0.625f)), inner, outer), x);
}

// 1 / (1 + e^-x). Error 2.3 ulp.
VERSANT_INLINE F logistic(F x) {
  return div(splat(1.0f), add(splat(1.0f), exponential(negate(x))));
}

// x + x P(x^2) below 0.925, 1 - e^-(x + Q(x)) above. Error 2 ulp.
VERSANT_INLINE F errorFunction(F x) {
  const F a = absolute(x);
  const F z = mul(a, a);
  F p = splat(-0x1.3873ccp-11f);
  p = fma(p, z, splat(0x1.46d9dp-8f));
  p = fma(p, z, splat(-0x1.b67c02p-6f));
  p = fma(p, z, splat(0x1.ce1986p-4f));
  p = fma(p, z, splat(-0x1.8126e2p-2f));
  p = fma(p, z, splat(0x1.06eba6p-3f));
  const F inner = fma(a, p, a);
  // Beyond 3.95 the result rounds to 1.
  const F t = minRaw(splat(3.95f), a);
  F q = splat(-0x1.9aecdep-13f);
  q = fma(q, t, splat(0x1.8ee2c6p-9f));
  q = fma(q, t, splat(-0x1.6c2acap-6f));
  q = fma(q, t, splat(0x1.a9b43ep-4f));
  q = fma(q, t, splat(0x1.463ccp-1f));
  q = fma(q, t, splat(0x1.057accp-3f));
  q = fma(q, t, splat(0x1.9a5c5ap-13f));
  const F outer = sub(splat(1.0f), exponential(negate(add(t, q))));
  return withSign(select(less(a, splat(0.925f)), inner, outer), x);
}

VERSANT_INLINE F signOf(F x) {
  const F zero = splat(0.0f);
  return select(less(zero, x), splat(1.0f), select(less(x, zero), splat(-1.0f), x));
}
// Adding 0 turns -0 into 0.
VERSANT_INLINE F rectify(F x) { return add(maxRaw(splat(0.0f), x), splat(0.0f)); }

}  // namespace versant::VERSANT_ISA
