// One vector of `lanes` 32-bit numbers for the instruction set being compiled, and what can be said
// of it without knowing which.
#pragma once

#if defined(VERSANT_AVX512)
#include "vec_avx512.h"
#elif defined(VERSANT_AVX2)
#include "vec_avx2.h"
#elif defined(VERSANT_NEON)
#include "vec_neon.h"
#elif defined(VERSANT_WASM)
#include "vec_wasm.h"
#endif
#include "fours.h"

namespace versant::VERSANT_ISA {

constexpr int virtualLanes = 16;

VERSANT_INLINE F absolute(F a) { return asFloat(bitAnd(asInt(a), splatInt(0x7fffffff))); }
VERSANT_INLINE F negate(F a) { return asFloat(bitXor(asInt(a), splatInt(INT32_MIN))); }
// The magnitude of `a` with the sign of `b`.
VERSANT_INLINE F withSign(F a, F b) {
  return asFloat(bitOr(asInt(a), bitAnd(asInt(b), splatInt(INT32_MIN))));
}
// NaN if either is NaN; of two zeros, +0 is the larger.
VERSANT_INLINE F maximum(F a, F b) {
  const F both = asFloat(bitAnd(asInt(maxRaw(a, b)), asInt(maxRaw(b, a))));
  return select(unordered(a, b), add(a, b), both);
}
VERSANT_INLINE F minimum(F a, F b) {
  const F both = asFloat(bitOr(asInt(minRaw(a, b)), asInt(minRaw(b, a))));
  return select(unordered(a, b), add(a, b), both);
}
// Towards zero; NaN gives 0, and what is too large the nearest int32.
VERSANT_INLINE I truncate(F a) {
  const I inside = select(unordered(a, a), splatInt(0), truncateInRange(a));
  return select(less(a, splat(2147483648.0f)), inside,
                select(unordered(a, a), splatInt(0), splatInt(INT32_MAX)));
}
VERSANT_INLINE M nonZero(I a) { return invert(equalInt(a, splatInt(0))); }

}  // namespace versant::VERSANT_ISA
