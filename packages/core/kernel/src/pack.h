// Bringing the blocks of a product's factors together: columns of B that stand apart, and factors
// whose rows or columns go along several axes, as windows of a convolution do.
#pragma once
#include "kernels.h"
#include "unroll.h"
#include "vec.h"

namespace versant::VERSANT_ISA {

// Steps over k between which the sums of a tile rest in C.
constexpr int64_t depth = 256;

// A matrix whose rows and columns each go along one axis or several.
struct Factor {
  const float* data;
  const Axes *rows, *columns;
  const int32_t *rowStrides, *columnStrides;
};

// Where position `index` of some axes stands.
VERSANT_INLINE int64_t placeOf(const Axes& axes, const int32_t* strides, int64_t index) {
  int64_t place = 0;
  for (int32_t axis = axes.rank - 1; axis > 0; axis--) {
    place += index % axes.sizes[axis] * strides[axis];
    index /= axes.sizes[axis];
  }
  return axes.rank > 0 ? place + index * strides[0] : 0;
}

// `of[i]` is where position `first + i` stands.
VERSANT_INLINE void placesOf(const Axes& axes, const int32_t* strides, int64_t first, int64_t count,
                             int64_t* of) {
  const int64_t size = axes.sizes[axes.rank - 1], stride = strides[axes.rank - 1];
  if (axes.rank == 1) {
    for (int64_t i = 0; i < count; i++) of[i] = (first + i) * stride;
    return;
  }
  for (int64_t i = 0; i < count;) {
    const int64_t start = placeOf(axes, strides, first + i);
    const int64_t run = smaller(count - i, size - (first + i) % size);
    for (int64_t j = 0; j < run; j++) of[i + j] = start + j * stride;
    i += run;
  }
}

// Where a block of up to `depth` positions stands, and whether in even steps.
struct Places {
  int64_t first, step, count;
  bool even;
  bool listed;
  int64_t of[depth];  // once listed

  VERSANT_INLINE void prepare(const Axes& axes, const int32_t* strides, Range range) {
    count = range.end - range.begin;
    listed = axes.rank > 1;
    if (!listed) {
      first = range.begin * strides[0], step = strides[0], even = true;
      return;
    }
    placesOf(axes, strides, range.begin, count, of);
    first = of[0], step = count > 1 ? of[1] - of[0] : 0, even = true;
    for (int64_t i = 2; i < count; i++) even = even && of[i] - of[i - 1] == step;
  }

  VERSANT_INLINE const int64_t* list() {
    if (!listed) {
      for (int64_t i = 0; i < count; i++) of[i] = first + i * step;
    }
    listed = true;
    return of;
  }
};

// Stands for places that make no stretch.
constexpr int64_t unusable[lanes] = {};

// Runs of neighbours that one vector is put together from, where a few loads are cheaper than lanes
// one by one.
constexpr int maxRuns = larger(1, lanes / 4);

constexpr int32_t laneNumbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

// `lanes` places as runs of neighbours. A load for each run, so that its elements fall on their
// lanes; it reads nothing before the first place nor after the last.
struct Stretch {
  int runs;  // 0: more than `maxRuns`, or places that do not rise
  int64_t from[maxRuns];
  M mask[maxRuns];  // the lanes from the run's first on

  explicit Stretch(const int64_t* places) {
    runs = 1, from[0] = places[0];
    const I numbers = loadInt(laneNumbers);
    for (int32_t j = 1; j < lanes; j++) {
      if (places[j] == places[j - 1] + 1) continue;
      if (runs == maxRuns || places[j] <= places[j - 1]) {
        runs = 0;
        return;
      }
      from[runs] = places[j] - j;
      mask[runs++] = lessInt(splatInt(j - 1), numbers);
    }
  }
};

template <int runs>
VERSANT_INLINE F loadRuns(const float* data, const Stretch& stretch) {
  F result = load(data + stretch.from[0]);
  for (int r = 1; r < runs; r++) {
    result = select(stretch.mask[r], load(data + stretch.from[r]), result);
  }
  return result;
}

// f(runs), with the number of runs as a constant.
template <typename Function>
VERSANT_INLINE void withRuns(const Stretch& stretch, Function f) {
  if (stretch.runs == 0) return f(Constant<0>{});
  if (stretch.runs == 1) return f(Constant<1>{});
  if constexpr (maxRuns >= 2) {
    if (stretch.runs == 2) return f(Constant<2>{});
  }
  if constexpr (maxRuns >= 4) {
    if (stretch.runs == 3) return f(Constant<3>{});
    f(Constant<4>{});
  }
}

// A panel of B in scratch: rows of `width` floats for vectors of columns that begin at `starts`.
struct Panel {
  float* data;
  int64_t width;
  const int32_t* starts;
  int vectors;
  int32_t columns;  // all there are, if fewer than `lanes`
};

// Up to `lanes` columns that stand anywhere: rows that stand side by side, or nearly, are read as
// vectors and turned. What is missing in a vector becomes 0.
inline void packColumns(float* to, int64_t width, const float* b, const int64_t* columns,
                        int32_t used, const int64_t* along, int64_t count) {
  for (int64_t k = 0; k < count; k += lanes) {
    // The last block is moved back to end with the last row.
    if (k + lanes > count && count >= lanes) k = count - lanes;
    const int64_t length = smaller<int64_t>(lanes, count - k);
    float* const target = to + k * width;
    const Stretch stretch(length == lanes ? along + k : unusable);
    withRuns(stretch, [&](auto runs) VERSANT_INLINE_LAMBDA {
      if constexpr (runs.value > 0) {
        F rows[lanes];
        for (int32_t i = 0; i < lanes; i++) {
          rows[i] = i < used ? loadRuns<runs.value>(b + columns[i], stretch) : splat(0.0f);
        }
        transpose(rows);
        for (int32_t i = 0; i < lanes; i++) store(target + i * width, rows[i]);
      } else {
        for (int64_t i = 0; i < length; i++) {
          float* const row = target + i * width;
          const float* const from = b + along[k + i];
          for (int32_t j = 0; j < used; j++) row[j] = from[columns[j]];
          for (int32_t j = used; j < lanes; j++) row[j] = 0.0f;
        }
      }
    });
  }
}

inline void packPanel(const Panel& panel, const Factor& b, Places& places) {
  const int64_t* const along = places.list();
  const int64_t count = places.count;
  const int64_t width = panel.width;
  const int32_t used = smaller<int32_t>(panel.columns, lanes);
  for (int v = 0; v < panel.vectors; v++) {
    float* const to = panel.data + v * lanes;
    int64_t columns[lanes];
    placesOf(*b.columns, b.columnStrides, panel.starts[v], used, columns);
    bool together = used < lanes;
    for (int32_t j = 1; j < used; j++) together = together && columns[j] == columns[0] + j;
    if (together) {
      const float* const from = b.data + columns[0];
      for (int64_t k = 0; k < count; k++) store(to + k * width, loadFirst(from + along[k], used));
      continue;
    }
    const Stretch stretch(used == lanes ? columns : unusable);
    withRuns(stretch, [&](auto runs) VERSANT_INLINE_LAMBDA {
      if constexpr (runs.value > 0) {
        for (int64_t k = 0; k < count; k++) {
          store(to + k * width, loadRuns<runs.value>(b.data + along[k], stretch));
        }
      } else {
        packColumns(to, width, b.data, columns, used, along, count);
      }
    });
  }
}

// Rows of A, one after the other.
inline void packRows(float* to, const Factor& a, Range rows, Places& places) {
  const int64_t* const along = places.list();
  const int64_t count = places.count;
  const int64_t whole = count - count % lanes;
  const bool sideBySide = places.even && places.step == 1;
  if (!sideBySide) {
    for (int64_t k = 0; k < whole; k += lanes) {
      const Stretch stretch(along + k);
      float* target = to + k;
      withRuns(stretch, [&](auto runs) VERSANT_INLINE_LAMBDA {
        for (int64_t row = rows.begin; row < rows.end; row++, target += count) {
          const float* from = a.data + placeOf(*a.rows, a.rowStrides, row);
          if constexpr (runs.value > 0) {
            store(target, loadRuns<runs.value>(from, stretch));
          } else {
            for (int i = 0; i < lanes; i++) target[i] = from[along[k + i]];
          }
        }
      });
    }
  }
  for (int64_t row = rows.begin; row < rows.end; row++, to += count) {
    const float* from = a.data + placeOf(*a.rows, a.rowStrides, row);
    int64_t k = sideBySide ? 0 : whole;
    for (; k < whole; k += lanes) store(to + k, load(from + places.first + k));
    for (; k < count; k++) to[k] = from[along[k]];
  }
}

}  // namespace versant::VERSANT_ISA
