// What the kernel needs of its surroundings, and how compilers spell it.
#pragma once
#include <stddef.h>
#include <stdint.h>

#if defined(_MSC_VER) && !defined(__clang__)
#include <math.h>
#include <string.h>
#define __builtin_fabs fabs
#define __builtin_floor floor
#define __builtin_inf() static_cast<double>(INFINITY)
#define __builtin_inff() INFINITY
#define VERSANT_INLINE __forceinline
#define VERSANT_INLINE_LAMBDA
#define VERSANT_UNROLL
#define VERSANT_RESTRICT __restrict
#define VERSANT_COPY(to, from, bytes) memcpy(to, from, bytes)
#define VERSANT_FILL(to, byte, bytes) memset(to, byte, bytes)
#define VERSANT_PREFETCH(address)
#define VERSANT_PREFETCH_TO_WRITE(address)
#else
#define VERSANT_INLINE inline __attribute__((always_inline))
#define VERSANT_INLINE_LAMBDA __attribute__((always_inline))
// For loops over rows. Clang is told not to: it would turn the constant offsets of a turn, which
// WebAssembly adds for nothing, into sums.
#if defined(__clang__)
#define VERSANT_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define VERSANT_UNROLL _Pragma("GCC unroll 4")
#endif
#define VERSANT_RESTRICT __restrict__
#define VERSANT_COPY(to, from, bytes) __builtin_memcpy(to, from, bytes)
#define VERSANT_FILL(to, byte, bytes) __builtin_memset(to, byte, bytes)
// Lines that are read soon, and lines that are written soon.
#define VERSANT_PREFETCH(address) __builtin_prefetch(address)
#define VERSANT_PREFETCH_TO_WRITE(address) __builtin_prefetch(address, 1)
#endif

// Functions shared by all instruction sets are inlined everywhere: a copy left to the linker could be
// the one that was compiled for instructions this machine lacks.
namespace versant {

// Memory aligned to 64 bytes, or null; wasm.cc and native.cc provide it. 64 bits even where addresses
// have 32, so that a request for more than there can be is refused and not cut short.
void* allocate(uint64_t bytes);
void release(void* memory);

template <typename T>
VERSANT_INLINE constexpr T smaller(T a, T b) {
  return a < b ? a : b;
}
template <typename T>
VERSANT_INLINE constexpr T larger(T a, T b) {
  return a > b ? a : b;
}
VERSANT_INLINE constexpr int64_t roundUp(int64_t n, int64_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

}  // namespace versant
