// Bringing the blocks of a product's factors together: columns of B that stand apart, and factors
// whose rows or columns go along several axes, as windows of a convolution do.
#pragma once
#include "kernels.h"
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
  for (int64_t i = 0; i < count;) {
    const int64_t start = placeOf(axes, strides, first + i);
    const int64_t run = smaller(count - i, size - (first + i) % size);
    for (int64_t j = 0; j < run; j++) of[i + j] = start + j * stride;
    i += run;
  }
}

// Where a block of up to `depth` positions stands: in even steps, or each for itself.
struct Places {
  int64_t first;
  int64_t step;
  bool even;
  int64_t of[depth];  // only if not even

  Places(const Axes& axes, const int32_t* strides, int64_t from, int64_t count) {
    if (axes.rank == 1) {
      first = from * strides[0], step = strides[0], even = true;
      return;
    }
    placesOf(axes, strides, from, count, of);
    first = of[0], step = count > 1 ? of[1] - of[0] : 0, even = true;
    for (int64_t i = 2; i < count; i++) even = even && of[i] - of[i - 1] == step;
  }

  VERSANT_INLINE int64_t at(int64_t i) const { return even ? first + i * step : of[i]; }
};

// A panel of B in scratch: rows of `width` floats for vectors of columns that begin at `starts`.
struct Panel {
  float* data;
  int64_t width;
  const int32_t* starts;
  int vectors;
  int32_t columns;  // all there are, if fewer than `lanes`
};

VERSANT_INLINE void padColumns(float* to, int64_t width, int32_t used, int64_t count) {
  for (int32_t j = used; j < lanes; j++) {
    for (int64_t k = 0; k < count; k++) to[k * width + j] = 0.0f;
  }
}

// From a B whose rows and columns both are steps apart.
inline void packSteps(const Panel& panel, const float* b, int64_t rowStep, int64_t columnStep,
                      int64_t count) {
  const int64_t width = panel.width;
  const int32_t used = smaller<int32_t>(panel.columns, lanes);
  for (int v = 0; v < panel.vectors; v++) {
    const float* from = b + panel.starts[v] * columnStep;
    float* to = panel.data + v * lanes;
    if (columnStep == 1 && used == lanes) {
      for (int64_t k = 0; k < count; k++) store(to + k * width, load(from + k * rowStep));
      continue;
    }
    int32_t j = 0;
    if (rowStep == 1) {
      for (; j + 4 <= used; j += 4) {
        const float* column = from + j * columnStep;
        int64_t k = 0;
        for (; k + 4 <= count; k += 4) {
          const float* const four[] = {column + k, column + columnStep + k,
                                       column + 2 * columnStep + k, column + 3 * columnStep + k};
          transpose4(four, to + k * width + j, width);
        }
        for (; k < count; k++) {
          for (int32_t i = 0; i < 4; i++) to[k * width + j + i] = column[i * columnStep + k];
        }
      }
    }
    for (; j < used; j++) {
      const float* column = from + j * columnStep;
      for (int64_t k = 0; k < count; k++) to[k * width + j] = column[k * rowStep];
    }
    padColumns(to, width, used, count);
  }
}

// `length` columns of a vector that stand side by side.
VERSANT_INLINE void packRun(float* to, int64_t width, const float* from, const Places& along,
                            int64_t count, int32_t length) {
  if (length == lanes) {
    for (int64_t k = 0; k < count; k++) store(to + k * width, load(from + along.at(k)));
    return;
  }
  for (int64_t k = 0; k < count; k++) {
    const float* source = from + along.at(k);
    float* target = to + k * width;
    int32_t j = 0;
    for (; j + 4 <= length; j += 4) {
      const float p = source[j], q = source[j + 1], r = source[j + 2], s = source[j + 3];
      target[j] = p, target[j + 1] = q, target[j + 2] = r, target[j + 3] = s;
    }
    for (; j < length; j++) target[j] = source[j];
  }
}

// Four columns that stand anywhere; rows that stand side by side are turned four at a time.
VERSANT_INLINE void packFour(float* to, int64_t width, const float* b, const int64_t* columns,
                             const Places& along, int64_t count) {
  int64_t k = 0;
  while (k < count) {
    const int64_t place = along.at(k);
    const bool together = k + 4 <= count && along.at(k + 1) == place + 1 &&
                          along.at(k + 2) == place + 2 && along.at(k + 3) == place + 3;
    if (together) {
      const float* const four[] = {b + columns[0] + place, b + columns[1] + place,
                                   b + columns[2] + place, b + columns[3] + place};
      transpose4(four, to + k * width, width);
      k += 4;
      continue;
    }
    for (int32_t i = 0; i < 4; i++) to[k * width + i] = b[columns[i] + place];
    k++;
  }
}

// From a B whose rows or columns go along several axes.
inline void packPlaces(const Panel& panel, const Factor& b, const Places& along, int64_t count) {
  const int64_t width = panel.width;
  const int32_t used = smaller<int32_t>(panel.columns, lanes);
  for (int v = 0; v < panel.vectors; v++) {
    int64_t columns[lanes];
    placesOf(*b.columns, b.columnStrides, panel.starts[v], used, columns);
    float* to = panel.data + v * lanes;
    int32_t runs = 1;
    for (int32_t j = 1; j < used; j++) runs += columns[j] != columns[j - 1] + 1;
    int32_t j = 0;
    if (runs * 4 > used) {
      for (; j + 4 <= used; j += 4) packFour(to + j, width, b.data, columns + j, along, count);
    }
    while (j < used) {
      int32_t end = j + 1;
      while (end < used && columns[end] == columns[end - 1] + 1) end++;
      packRun(to + j, width, b.data + columns[j], along, count, end - j);
      j = end;
    }
    padColumns(to, width, used, count);
  }
}

// Rows of A, each `depth` floats long.
inline void packRows(float* to, const Factor& a, Range rows, const Places& along, int64_t count) {
  for (int64_t row = rows.begin; row < rows.end; row++, to += depth) {
    const float* from = a.data + placeOf(*a.rows, a.rowStrides, row);
    int64_t k = 0;
    if (along.even && along.step == 1) {
      for (; k + lanes <= count; k += lanes) store(to + k, load(from + along.first + k));
    }
    for (; k < count; k++) to[k] = from[along.at(k)];
  }
}

}  // namespace versant::VERSANT_ISA
