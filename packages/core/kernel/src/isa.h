// Everything that is compiled once for each instruction set, and the table of it. The including
// file defines VERSANT_ISA (the namespace) and which vectors to use.
#pragma once
#include "matmul.h"
#include "random.h"
#include "reduce.h"
#include "rows.h"
#if defined(VERSANT_NEON) && defined(_MSC_VER)
#include <intrin.h>
#endif

namespace versant::VERSANT_ISA {

inline bool allFinite(const float* data, int64_t length) {
  return allWithin(data, length, largestFinite);
}

// Chains enough that none waits for another, all in registers.
inline int64_t multiplyAdds(int64_t rounds) {
  constexpr int chains = 12;
  F sum[chains];
  for (int c = 0; c < chains; c++) sum[c] = splat(static_cast<float>(c));
  const F factor = splat(0.5f), addend = splat(0.25f);
  for (int64_t i = 0; i < rounds; i++) {
    for (int c = 0; c < chains; c++) sum[c] = fma(sum[c], factor, addend);
  }
  // Written where the compiler cannot know that nobody reads it.
  volatile float last;
  for (int c = 0; c < chains; c++) {
    float row[lanes];
    store(row, sum[c]);
    last = row[0];
  }
  (void)last;
  return int64_t{chains} * lanes;
}

inline void triad(float* to, const float* a, const float* b, int64_t length) {
  const F three = splat(3.0f);
  for (int64_t i = 0; i < length; i += lanes) store(to + i, fma(three, load(b + i), load(a + i)));
}

#if defined(VERSANT_AVX512) || defined(VERSANT_AVX2)
inline uint32_t flushDenormals() {
  const uint32_t before = _mm_getcsr();
  // Flush to zero, denormals are zero; round to nearest, no traps.
  _mm_setcsr(0x8040u | 0x1f80u);
  return before;
}
inline void restoreFloat(uint32_t state) { _mm_setcsr(state); }
#elif defined(VERSANT_NEON) && !defined(_MSC_VER)
inline uint32_t flushDenormals() {
  uint64_t before;
  __asm__ volatile("mrs %0, fpcr" : "=r"(before));
  __asm__ volatile("msr fpcr, %0" : : "r"(uint64_t{1} << 24));
  return static_cast<uint32_t>(before);
}
inline void restoreFloat(uint32_t state) {
  __asm__ volatile("msr fpcr, %0" : : "r"(static_cast<uint64_t>(state)));
}
#elif defined(VERSANT_NEON)
inline uint32_t flushDenormals() {
  const uint64_t before = _ReadStatusReg(ARM64_FPCR);
  _WriteStatusReg(ARM64_FPCR, uint64_t{1} << 24);
  return static_cast<uint32_t>(before);
}
inline void restoreFloat(uint32_t state) { _WriteStatusReg(ARM64_FPCR, state); }
#else
// WebAssembly has no such setting.
inline uint32_t flushDenormals() { return 0; }
inline void restoreFloat(uint32_t) {}
#endif

}  // namespace versant::VERSANT_ISA

#define VERSANT_KERNELS(name)                                                        \
  {                                                                                  \
    name, VERSANT_ISA::loop, VERSANT_ISA::reduce, VERSANT_ISA::finishReduce,         \
        VERSANT_ISA::matmul, VERSANT_ISA::random, VERSANT_ISA::scatterRows,          \
        VERSANT_ISA::finiteRows, VERSANT_ISA::updateRows, VERSANT_ISA::allFinite,    \
        VERSANT_ISA::multiplyAdds, VERSANT_ISA::triad, VERSANT_ISA::flushDenormals,  \
        VERSANT_ISA::restoreFloat                                                    \
  }
