// Sums of rows by index. Whatever the width of a vector and however many threads take part, an element
// is one chain of additions from 0 in the order of the indices.
#pragma once
#include "kernels.h"
#include "vec.h"

namespace versant::VERSANT_ISA {

// Vectors of a row that are summed side by side in registers.
constexpr int abreast = lanes == 16 ? 4 : 8;
// How many rows ahead memory is asked for.
constexpr int64_t rowsAhead = 8;
constexpr int32_t largestFinite = 0x7f7fffff;

// Whether the magnitudes of all numbers are at most the one with these bits; NaN is not.
inline bool allWithin(const float* data, int64_t length, int32_t bits) {
  const I magnitude = splatInt(0x7fffffff);
  I largest = splatInt(0);
  int64_t i = 0;
  for (; i + lanes <= length; i += lanes) {
    largest = maxInt(largest, bitAnd(asInt(load(data + i)), magnitude));
  }
  if (any(lessInt(splatInt(bits), largest))) return false;
  for (; i < length; i++) {
    int32_t each;
    VERSANT_COPY(&each, data + i, 4);
    if ((each & 0x7fffffff) > bits) return false;
  }
  return true;
}

VERSANT_INLINE void prefetchRow(const float* row, int64_t length) {
  for (int64_t i = 0; i < smaller<int64_t>(length, 128); i += 16) VERSANT_PREFETCH(row + i);
}

// The rows that are added up, with nothing read that is not theirs.
struct RowReader {
  const float* source;
  const int32_t* numbers;
  int64_t count, inner, size;

  RowReader(const Rows& rows, const Run& run)
      : source(reinterpret_cast<const float*>(address(run, rows.source))),
        numbers(rows.chosen ? reinterpret_cast<const int32_t*>(address(run, rows.numbers))
                            : nullptr),
        count(rows.count),
        inner(rows.inner),
        size(rows.chosen ? rows.size : rows.count) {}
  VERSANT_INLINE const float* row(int64_t position) const {
    return source + (numbers ? numbers[position] : position) * inner;
  }
  VERSANT_INLINE bool has(int64_t position) const {
    return !numbers || static_cast<uint32_t>(numbers[position]) < size;
  }
};

template <int vectors>
VERSANT_INLINE void addStretch(float* to, const RowReader& rows, int64_t first, int64_t end,
                               int64_t column) {
  F sum[vectors];
  for (int v = 0; v < vectors; v++) sum[v] = load(to + v * lanes);
  for (int64_t r = first; r < end; r++) {
    const float* row = rows.row(r) + column;
    for (int v = 0; v < vectors; v++) sum[v] = add(sum[v], load(row + v * lanes));
  }
  for (int v = 0; v < vectors; v++) store(to + v * lanes, sum[v]);
}

// to += the rows from `first` on, one after the other, in some columns.
VERSANT_INLINE void addRows(float* to, const RowReader& rows, int64_t first, int64_t end,
                            Range columns) {
  int64_t j = columns.begin;
  for (; j + abreast * lanes <= columns.end; j += abreast * lanes) {
    addStretch<abreast>(to + j, rows, first, end, j);
  }
  for (; j + lanes <= columns.end; j += lanes) addStretch<1>(to + j, rows, first, end, j);
  for (; j < columns.end; j++) {
    for (int64_t r = first; r < end; r++) to[j] += rows.row(r)[j];
  }
}

// Rows that follow each other with one index are added up in registers. Threads share columns.
inline void scatterRows(const Indexing& x, const Run& run, int64_t part, int64_t parts) {
  const Range columns = partOf(x.inner, columnShare, part, parts);
  const int64_t width = columns.end - columns.begin;
  const int32_t* indices = reinterpret_cast<const int32_t*>(address(run, x.indices));
  float* target = reinterpret_cast<float*>(address(run, x.target));
  RowReader rows(x.rows, run);
  for (int64_t o = 0; o < x.outer; o++, target += x.size * x.inner) {
    if (parts == 1) VERSANT_FILL(target, 0, static_cast<size_t>(x.size * x.inner) * 4);
    for (int64_t r = 0; parts > 1 && r < x.size; r++) {
      VERSANT_FILL(target + r * x.inner + columns.begin, 0, static_cast<size_t>(width) * 4);
    }
    for (int64_t c = 0, end; c < x.count; c = end) {
      const int64_t limit = smaller(c + rowsAhead, x.count);
      for (end = c + 1; end < limit && indices[end] == indices[c];) end++;
      for (int64_t r = end; rows.numbers && r < smaller(end + rowsAhead, x.count); r++) {
        prefetchRow(rows.row(r) + columns.begin, width);
      }
      addRows(target + indices[c] * x.inner, rows, c, end, columns);
    }
    rows.source += rows.numbers ? 0 : x.count * x.inner;
  }
}

// What groupRows wrote: the first position of each group, and after each position the next.
struct GroupReader {
  const int32_t* firsts;
  const int32_t* next;
  int64_t count, groups;

  GroupReader(const Operand& operand, int64_t count, const Run& run) : count(count) {
    const int32_t* words = reinterpret_cast<const int32_t*>(address(run, operand));
    firsts = words + 1;
    next = firsts + count;
    groups = smaller<int64_t>(larger(words[0], 0), count);
  }
  // -1 after the last. Positions grow, so that a walk ends whatever the words say.
  VERSANT_INLINE int64_t after(int64_t position) const {
    const int64_t following = next[position];
    return following > position && following < count ? following : -1;
  }
};

template <int vectors>
VERSANT_INLINE void sumStretch(F (&sum)[vectors], const RowReader& rows, const GroupReader& groups,
                               int64_t position, int64_t column) {
  for (int v = 0; v < vectors; v++) sum[v] = splat(0);
  for (; position >= 0; position = groups.after(position)) {
    if (!rows.has(position)) continue;
    const float* row = rows.row(position) + column;
    for (int v = 0; v < vectors; v++) sum[v] = add(sum[v], load(row + v * lanes));
  }
}

VERSANT_INLINE float sumElement(const RowReader& rows, const GroupReader& groups, int64_t position,
                                int64_t column) {
  float sum = 0;
  for (; position >= 0; position = groups.after(position)) {
    if (rows.has(position)) sum += rows.row(position)[column];
  }
  return sum;
}

inline bool finiteRows(const CheckRows& x, const Run& run) {
  const RowReader rows(x.rows, run);
  // Nearly always the numbers are so small that no sum of them can overflow, however it is rounded.
  const int64_t most = larger<int64_t>(rows.count, 1);
  const float limit = 0x1p125f / static_cast<float>(most);
  int32_t bits;
  VERSANT_COPY(&bits, &limit, 4);
  if (most < 1 << 24 && allWithin(rows.source, rows.size * rows.inner, bits)) return true;
  const GroupReader groups(x.groups, rows.count, run);
  for (int64_t g = 0; g < groups.groups; g++) {
    const int64_t first = groups.firsts[g];
    if (static_cast<uint64_t>(first) >= static_cast<uint64_t>(rows.count)) continue;
    for (int64_t j = 0; j < rows.inner; j++) {
      const float sum = sumElement(rows, groups, first, j);
      if (!allWithin(&sum, 1, largestFinite)) return false;
    }
  }
  return true;
}

template <int vectors>
VERSANT_INLINE void updateStretch(float* to, F factor, const RowReader& rows,
                                  const GroupReader& groups, int64_t first, int64_t column) {
  F sum[vectors];
  sumStretch(sum, rows, groups, first, column);
  for (int v = 0; v < vectors; v++) {
    store(to + v * lanes, sub(load(to + v * lanes), mul(sum[v], factor)));
  }
}

// Threads share groups, none of which has a row of another.
inline void updateRows(const UpdateRows& x, const Run& run, int64_t part, int64_t parts) {
  const RowReader rows(x.rows, run);
  const GroupReader groups(x.groups, rows.count, run);
  const int32_t* indices = reinterpret_cast<const int32_t*>(address(run, x.indices));
  float* target = reinterpret_cast<float*>(address(run, x.target));
  const float factor = static_cast<float>(x.scalar < 0 ? x.factor : run.scalars[x.scalar]);
  const F factors = splat(factor);
  // The row of a group, or null for what groupRows would not have written.
  const auto rowOf = [&](int64_t g) -> float* {
    const int64_t first = groups.firsts[g];
    if (static_cast<uint64_t>(first) >= static_cast<uint64_t>(rows.count)) return nullptr;
    const int64_t index = indices[first];
    return index >= 0 && index < x.size ? target + index * rows.inner : nullptr;
  };
  const Range range = partOf(groups.groups, 1, part, parts);
  for (int64_t g = range.begin; g < range.end; g++) {
    const float* later = g + rowsAhead < range.end ? rowOf(g + rowsAhead) : nullptr;
    if (later) prefetchRow(later, rows.inner);
    float* to = rowOf(g);
    if (!to) continue;
    const int64_t first = groups.firsts[g];
    int64_t j = 0;
    for (; j + abreast * lanes <= rows.inner; j += abreast * lanes) {
      updateStretch<abreast>(to + j, factors, rows, groups, first, j);
    }
    for (; j + lanes <= rows.inner; j += lanes) {
      updateStretch<1>(to + j, factors, rows, groups, first, j);
    }
    for (; j < rows.inner; j++) to[j] = to[j] - sumElement(rows, groups, first, j) * factor;
  }
}

}  // namespace versant::VERSANT_ISA
