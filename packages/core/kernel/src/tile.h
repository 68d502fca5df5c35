// A tile of C held in registers: every element is one chain of multiply-adds over k, upwards from 0
// or from what C holds.
#pragma once
#include "kernels.h"
#include "math.h"

namespace versant::VERSANT_ISA {

#if defined(VERSANT_AVX512)
constexpr int panelVectors = 3;
constexpr int tileRows[] = {0, 14, 12, 8};
#elif defined(VERSANT_AVX2)
constexpr int panelVectors = 3;
constexpr int tileRows[] = {0, 10, 6, 4};
#elif defined(VERSANT_NEON)
constexpr int panelVectors = 4;
constexpr int tileRows[] = {0, 12, 8, 8, 6};
#else
constexpr int panelVectors = 2;
constexpr int tileRows[] = {0, 8, 8};
#endif
// Rows of a tile where A's own rows are not contiguous; a register more would be one too many there.
#if defined(VERSANT_WASM)
constexpr int64_t apartRows = 6;
#else
constexpr int64_t apartRows = 16;
#endif

// A step of one batch on C: element (row, column) of x stands at data[row * row + column * column].
struct StepAt {
  Step step;
  const float* data;
  int64_t row, column;
};

// c where x is above 0 or NaN, else 0.
VERSANT_INLINE F gate(F c, F x) { return select(lessEqual(x, splat(0.0f)), splat(0.0f), c); }

struct Tile {
  const float* a;
  int64_t aRow, aColumn;
  const float* b;
  int64_t bRow;        // from one k to the next
  int32_t bVector[4];  // where each vector stands in a row of B
  float* c;
  int64_t cRow;
  int32_t cVector[4];
  int64_t depth;
  int32_t columns;  // less than `lanes`: store only so many
  bool resume;      // go on from what C holds
  // The usual steps, which are taken before C is stored; `first` is the tile's row in C.
  const StepAt* steps;
  int32_t stepCount;
  int64_t first;
};

// Whether tiles take a step themselves; it costs code, so they take the usual ones only.
VERSANT_INLINE bool isUsual(const StepAt& at) {
  return at.step == Step::relu || at.step == Step::add ||
         (at.step == Step::gate && at.column == 1);
}

template <int rows, int vectors>
VERSANT_INLINE void takeUsualSteps(const Tile& tile, F (&sum)[rows][vectors]) {
  for (int32_t i = 0; i < tile.stepCount; i++) {
    const StepAt& at = tile.steps[i];
    const float* const x = at.data + tile.first * at.row;
    const auto each = [&](auto f) VERSANT_INLINE_LAMBDA {
      for (int r = 0; r < rows; r++) {
        for (int v = 0; v < vectors; v++) {
          sum[r][v] = f(sum[r][v], x + r * at.row, tile.cVector[v]);
        }
      }
    };
    if (at.step == Step::relu) {
      each([](F c, const float*, int32_t) { return rectify(c); });
    } else if (at.step == Step::gate) {
      each([](F c, const float* p, int32_t start) { return gate(c, load(p + start)); });
    } else if (at.column == 0) {
      each([](F c, const float* p, int32_t) { return add(c, splat(*p)); });
    } else {
      each([](F c, const float* p, int32_t start) { return add(c, load(p + start)); });
    }
  }
}

#if defined(VERSANT_WASM)
// B's vectors of one k, added to every row times what `value(r)` gives.
template <int rows, int vectors, typename Value>
VERSANT_INLINE void addStep(F (&sum)[rows][vectors], const float* (&b)[vectors], int64_t bRow,
                            Value value) {
  F column[vectors];
  for (int v = 0; v < vectors; v++) {
    column[v] = load(b[v]);
    b[v] += bRow;
  }
  for (int r = 0; r < rows; r++) {
    const F x = value(r);
    for (int v = 0; v < vectors; v++) sum[r][v] = fma(x, column[v], sum[r][v]);
  }
}

// WebAssembly is slow at address arithmetic: rows of A that are contiguous are read a vector, and so
// four steps of k, at a time, and spread lane by lane. Returns how many steps it took.
template <int rows, int vectors>
VERSANT_INLINE int64_t alongDepth(const Tile& tile, F (&sum)[rows][vectors]) {
  const float* b[vectors];
  for (int v = 0; v < vectors; v++) b[v] = tile.b + tile.bVector[v];
  const float* a[rows];
  for (int r = 0; r < rows; r++) a[r] = tile.a + r * tile.aRow;
  int64_t k = 0;
  for (; k + 4 <= tile.depth; k += 4) {
    F four[rows];
    for (int r = 0; r < rows; r++) four[r] = load(a[r] + k);
    addStep(sum, b, tile.bRow, [&](int r) { return spread<0>(four[r]); });
    addStep(sum, b, tile.bRow, [&](int r) { return spread<1>(four[r]); });
    addStep(sum, b, tile.bRow, [&](int r) { return spread<2>(four[r]); });
    addStep(sum, b, tile.bRow, [&](int r) { return spread<3>(four[r]); });
  }
  return k;
}
#endif

template <int rows, int vectors>
inline void computeTile(const Tile& tile) {
  F sum[rows][vectors];
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < vectors; v++) {
      if (!tile.resume) {
        sum[r][v] = splat(0.0f);
      } else if (tile.columns >= lanes) {
        sum[r][v] = load(tile.c + r * tile.cRow + tile.cVector[v]);
      } else {
        float padded[lanes] = {};
        for (int j = 0; j < tile.columns; j++) padded[j] = tile.c[r * tile.cRow + j];
        sum[r][v] = load(padded);
      }
    }
  }
  const float* a[rows];
  for (int r = 0; r < rows; r++) a[r] = tile.a + r * tile.aRow;
  const float* b[vectors];
  for (int v = 0; v < vectors; v++) b[v] = tile.b + tile.bVector[v];
  const int64_t aStep = tile.aColumn, bStep = tile.bRow;
  const auto step = [&](int64_t k, auto element) VERSANT_INLINE_LAMBDA {
    F column[vectors];
    for (int v = 0; v < vectors; v++) column[v] = load(b[v] + k * bStep);
    for (int r = 0; r < rows; r++) {
      const F value = splat(element(r));
      for (int v = 0; v < vectors; v++) sum[r][v] = fma(value, column[v], sum[r][v]);
    }
  };
  int64_t k = 0;
#if defined(VERSANT_WASM)
  if (aStep == 1) k = alongDepth<rows, vectors>(tile, sum);
#endif
  // The two usual layouts of A, written so that most of the address arithmetic vanishes.
  if (tile.aRow == 1) {
    for (const float* column = tile.a + k * aStep; k < tile.depth; k++, column += aStep) {
      step(k, [&](int r) { return column[r]; });
    }
  } else if (aStep == 1) {
    for (; k + 4 <= tile.depth; k += 4) {
      step(k, [&](int r) { return a[r][k]; });
      step(k + 1, [&](int r) { return a[r][k + 1]; });
      step(k + 2, [&](int r) { return a[r][k + 2]; });
      step(k + 3, [&](int r) { return a[r][k + 3]; });
    }
  }
  for (; k < tile.depth; k++) step(k, [&](int r) { return a[r][k * aStep]; });
  if (tile.stepCount > 0) takeUsualSteps(tile, sum);
  for (int r = 0; r < rows; r++) {
    float* c = tile.c + r * tile.cRow;
    if (tile.columns >= lanes) {
      for (int v = 0; v < vectors; v++) store(c + tile.cVector[v], sum[r][v]);
    } else {
      storeFirst(c, sum[r][0], tile.columns);
    }
  }
}

using TileFunction = void (*)(const Tile&);

// computeTile for 1 to tileRows[vectors] rows.
template <int vectors, int... rows>
struct TileTable {
  static constexpr TileFunction of[] = {nullptr, computeTile<rows, vectors>...};
};
template <int vectors, int rows, int... more>
struct MakeTable : MakeTable<vectors, rows - 1, rows, more...> {};
template <int vectors, int... more>
struct MakeTable<vectors, 0, more...> : TileTable<vectors, more...> {};

VERSANT_INLINE TileFunction tileFunction(int rows, int vectors) {
  if (vectors == 1) return MakeTable<1, tileRows[1]>::of[rows];
  if (vectors == 2) return MakeTable<2, tileRows[2]>::of[rows];
#if !defined(VERSANT_WASM)
  if (vectors == 3) return MakeTable<3, tileRows[3]>::of[rows];
#endif
#if defined(VERSANT_NEON)
  if (vectors == 4) return MakeTable<4, tileRows[4]>::of[rows];
#endif
  return nullptr;
}

}  // namespace versant::VERSANT_ISA
