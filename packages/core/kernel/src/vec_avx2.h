// AVX2 and FMA: 8 lanes, masks as lanes of all ones or zeros.
#pragma once
#include <immintrin.h>

#include "platform.h"

namespace versant::VERSANT_ISA {

constexpr int lanes = 8;
constexpr bool fused = true;

struct F { __m256 v; };
struct I { __m256i v; };
struct M { __m256 v; };

VERSANT_INLINE F load(const float* p) { return {_mm256_loadu_ps(p)}; }
VERSANT_INLINE void store(float* p, F a) { _mm256_storeu_ps(p, a.v); }
VERSANT_INLINE I loadInt(const int32_t* p) {
  return {_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))};
}
VERSANT_INLINE void storeInt(int32_t* p, I a) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), a.v);
}
VERSANT_INLINE void storeFirst(float* p, F a, int count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  _mm256_maskstore_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(count), lane), a.v);
}
// Zeros in the other lanes; nothing is read there.
VERSANT_INLINE F loadFirst(const float* p, int count) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return {_mm256_maskload_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(count), lane))};
}
VERSANT_INLINE F splat(float x) { return {_mm256_set1_ps(x)}; }
VERSANT_INLINE I splatInt(int32_t x) { return {_mm256_set1_epi32(x)}; }

VERSANT_INLINE F add(F a, F b) { return {_mm256_add_ps(a.v, b.v)}; }
VERSANT_INLINE F sub(F a, F b) { return {_mm256_sub_ps(a.v, b.v)}; }
VERSANT_INLINE F mul(F a, F b) { return {_mm256_mul_ps(a.v, b.v)}; }
VERSANT_INLINE F div(F a, F b) { return {_mm256_div_ps(a.v, b.v)}; }
VERSANT_INLINE F fma(F a, F b, F c) { return {_mm256_fmadd_ps(a.v, b.v, c.v)}; }
VERSANT_INLINE F squareRoot(F a) { return {_mm256_sqrt_ps(a.v)}; }
VERSANT_INLINE F roundDown(F a) { return {_mm256_floor_ps(a.v)}; }
VERSANT_INLINE I asInt(F a) { return {_mm256_castps_si256(a.v)}; }
VERSANT_INLINE F asFloat(I a) { return {_mm256_castsi256_ps(a.v)}; }
VERSANT_INLINE F toFloat(I a) { return {_mm256_cvtepi32_ps(a.v)}; }
VERSANT_INLINE I toNearest(F a) { return {_mm256_cvtps_epi32(a.v)}; }
VERSANT_INLINE I truncateInRange(F a) { return {_mm256_cvttps_epi32(a.v)}; }
// The second operand where either is NaN or both are zeros, as the instruction has it.
VERSANT_INLINE F maxRaw(F a, F b) { return {_mm256_max_ps(a.v, b.v)}; }
VERSANT_INLINE F minRaw(F a, F b) { return {_mm256_min_ps(a.v, b.v)}; }

VERSANT_INLINE I addInt(I a, I b) { return {_mm256_add_epi32(a.v, b.v)}; }
VERSANT_INLINE I subInt(I a, I b) { return {_mm256_sub_epi32(a.v, b.v)}; }
VERSANT_INLINE I mulInt(I a, I b) { return {_mm256_mullo_epi32(a.v, b.v)}; }
VERSANT_INLINE I maxInt(I a, I b) { return {_mm256_max_epi32(a.v, b.v)}; }
VERSANT_INLINE I minInt(I a, I b) { return {_mm256_min_epi32(a.v, b.v)}; }
VERSANT_INLINE I bitAnd(I a, I b) { return {_mm256_and_si256(a.v, b.v)}; }
VERSANT_INLINE I bitOr(I a, I b) { return {_mm256_or_si256(a.v, b.v)}; }
VERSANT_INLINE I bitXor(I a, I b) { return {_mm256_xor_si256(a.v, b.v)}; }
template <int n>
VERSANT_INLINE I shiftLeft(I a) { return {_mm256_slli_epi32(a.v, n)}; }
template <int n>
VERSANT_INLINE I shiftRight(I a) { return {_mm256_srai_epi32(a.v, n)}; }

VERSANT_INLINE M equal(F a, F b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_EQ_OQ)}; }
VERSANT_INLINE M less(F a, F b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LT_OQ)}; }
VERSANT_INLINE M lessEqual(F a, F b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_LE_OQ)}; }
VERSANT_INLINE M unordered(F a, F b) { return {_mm256_cmp_ps(a.v, b.v, _CMP_UNORD_Q)}; }
VERSANT_INLINE M equalInt(I a, I b) {
  return {_mm256_castsi256_ps(_mm256_cmpeq_epi32(a.v, b.v))};
}
VERSANT_INLINE M lessInt(I a, I b) {
  return {_mm256_castsi256_ps(_mm256_cmpgt_epi32(b.v, a.v))};
}
VERSANT_INLINE M invert(M a) {
  return {_mm256_xor_ps(a.v, _mm256_castsi256_ps(_mm256_set1_epi32(-1)))};
}
VERSANT_INLINE bool any(M a) { return _mm256_movemask_ps(a.v) != 0; }
VERSANT_INLINE F select(M m, F a, F b) { return {_mm256_blendv_ps(b.v, a.v, m.v)}; }
VERSANT_INLINE I select(M m, I a, I b) {
  return {_mm256_castps_si256(
      _mm256_blendv_ps(_mm256_castsi256_ps(b.v), _mm256_castsi256_ps(a.v), m.v))};
}
VERSANT_INLINE I toInt(M m) { return {_mm256_srli_epi32(_mm256_castps_si256(m.v), 31)}; }

// Rows become columns: pairs of rows are interleaved by ones and twos, then halves change places.
VERSANT_INLINE void transpose(F (&rows)[lanes]) {
  __m256 pair[lanes];
  for (int i = 0; i < lanes; i += 2) {
    pair[i] = _mm256_unpacklo_ps(rows[i].v, rows[i + 1].v);
    pair[i + 1] = _mm256_unpackhi_ps(rows[i].v, rows[i + 1].v);
  }
  __m256 four[lanes];
  for (int i = 0; i < lanes; i += 4) {
    four[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0x44);
    four[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0xee);
    four[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
    four[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0xee);
  }
  for (int i = 0; i < 4; i++) {
    rows[i] = {_mm256_permute2f128_ps(four[i], four[i + 4], 0x20)};
    rows[i + 4] = {_mm256_permute2f128_ps(four[i], four[i + 4], 0x31)};
  }
}

// Elements 0, 2, 4 and 6; nothing behind them is read.
VERSANT_INLINE void takeEven4(int32_t* to, const int32_t* from) {
  const __m128 low = _mm_loadu_ps(reinterpret_cast<const float*>(from));
  const __m128 high = _mm_loadu_ps(reinterpret_cast<const float*>(from + 3));
  _mm_storeu_ps(reinterpret_cast<float*>(to), _mm_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 2, 0)));
}
// Four elements, each twice.
VERSANT_INLINE void repeatTwice4(int32_t* to, const int32_t* from) {
  const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_unpacklo_epi32(a, a));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 4), _mm_unpackhi_epi32(a, a));
}

}  // namespace versant::VERSANT_ISA
