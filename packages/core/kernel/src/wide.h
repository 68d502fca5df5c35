// Functions that go through float64, one number at a time, in a form that compilers vectorise: no
// branches, no fused operations, so the bits are the same everywhere. The errors are those of the
// last rounding, 0.51 ulp, unless stated otherwise.
#pragma once
#include "vec.h"

namespace versant::VERSANT_ISA {

VERSANT_INLINE int64_t bitsOf(double x) {
  int64_t bits;
  VERSANT_COPY(&bits, &x, 8);
  return bits;
}
VERSANT_INLINE double ofBits(int64_t bits) {
  double x;
  VERSANT_COPY(&x, &bits, 8);
  return x;
}

// Adding it rounds to an integer, which then stands in the low bits.
constexpr double roundingShift = 0x1.8p52;

// sin(x + quarter turns). Up to |x| = 1e6 pi/2 in two parts is exact enough; beyond that the error
// grows with |x| and reaches 1e-6 at 1e9.
VERSANT_INLINE float sineOf(float x, int64_t quarters) {
  const double shifted = x * 0.63661977236758134308 + roundingShift;
  const double n = shifted - roundingShift;
  double r = (x - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11;
  r = r > 0.8 ? 0.8 : r < -0.8 ? -0.8 : r;
  const double z = r * r;
  const double sine =
      r * (1 + z * (-1.0 / 6 +
                    z * (1.0 / 120 + z * (-1.0 / 5040 + z * (1.0 / 362880 + z * (-1.0 / 39916800))))));
  const double cosine =
      1 + z * (-1.0 / 2 +
               z * (1.0 / 24 + z * (-1.0 / 720 +
                                    z * (1.0 / 40320 + z * (-1.0 / 3628800 + z * (1.0 / 479001600))))));
  const int64_t turn = bitsOf(shifted) + quarters;
  const double value = turn & 1 ? cosine : sine;
  // NaN for NaN and infinities, whatever a compiler made of the limits above.
  const double difference = static_cast<double>(x) - x;
  return static_cast<float>(difference == 0 ? (turn & 2 ? -value : value) : difference);
}

// x^y as C has it: x^0 and 1^y are 1, a negative x needs an integer y.
VERSANT_INLINE float powerOf(float base, float exponent) {
  const double x = base, y = exponent;
  const double a = __builtin_fabs(x);
  // a = 2^e m with m from sqrt(1/2) to sqrt(2); log m = 2 atanh((m - 1) / (m + 1)).
  const uint64_t bits = static_cast<uint64_t>(bitsOf(a));
  const uint64_t biased = (bits - 0x3fe6a09e667f3bcd + (uint64_t{1024} << 52)) >> 52;
  const double m = ofBits(static_cast<int64_t>(bits - ((biased - 1024) << 52)));
  const double e = ofBits(bitsOf(roundingShift) + static_cast<int64_t>(biased)) - (roundingShift + 1024);
  const double t = (m - 1) / (m + 1);
  const double z = t * t;
  const double series =
      1 + z * (1.0 / 3 + z * (1.0 / 5 + z * (1.0 / 7 +
          z * (1.0 / 9 + z * (1.0 / 11 + z * (1.0 / 13 + z * (1.0 / 15 + z * (1.0 / 17))))))));
  const double infinity = __builtin_inf();
  double logarithm = e * 0.693147180559945309417 + 2 * t * series;
  logarithm = a == 0 ? -infinity : a == infinity ? infinity : logarithm;
  double product = y * logarithm;
  product = product > 200 ? 200 : product < -200 ? -200 : product;
  const double shifted = product * 1.44269504088896340736 + roundingShift;
  const double n = shifted - roundingShift;
  const double r = product - n * 0.693147180559945309417;
  const double expansion =
      1 + r * (1 + r * (1.0 / 2 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 +
          r * (1.0 / 720 + r * (1.0 / 5040 + r * (1.0 / 40320 + r * (1.0 / 362880)))))))));
  const double magnitude =
      expansion * ofBits(((bitsOf(shifted) - bitsOf(roundingShift)) + 1023) << 52);
  const bool negative = bitsOf(x) < 0;
  const bool whole = __builtin_floor(y) == y;
  const bool odd = whole & (__builtin_floor(y * 0.5) * 2 != y);
  double value = negative & odd ? -magnitude : magnitude;
  const double invalid = ofBits(0x7ff8000000000000);
  value = (x < 0) & (a != infinity) & !whole ? invalid : value;
  value = (x != x) | (y != y) ? invalid : value;
  const bool one = (y == 0) | (x == 1) | ((a == 1) & (__builtin_fabs(y) == infinity));
  return static_cast<float>(one ? 1 : value);
}

// a - floor(a / b) b, with the sign of b.
VERSANT_INLINE float remainderOf(float a, float b) {
  const double x = a, y = b;
  return static_cast<float>(x - __builtin_floor(x / y) * y);
}

// As above for int32; a division by 0 gives 0.
VERSANT_INLINE int32_t remainderOf(int32_t a, int32_t b) {
  if (b == 0 || b == -1) return 0;
  const int32_t r = a % b;
  return r != 0 && (r ^ b) < 0 ? r + b : r;
}

}  // namespace versant::VERSANT_ISA
