// Gather and scatter; see instructions.ts. Every index is checked.
#pragma once
#include "kernels.h"

namespace versant {

struct Outside {
  int32_t index;
};

// False if an index is outside 0..size-1; `outside` then holds the first such.
bool index(Kind kind, const Indexing& indexing, const Run& run, const Kernels& kernels,
           Outside& outside);

}  // namespace versant
