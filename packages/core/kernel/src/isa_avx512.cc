#define VERSANT_ISA avx512
#define VERSANT_AVX512
#include "isa.h"

namespace versant {
extern const Kernels avx512Kernels;
const Kernels avx512Kernels = VERSANT_KERNELS("AVX-512");
}  // namespace versant
