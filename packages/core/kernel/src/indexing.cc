#include "indexing.h"

namespace versant {

namespace {

// How many rows ahead memory is asked for.
constexpr int64_t ahead = 8;

const int32_t* integers(const Run& run, const Operand& operand) {
  return reinterpret_cast<const int32_t*>(address(run, operand));
}

bool inside(const int32_t* indices, int64_t count, int64_t size, Outside& outside) {
  // Without a branch in it, this loop is one of vectors.
  const uint32_t limit = static_cast<uint32_t>(size);
  uint32_t beyond = 0;
  for (int64_t i = 0; i < count; i++) beyond |= static_cast<uint32_t>(indices[i]) >= limit;
  if (!beyond) return true;
  while (static_cast<uint32_t>(*indices) < limit) indices++;
  outside = {*indices, size};
  return false;
}

VERSANT_INLINE void gatherNumbers(const uint8_t* table, const int32_t* indices, int64_t count,
                                  uint8_t* target) {
  const int32_t* from = reinterpret_cast<const int32_t*>(table);
  int32_t* to = reinterpret_cast<int32_t*>(target);
  for (int64_t c = 0; c < count; c++) to[c] = from[indices[c]];
}

VERSANT_INLINE void gatherRows(const uint8_t* table, const int32_t* indices, int64_t count,
                               int64_t width, uint8_t* target) {
  const size_t bytes = static_cast<size_t>(width);
  for (int64_t c = 0; c < count; c++) {
    if (c + ahead < count) {
      const uint8_t* next = table + indices[c + ahead] * width;
      for (int64_t line = 0; line < smaller<int64_t>(width, 1024); line += 64) {
        VERSANT_PREFETCH(next + line);
      }
    }
    VERSANT_COPY(target + c * width, table + indices[c] * width, bytes);
  }
}

// The rows of a range, counted over all of `outer`.
void gather(const Indexing& x, const Run& run, Range range) {
  const uint8_t* source = address(run, x.source);
  const int32_t* indices = integers(run, x.indices);
  uint8_t* target = address(run, x.target);
  const int64_t width = x.inner * bytesOf(x.source.dtype);
  const bool single = width == 4 && x.inner == 1;
  for (int64_t row = range.begin, end; row < range.end; row = end) {
    const int64_t outer = row / x.count;
    end = smaller(range.end, (outer + 1) * x.count);
    const uint8_t* table = source + outer * x.size * width;
    const int32_t* numbers = indices + (row - outer * x.count);
    if (single) {
      gatherNumbers(table, numbers, end - row, target + row * width);
    } else {
      gatherRows(table, numbers, end - row, width, target + row * width);
    }
  }
}

template <typename T>
void gatherElements(const Indexing& x, const T* source, const int32_t* indices, T* target) {
  for (int64_t o = 0; o < x.outer; o++, source += x.size * x.inner) {
    for (int64_t c = 0; c < x.count; c++) {
      for (int64_t i = 0; i < x.inner; i++) *target++ = source[*indices++ * x.inner + i];
    }
  }
}

void scatterElements(const Indexing& x, const Run& run) {
  const float* updates = reinterpret_cast<const float*>(address(run, x.source));
  const int32_t* indices = integers(run, x.indices);
  float* sums = reinterpret_cast<float*>(address(run, x.target));
  VERSANT_FILL(sums, 0, static_cast<size_t>(x.outer * x.size * x.inner) * 4);
  for (int64_t o = 0; o < x.outer; o++, sums += x.size * x.inner) {
    for (int64_t c = 0; c < x.count; c++) {
      for (int64_t i = 0; i < x.inner; i++) sums[*indices++ * x.inner + i] += *updates++;
    }
  }
}

}  // namespace

bool check(Kind kind, const Indexing& x, const Run& run, Outside& outside) {
  if (x.outer == 0 || x.inner == 0) return true;
  const bool elements = kind == Kind::gatherElements || kind == Kind::scatterElements;
  const int64_t count = elements ? x.outer * x.count * x.inner : x.count;
  if (!inside(integers(run, x.indices), count, x.size, outside)) return false;
  const bool chosen = kind == Kind::scatterAdd && x.rows.chosen;
  return !chosen || inside(integers(run, x.rows.numbers), x.count, x.rows.size, outside);
}

bool check(const CheckIndices& x, const Run& run, Outside& outside) {
  return inside(integers(run, x.indices), x.count, x.size, outside);
}

void index(Kind kind, const Indexing& x, const Run& run, const Kernels& kernels, int64_t part,
           int64_t parts) {
  switch (kind) {
    case Kind::gather: return gather(x, run, partOf(x.outer * x.count, 1, part, parts));
    case Kind::scatterAdd: return kernels.scatterRows(x, run, part, parts);
    case Kind::gatherElements: {
      const uint8_t* source = address(run, x.source);
      const int32_t* indices = integers(run, x.indices);
      uint8_t* target = address(run, x.target);
      if (bytesOf(x.source.dtype) == 1) return gatherElements(x, source, indices, target);
      return gatherElements(x, reinterpret_cast<const int32_t*>(source), indices,
                            reinterpret_cast<int32_t*>(target));
    }
    default: return scatterElements(x, run);
  }
}

// A hash table finds the last position so far that has the same index. What it is does not depend on
// the hash, and the table is as long as the indices, not as what they point into.
bool groupRows(const GroupRows& x, const Run& run, Outside& outside) {
  const int32_t* indices = integers(run, x.indices);
  if (!inside(indices, x.count, x.size, outside)) return false;
  int32_t* table = reinterpret_cast<int32_t*>(address(run, x.table));
  int32_t* groups = reinterpret_cast<int32_t*>(address(run, x.groups));
  int32_t* firsts = groups + 1;
  int32_t* next = firsts + x.count;
  VERSANT_FILL(table, 0xff, static_cast<size_t>(x.slots) * 4);
  const uint32_t mask = static_cast<uint32_t>(x.slots - 1);
  int32_t found = 0;
  for (int32_t position = 0; position < x.count; position++) {
    const int32_t index = indices[position];
    const uint32_t product = static_cast<uint32_t>(index) * 0x9e3779b1u;
    uint32_t slot = (product ^ product >> 15) & mask;
    while (table[slot] >= 0 && indices[table[slot]] != index) slot = (slot + 1) & mask;
    if (table[slot] < 0) {
      firsts[found++] = position;
    } else {
      next[table[slot]] = position;
    }
    table[slot] = position;
    next[position] = -1;
  }
  groups[0] = found;
  return true;
}

}  // namespace versant
