// Everything that is compiled once for each instruction set, and the table of it. The including
// file defines VERSANT_ISA (the namespace) and which vectors to use.
#pragma once
#include "matmul.h"
#include "random.h"
#include "reduce.h"
#if defined(VERSANT_NEON) && defined(_MSC_VER)
#include <intrin.h>
#endif

namespace versant::VERSANT_ISA {

inline void addRow(float* target, const float* source, int64_t length) {
  joinRow<Sum, float>(target, source, length);
}

inline bool allFinite(const float* data, int64_t length) {
  const I exponent = splatInt(0x7f800000);
  I largest = splatInt(0);
  int64_t i = 0;
  for (; i + lanes <= length; i += lanes) {
    largest = maxInt(largest, bitAnd(asInt(load(data + i)), exponent));
  }
  if (any(equalInt(largest, exponent))) return false;
  for (; i < length; i++) {
    int32_t bits;
    VERSANT_COPY(&bits, data + i, 4);
    if ((bits & 0x7f800000) == 0x7f800000) return false;
  }
  return true;
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
        VERSANT_ISA::matmul, VERSANT_ISA::random, VERSANT_ISA::addRow,               \
        VERSANT_ISA::allFinite, VERSANT_ISA::flushDenormals, VERSANT_ISA::restoreFloat \
  }
