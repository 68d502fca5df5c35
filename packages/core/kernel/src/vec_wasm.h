// WebAssembly: 4 lanes, masks as lanes of all ones or zeros. Relaxed SIMD adds the fused operation;
// without it a multiplication and an addition stand in, an arithmetic of its own.
#pragma once
#include <wasm_simd128.h>

#include "platform.h"

namespace versant::VERSANT_ISA {

constexpr int lanes = 4;
#ifdef __wasm_relaxed_simd__
constexpr bool fused = true;
#else
constexpr bool fused = false;
#endif

struct F { v128_t v; };
struct I { v128_t v; };
struct M { v128_t v; };

VERSANT_INLINE F load(const float* p) { return {wasm_v128_load(p)}; }
VERSANT_INLINE void store(float* p, F a) { wasm_v128_store(p, a.v); }
VERSANT_INLINE I loadInt(const int32_t* p) { return {wasm_v128_load(p)}; }
VERSANT_INLINE void storeInt(int32_t* p, I a) { wasm_v128_store(p, a.v); }
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
VERSANT_INLINE F splat(float x) { return {wasm_f32x4_splat(x)}; }
VERSANT_INLINE I splatInt(int32_t x) { return {wasm_i32x4_splat(x)}; }

// One lane in all lanes.
template <int lane>
VERSANT_INLINE F spread(F a) {
  return {wasm_i32x4_shuffle(a.v, a.v, lane, lane, lane, lane)};
}

VERSANT_INLINE F add(F a, F b) { return {wasm_f32x4_add(a.v, b.v)}; }
VERSANT_INLINE F sub(F a, F b) { return {wasm_f32x4_sub(a.v, b.v)}; }
VERSANT_INLINE F mul(F a, F b) { return {wasm_f32x4_mul(a.v, b.v)}; }
VERSANT_INLINE F div(F a, F b) { return {wasm_f32x4_div(a.v, b.v)}; }
#ifdef __wasm_relaxed_simd__
VERSANT_INLINE F fma(F a, F b, F c) { return {wasm_f32x4_relaxed_madd(a.v, b.v, c.v)}; }
#else
VERSANT_INLINE F fma(F a, F b, F c) {
  return {wasm_f32x4_add(wasm_f32x4_mul(a.v, b.v), c.v)};
}
#endif
VERSANT_INLINE F squareRoot(F a) { return {wasm_f32x4_sqrt(a.v)}; }
VERSANT_INLINE F roundDown(F a) { return {wasm_f32x4_floor(a.v)}; }
VERSANT_INLINE I asInt(F a) { return {a.v}; }
VERSANT_INLINE F asFloat(I a) { return {a.v}; }
VERSANT_INLINE F toFloat(I a) { return {wasm_f32x4_convert_i32x4(a.v)}; }
VERSANT_INLINE I toNearest(F a) {
  return {wasm_i32x4_trunc_sat_f32x4(wasm_f32x4_nearest(a.v))};
}
VERSANT_INLINE I truncateInRange(F a) { return {wasm_i32x4_trunc_sat_f32x4(a.v)}; }
VERSANT_INLINE F maxRaw(F a, F b) { return {wasm_f32x4_pmax(b.v, a.v)}; }
VERSANT_INLINE F minRaw(F a, F b) { return {wasm_f32x4_pmin(b.v, a.v)}; }

VERSANT_INLINE I addInt(I a, I b) { return {wasm_i32x4_add(a.v, b.v)}; }
VERSANT_INLINE I subInt(I a, I b) { return {wasm_i32x4_sub(a.v, b.v)}; }
VERSANT_INLINE I mulInt(I a, I b) { return {wasm_i32x4_mul(a.v, b.v)}; }
VERSANT_INLINE I maxInt(I a, I b) { return {wasm_i32x4_max(a.v, b.v)}; }
VERSANT_INLINE I minInt(I a, I b) { return {wasm_i32x4_min(a.v, b.v)}; }
VERSANT_INLINE I bitAnd(I a, I b) { return {wasm_v128_and(a.v, b.v)}; }
VERSANT_INLINE I bitOr(I a, I b) { return {wasm_v128_or(a.v, b.v)}; }
VERSANT_INLINE I bitXor(I a, I b) { return {wasm_v128_xor(a.v, b.v)}; }
template <int n>
VERSANT_INLINE I shiftLeft(I a) { return {wasm_i32x4_shl(a.v, n)}; }
template <int n>
VERSANT_INLINE I shiftRight(I a) { return {wasm_i32x4_shr(a.v, n)}; }

VERSANT_INLINE M equal(F a, F b) { return {wasm_f32x4_eq(a.v, b.v)}; }
VERSANT_INLINE M less(F a, F b) { return {wasm_f32x4_lt(a.v, b.v)}; }
VERSANT_INLINE M lessEqual(F a, F b) { return {wasm_f32x4_le(a.v, b.v)}; }
VERSANT_INLINE M unordered(F a, F b) {
  return {wasm_v128_or(wasm_f32x4_ne(a.v, a.v), wasm_f32x4_ne(b.v, b.v))};
}
VERSANT_INLINE M equalInt(I a, I b) { return {wasm_i32x4_eq(a.v, b.v)}; }
VERSANT_INLINE M lessInt(I a, I b) { return {wasm_i32x4_lt(a.v, b.v)}; }
VERSANT_INLINE M invert(M a) { return {wasm_v128_not(a.v)}; }
VERSANT_INLINE bool any(M a) { return wasm_v128_any_true(a.v); }
VERSANT_INLINE F select(M m, F a, F b) { return {wasm_v128_bitselect(a.v, b.v, m.v)}; }
VERSANT_INLINE I select(M m, I a, I b) { return {wasm_v128_bitselect(a.v, b.v, m.v)}; }
VERSANT_INLINE I toInt(M m) { return {wasm_u32x4_shr(m.v, 31)}; }

// Rows become columns.
VERSANT_INLINE void transpose(F (&rows)[lanes]) {
  const v128_t lowAb = wasm_i32x4_shuffle(rows[0].v, rows[1].v, 0, 4, 1, 5);
  const v128_t highAb = wasm_i32x4_shuffle(rows[0].v, rows[1].v, 2, 6, 3, 7);
  const v128_t lowCd = wasm_i32x4_shuffle(rows[2].v, rows[3].v, 0, 4, 1, 5);
  const v128_t highCd = wasm_i32x4_shuffle(rows[2].v, rows[3].v, 2, 6, 3, 7);
  rows[0] = {wasm_i64x2_shuffle(lowAb, lowCd, 0, 2)};
  rows[1] = {wasm_i64x2_shuffle(lowAb, lowCd, 1, 3)};
  rows[2] = {wasm_i64x2_shuffle(highAb, highCd, 0, 2)};
  rows[3] = {wasm_i64x2_shuffle(highAb, highCd, 1, 3)};
}

// Elements 0, 2, 4 and 6; nothing behind them is read.
VERSANT_INLINE void takeEven4(int32_t* to, const int32_t* from) {
  const v128_t low = wasm_v128_load(from), high = wasm_v128_load(from + 3);
  wasm_v128_store(to, wasm_i32x4_shuffle(low, high, 0, 2, 5, 7));
}
// Four elements, each twice.
VERSANT_INLINE void repeatTwice4(int32_t* to, const int32_t* from) {
  const v128_t a = wasm_v128_load(from);
  wasm_v128_store(to, wasm_i32x4_shuffle(a, a, 0, 0, 1, 1));
  wasm_v128_store(to + 4, wasm_i32x4_shuffle(a, a, 2, 2, 3, 3));
}

}  // namespace versant::VERSANT_ISA
