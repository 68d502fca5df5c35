// NEON of AArch64: 4 lanes, masks as lanes of all ones or zeros.
#pragma once
#include <arm_neon.h>

#include "platform.h"

namespace versant::VERSANT_ISA {

constexpr int lanes = 4;
constexpr bool fused = true;

struct F { float32x4_t v; };
struct I { int32x4_t v; };
struct M { uint32x4_t v; };

VERSANT_INLINE F load(const float* p) { return {vld1q_f32(p)}; }
VERSANT_INLINE void store(float* p, F a) { vst1q_f32(p, a.v); }
VERSANT_INLINE I loadInt(const int32_t* p) { return {vld1q_s32(p)}; }
VERSANT_INLINE void storeInt(int32_t* p, I a) { vst1q_s32(p, a.v); }
VERSANT_INLINE void storeFirst(float* p, F a, int count) {
  float all[lanes];
  store(all, a);
  for (int i = 0; i < count; i++) p[i] = all[i];
}
// Zeros in the other lanes; nothing is read there.
VERSANT_INLINE F loadFirst(const float* p, int count) {
  float all[lanes] = {};
  for (int i = 0; i < count; i++) all[i] = p[i];
  return load(all);
}
VERSANT_INLINE F splat(float x) { return {vdupq_n_f32(x)}; }
VERSANT_INLINE I splatInt(int32_t x) { return {vdupq_n_s32(x)}; }

VERSANT_INLINE F add(F a, F b) { return {vaddq_f32(a.v, b.v)}; }
VERSANT_INLINE F sub(F a, F b) { return {vsubq_f32(a.v, b.v)}; }
VERSANT_INLINE F mul(F a, F b) { return {vmulq_f32(a.v, b.v)}; }
VERSANT_INLINE F div(F a, F b) { return {vdivq_f32(a.v, b.v)}; }
VERSANT_INLINE F fma(F a, F b, F c) { return {vfmaq_f32(c.v, a.v, b.v)}; }
VERSANT_INLINE F squareRoot(F a) { return {vsqrtq_f32(a.v)}; }
VERSANT_INLINE F roundDown(F a) { return {vrndmq_f32(a.v)}; }
VERSANT_INLINE I asInt(F a) { return {vreinterpretq_s32_f32(a.v)}; }
VERSANT_INLINE F asFloat(I a) { return {vreinterpretq_f32_s32(a.v)}; }
VERSANT_INLINE F toFloat(I a) { return {vcvtq_f32_s32(a.v)}; }
VERSANT_INLINE I toNearest(F a) { return {vcvtnq_s32_f32(a.v)}; }
VERSANT_INLINE I truncateInRange(F a) { return {vcvtq_s32_f32(a.v)}; }
// NaN where either is: more than `maxRaw` has to give, which is the second operand if that is NaN.
VERSANT_INLINE F maxRaw(F a, F b) { return {vmaxq_f32(a.v, b.v)}; }
VERSANT_INLINE F minRaw(F a, F b) { return {vminq_f32(a.v, b.v)}; }

VERSANT_INLINE I addInt(I a, I b) { return {vaddq_s32(a.v, b.v)}; }
VERSANT_INLINE I subInt(I a, I b) { return {vsubq_s32(a.v, b.v)}; }
VERSANT_INLINE I mulInt(I a, I b) { return {vmulq_s32(a.v, b.v)}; }
VERSANT_INLINE I maxInt(I a, I b) { return {vmaxq_s32(a.v, b.v)}; }
VERSANT_INLINE I minInt(I a, I b) { return {vminq_s32(a.v, b.v)}; }
VERSANT_INLINE I bitAnd(I a, I b) { return {vandq_s32(a.v, b.v)}; }
VERSANT_INLINE I bitOr(I a, I b) { return {vorrq_s32(a.v, b.v)}; }
VERSANT_INLINE I bitXor(I a, I b) { return {veorq_s32(a.v, b.v)}; }
template <int n>
VERSANT_INLINE I shiftLeft(I a) { return {vshlq_n_s32(a.v, n)}; }
template <int n>
VERSANT_INLINE I shiftRight(I a) { return {vshrq_n_s32(a.v, n)}; }

VERSANT_INLINE M equal(F a, F b) { return {vceqq_f32(a.v, b.v)}; }
VERSANT_INLINE M less(F a, F b) { return {vcltq_f32(a.v, b.v)}; }
VERSANT_INLINE M lessEqual(F a, F b) { return {vcleq_f32(a.v, b.v)}; }
VERSANT_INLINE M unordered(F a, F b) {
  return {vmvnq_u32(vandq_u32(vceqq_f32(a.v, a.v), vceqq_f32(b.v, b.v)))};
}
VERSANT_INLINE M equalInt(I a, I b) { return {vceqq_s32(a.v, b.v)}; }
VERSANT_INLINE M lessInt(I a, I b) { return {vcltq_s32(a.v, b.v)}; }
VERSANT_INLINE M invert(M a) { return {vmvnq_u32(a.v)}; }
VERSANT_INLINE bool any(M a) { return vmaxvq_u32(a.v) != 0; }
VERSANT_INLINE F select(M m, F a, F b) { return {vbslq_f32(m.v, a.v, b.v)}; }
VERSANT_INLINE I select(M m, I a, I b) { return {vbslq_s32(m.v, a.v, b.v)}; }
VERSANT_INLINE I toInt(M m) { return {vreinterpretq_s32_u32(vshrq_n_u32(m.v, 31))}; }

// Rows become columns.
VERSANT_INLINE void transpose(F (&rows)[lanes]) {
  float32x4x4_t four;
  for (int i = 0; i < lanes; i++) four.val[i] = rows[i].v;
  float block[16];
  vst4q_f32(block, four);
  for (int i = 0; i < lanes; i++) rows[i] = {vld1q_f32(block + lanes * i)};
}

// Elements 0, 2, 4 and 6; nothing behind them is read.
VERSANT_INLINE void takeEven4(int32_t* to, const int32_t* from) {
  const int32x4_t low = vld1q_s32(from), high = vld1q_s32(from + 3);
  vst1q_s32(to, vcombine_s32(vget_low_s32(vuzp1q_s32(low, low)),
                             vget_low_s32(vuzp2q_s32(high, high))));
}
// Four elements, each twice.
VERSANT_INLINE void repeatTwice4(int32_t* to, const int32_t* from) {
  const int32x4_t a = vld1q_s32(from);
  vst1q_s32(to, vzip1q_s32(a, a));
  vst1q_s32(to + 4, vzip2q_s32(a, a));
}

}  // namespace versant::VERSANT_ISA
