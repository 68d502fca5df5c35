// AVX-512 (F, DQ, BW, VL): 16 lanes, masks of their own.
#pragma once
#include <immintrin.h>

#include "platform.h"

namespace versant::VERSANT_ISA {

constexpr int lanes = 16;
constexpr bool fused = true;

struct F { __m512 v; };
struct I { __m512i v; };
struct M { __mmask16 v; };

VERSANT_INLINE F load(const float* p) { return {_mm512_loadu_ps(p)}; }
VERSANT_INLINE void store(float* p, F a) { _mm512_storeu_ps(p, a.v); }
VERSANT_INLINE I loadInt(const int32_t* p) { return {_mm512_loadu_si512(p)}; }
VERSANT_INLINE void storeInt(int32_t* p, I a) { _mm512_storeu_si512(p, a.v); }
VERSANT_INLINE void storeFirst(float* p, F a, int count) {
  _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << count) - 1), a.v);
}
// Zeros in the other lanes; nothing is read there.
VERSANT_INLINE F loadFirst(const float* p, int count) {
  return {_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << count) - 1), p)};
}
VERSANT_INLINE F splat(float x) { return {_mm512_set1_ps(x)}; }
VERSANT_INLINE I splatInt(int32_t x) { return {_mm512_set1_epi32(x)}; }

VERSANT_INLINE F add(F a, F b) { return {_mm512_add_ps(a.v, b.v)}; }
VERSANT_INLINE F sub(F a, F b) { return {_mm512_sub_ps(a.v, b.v)}; }
VERSANT_INLINE F mul(F a, F b) { return {_mm512_mul_ps(a.v, b.v)}; }
VERSANT_INLINE F div(F a, F b) { return {_mm512_div_ps(a.v, b.v)}; }
VERSANT_INLINE F fma(F a, F b, F c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
VERSANT_INLINE F squareRoot(F a) { return {_mm512_sqrt_ps(a.v)}; }
VERSANT_INLINE F roundDown(F a) {
  return {_mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC)};
}
VERSANT_INLINE I asInt(F a) { return {_mm512_castps_si512(a.v)}; }
VERSANT_INLINE F asFloat(I a) { return {_mm512_castsi512_ps(a.v)}; }
VERSANT_INLINE F toFloat(I a) { return {_mm512_cvtepi32_ps(a.v)}; }
VERSANT_INLINE I toNearest(F a) { return {_mm512_cvtps_epi32(a.v)}; }
VERSANT_INLINE I truncateInRange(F a) { return {_mm512_cvttps_epi32(a.v)}; }
// The second operand where either is NaN or both are zeros, as the instruction has it.
VERSANT_INLINE F maxRaw(F a, F b) { return {_mm512_max_ps(a.v, b.v)}; }
VERSANT_INLINE F minRaw(F a, F b) { return {_mm512_min_ps(a.v, b.v)}; }

VERSANT_INLINE I addInt(I a, I b) { return {_mm512_add_epi32(a.v, b.v)}; }
VERSANT_INLINE I subInt(I a, I b) { return {_mm512_sub_epi32(a.v, b.v)}; }
VERSANT_INLINE I mulInt(I a, I b) { return {_mm512_mullo_epi32(a.v, b.v)}; }
VERSANT_INLINE I maxInt(I a, I b) { return {_mm512_max_epi32(a.v, b.v)}; }
VERSANT_INLINE I minInt(I a, I b) { return {_mm512_min_epi32(a.v, b.v)}; }
VERSANT_INLINE I bitAnd(I a, I b) { return {_mm512_and_si512(a.v, b.v)}; }
VERSANT_INLINE I bitOr(I a, I b) { return {_mm512_or_si512(a.v, b.v)}; }
VERSANT_INLINE I bitXor(I a, I b) { return {_mm512_xor_si512(a.v, b.v)}; }
template <int n>
VERSANT_INLINE I shiftLeft(I a) { return {_mm512_slli_epi32(a.v, n)}; }
template <int n>
VERSANT_INLINE I shiftRight(I a) { return {_mm512_srai_epi32(a.v, n)}; }

VERSANT_INLINE M equal(F a, F b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)}; }
VERSANT_INLINE M less(F a, F b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)}; }
VERSANT_INLINE M lessEqual(F a, F b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ)}; }
VERSANT_INLINE M unordered(F a, F b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_UNORD_Q)}; }
VERSANT_INLINE M equalInt(I a, I b) { return {_mm512_cmpeq_epi32_mask(a.v, b.v)}; }
VERSANT_INLINE M lessInt(I a, I b) { return {_mm512_cmplt_epi32_mask(a.v, b.v)}; }
VERSANT_INLINE M invert(M a) { return {static_cast<__mmask16>(~a.v)}; }
VERSANT_INLINE bool any(M a) { return a.v != 0; }
VERSANT_INLINE F select(M m, F a, F b) { return {_mm512_mask_blend_ps(m.v, b.v, a.v)}; }
VERSANT_INLINE I select(M m, I a, I b) { return {_mm512_mask_blend_epi32(m.v, b.v, a.v)}; }
VERSANT_INLINE I toInt(M m) { return {_mm512_maskz_set1_epi32(m.v, 1)}; }

// Rows become columns: pairs of rows are interleaved by ones and twos, then blocks of four change
// places.
VERSANT_INLINE void transpose(F (&rows)[lanes]) {
  __m512 pair[lanes];
  for (int i = 0; i < lanes; i += 2) {
    pair[i] = _mm512_unpacklo_ps(rows[i].v, rows[i + 1].v);
    pair[i + 1] = _mm512_unpackhi_ps(rows[i].v, rows[i + 1].v);
  }
  __m512 four[lanes];
  for (int i = 0; i < lanes; i += 4) {
    four[i] = _mm512_shuffle_ps(pair[i], pair[i + 2], 0x44);
    four[i + 1] = _mm512_shuffle_ps(pair[i], pair[i + 2], 0xee);
    four[i + 2] = _mm512_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
    four[i + 3] = _mm512_shuffle_ps(pair[i + 1], pair[i + 3], 0xee);
  }
  for (int i = 0; i < 4; i++) {
    const __m512 a = _mm512_shuffle_f32x4(four[i], four[i + 4], 0x88);
    const __m512 b = _mm512_shuffle_f32x4(four[i], four[i + 4], 0xdd);
    const __m512 c = _mm512_shuffle_f32x4(four[i + 8], four[i + 12], 0x88);
    const __m512 d = _mm512_shuffle_f32x4(four[i + 8], four[i + 12], 0xdd);
    rows[i] = {_mm512_shuffle_f32x4(a, c, 0x88)};
    rows[i + 4] = {_mm512_shuffle_f32x4(b, d, 0x88)};
    rows[i + 8] = {_mm512_shuffle_f32x4(a, c, 0xdd)};
    rows[i + 12] = {_mm512_shuffle_f32x4(b, d, 0xdd)};
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
