#define VERSANT_ISA neon
#define VERSANT_NEON
#include "isa.h"

namespace versant {
extern const Kernels neonKernels;
const Kernels neonKernels = VERSANT_KERNELS("NEON");
}  // namespace versant
