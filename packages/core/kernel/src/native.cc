#include "native.h"

#include <stdlib.h>
#include <string.h>

#include <chrono>

#include "device.h"
#if defined(_MSC_VER)
#include <intrin.h>
#include <malloc.h>
#endif

namespace versant {

void* allocate(uint64_t bytes) {
#if defined(_MSC_VER)
  return _aligned_malloc(bytes, 64);
#else
  void* memory = nullptr;
  return posix_memalign(&memory, 64, bytes ? bytes : 1) == 0 ? memory : nullptr;
#endif
}

void release(void* memory) {
#if defined(_MSC_VER)
  _aligned_free(memory);
#else
  free(memory);
#endif
}

double nanoseconds() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

#if defined(__x86_64__) || defined(_M_X64)
extern const Kernels avx2Kernels;
extern const Kernels avx512Kernels;

#if defined(_MSC_VER)
// Leaf 7: EBX bits 5 AVX2, 16 F, 17 DQ, 30 BW, 31 VL. Leaf 1: ECX bits 12 FMA, 27 OSXSAVE.
static bool machineHas(bool wide) {
  int leaf[4];
  __cpuid(leaf, 1);
  if ((leaf[2] & (1 << 12)) == 0 || (leaf[2] & (1 << 27)) == 0) return false;
  const unsigned long long saved = _xgetbv(0);
  __cpuidex(leaf, 7, 0);
  const unsigned features = static_cast<unsigned>(leaf[1]);
  const unsigned needed = wide ? 0xc0030020u : 0x20u;
  return (features & needed) == needed && (saved & (wide ? 0xe6 : 0x6)) == (wide ? 0xe6 : 0x6);
}
#else
static bool machineHas(bool wide) {
  const bool narrow = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return narrow && (!wide || (__builtin_cpu_supports("avx512f") &&
                              __builtin_cpu_supports("avx512dq") &&
                              __builtin_cpu_supports("avx512bw") &&
                              __builtin_cpu_supports("avx512vl")));
}
#endif

const Kernels* chooseKernels(const char* forced, const char** reason) {
  if (!machineHas(false)) {
    *reason = "this processor lacks AVX2 and FMA";
    return nullptr;
  }
  if (strcmp(forced, "avx2") == 0) return &avx2Kernels;
  const bool wide = machineHas(true);
  if (strcmp(forced, "") == 0) return wide ? &avx512Kernels : &avx2Kernels;
  if (strcmp(forced, "avx512") == 0 && wide) return &avx512Kernels;
  *reason = wide ? "VERSANT_ISA must be avx2 or avx512" : "this processor lacks AVX-512";
  return nullptr;
}
#else
extern const Kernels neonKernels;

const Kernels* chooseKernels(const char* forced, const char** reason) {
  if (strcmp(forced, "") == 0 || strcmp(forced, "neon") == 0) return &neonKernels;
  *reason = "VERSANT_ISA must be neon";
  return nullptr;
}
#endif

}  // namespace versant
