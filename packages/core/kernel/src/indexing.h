// Gather and scatter; see instructions.ts. Every index is checked.
#pragma once
#include "kernels.h"

namespace versant {

struct Outside {
  int32_t index;
  int64_t size;
};

// False if an index is outside 0..size-1; `outside` then holds the first such.
bool check(Kind kind, const Indexing& indexing, const Run& run, Outside& outside);
bool check(const CheckIndices& indices, const Run& run, Outside& outside);
// Part `part` of `parts`, once the indices have been checked.
void index(Kind kind, const Indexing& indexing, const Run& run, const Kernels& kernels,
           int64_t part, int64_t parts);

// Checks as well.
bool groupRows(const GroupRows& groups, const Run& run, Outside& outside);

}  // namespace versant
