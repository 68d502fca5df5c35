// Which instruction set this machine has.
#pragma once
#include "kernels.h"

namespace versant {

// The table for `forced` ("avx2", "avx512", "neon"; "" for the best there is), or null and why.
const Kernels* chooseKernels(const char* forced, const char** reason);

}  // namespace versant
