#define VERSANT_ISA avx2
#define VERSANT_AVX2
#include "isa.h"

namespace versant {
extern const Kernels avx2Kernels;
const Kernels avx2Kernels = VERSANT_KERNELS("AVX2");
}  // namespace versant
