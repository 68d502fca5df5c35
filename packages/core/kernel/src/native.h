// Which instruction set this machine has.
#pragma once
#include "kernels.h"

namespace versant {

// The table for `forced` ("avx2", "avx512", "neon"; "" for the best there is), or null and why.
const Kernels* chooseKernels(const char* forced, const char** reason);

// Asks for pages of 2 MiB in [memory, memory + bytes), where the system gives them to those who ask:
// then 512 times fewer pages are fetched when memory is first touched, and addresses are found sooner.
void askForLargePages(void* memory, int64_t bytes);

}  // namespace versant
