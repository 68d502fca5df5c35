// A tile of C held in registers: every element is one chain of multiply-adds over k, upwards from 0
// or from what C holds.
#pragma once
#include "kernels.h"
#include "math.h"
#include "unroll.h"

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
constexpr int apartRows = 6;
#else
constexpr int apartRows = 16;
#endif
// Rows of A that are reached from one pointer, by a register and a factor of 1 or 2: pointers to all
// rows would not fit registers. WebAssembly has no such addresses.
#if defined(VERSANT_WASM)
constexpr int rowsOfPointer = 1;
#else
constexpr int rowsOfPointer = 3;
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
  int64_t bRow;           // from one k to the next
  const int64_t* bPlace;  // where each k stands instead, if B is read in places
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

// f(r, v) for every vector of a tile.
template <int rows, int vectors, typename Function>
VERSANT_INLINE void eachVector(Function f) {
  times<rows>([&](auto r) VERSANT_INLINE_LAMBDA {
    times<vectors>([&](auto v) VERSANT_INLINE_LAMBDA { f(r, v); });
  });
}

template <int rows, int vectors>
VERSANT_INLINE void takeUsualSteps(const Tile& tile, F (&sum)[rows][vectors]) {
  for (int32_t i = 0; i < tile.stepCount; i++) {
    const StepAt& at = tile.steps[i];
    const float* const x = at.data + tile.first * at.row;
    const auto each = [&](auto f) VERSANT_INLINE_LAMBDA {
      eachVector<rows, vectors>([&](auto r, auto v) VERSANT_INLINE_LAMBDA {
        F& c = sum[r][v];
        c = f(c, x + r * at.row, tile.cVector[v]);
      });
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
  times<vectors>([&](auto v) VERSANT_INLINE_LAMBDA {
    column[v] = load(b[v]);
    b[v] += bRow;
  });
  times<rows>([&](auto r) VERSANT_INLINE_LAMBDA {
    const F x = value(r);
    times<vectors>([&](auto v) VERSANT_INLINE_LAMBDA {
      sum[r][v] = fma(x, column[v], sum[r][v]);
    });
  });
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

template <int rows, int vectors, bool places>
inline void computeTile(const Tile& tile) {
  F sum[rows][vectors];
  if (!tile.resume) {
    eachVector<rows, vectors>([&](auto r, auto v) VERSANT_INLINE_LAMBDA {
      sum[r][v] = splat(0.0f);
    });
  } else if (tile.columns >= lanes) {
    eachVector<rows, vectors>([&](auto r, auto v) VERSANT_INLINE_LAMBDA {
      sum[r][v] = load(tile.c + r * tile.cRow + tile.cVector[v]);
    });
  } else {
    eachVector<rows, vectors>([&](auto r, auto v) VERSANT_INLINE_LAMBDA {
      sum[r][v] = loadFirst(tile.c + r * tile.cRow, tile.columns);
    });
  }
  const float* b[vectors];
  times<vectors>([&](auto v) VERSANT_INLINE_LAMBDA {
    b[v] = tile.b + tile.bVector[v];
  });
  const int64_t aRow = tile.aRow, aStep = tile.aColumn, bStep = tile.bRow;
  const auto step = [&](int64_t k, auto element) VERSANT_INLINE_LAMBDA {
    const int64_t place = places ? tile.bPlace[k] : k * bStep;
    F column[vectors];
    times<vectors>([&](auto v) VERSANT_INLINE_LAMBDA {
      column[v] = load(b[v] + place);
    });
    times<rows>([&](auto r) VERSANT_INLINE_LAMBDA {
      const F value = splat(element(r));
      times<vectors>([&](auto v) VERSANT_INLINE_LAMBDA {
        sum[r][v] = fma(value, column[v], sum[r][v]);
      });
    });
  };
  int64_t k = 0;
#if defined(VERSANT_WASM)
  if (aStep == 1) k = alongDepth<rows, vectors>(tile, sum);
#endif
  // The two usual layouts of A, written so that most of the address arithmetic vanishes.
  if (aRow == 1) {
    for (const float* column = tile.a + k * aStep; k < tile.depth; k++, column += aStep) {
      step(k, [&](int r) { return column[r]; });
    }
  } else {
    constexpr int pointers = (rows + rowsOfPointer - 1) / rowsOfPointer;
    const float* a[pointers];
    for (int i = 0; i < pointers; i++) a[i] = tile.a + i * rowsOfPointer * aRow + k * aStep;
    const auto row = [&](int r) VERSANT_INLINE_LAMBDA {
      return a[r / rowsOfPointer] + r % rowsOfPointer * aRow;
    };
    if (aStep == 1) {
      for (; k + 4 <= tile.depth; k += 4) {
        step(k, [&](int r) { return row(r)[0]; });
        step(k + 1, [&](int r) { return row(r)[1]; });
        step(k + 2, [&](int r) { return row(r)[2]; });
        step(k + 3, [&](int r) { return row(r)[3]; });
        for (int i = 0; i < pointers; i++) a[i] += 4;
      }
    }
    for (; k < tile.depth; k++) {
      step(k, [&](int r) { return row(r)[0]; });
      for (int i = 0; i < pointers; i++) a[i] += aStep;
    }
  }
  if (tile.stepCount > 0) takeUsualSteps(tile, sum);
  if (tile.columns >= lanes) {
    eachVector<rows, vectors>([&](auto r, auto v) VERSANT_INLINE_LAMBDA {
      store(tile.c + r * tile.cRow + tile.cVector[v], sum[r][v]);
    });
  } else {
    times<rows>([&](auto r) VERSANT_INLINE_LAMBDA {
      storeFirst(tile.c + r * tile.cRow, sum[r][0], tile.columns);
    });
  }
}

using TileFunction = void (*)(const Tile&);

// computeTile for 1 to tileRows[vectors] rows.
template <int vectors, bool places, int... rows>
struct TileTable {
  static constexpr TileFunction of[] = {nullptr, computeTile<rows, vectors, places>...};
};
template <int vectors, bool places, int rows, int... more>
struct MakeTable : MakeTable<vectors, places, rows - 1, rows, more...> {};
template <int vectors, bool places, int... more>
struct MakeTable<vectors, places, 0, more...> : TileTable<vectors, places, more...> {};

template <bool places>
VERSANT_INLINE TileFunction tileFunction(int rows, int vectors) {
  if (vectors == 1) return MakeTable<1, places, tileRows[1]>::of[rows];
  if (vectors == 2) return MakeTable<2, places, tileRows[2]>::of[rows];
#if !defined(VERSANT_WASM)
  if (vectors == 3) return MakeTable<3, places, tileRows[3]>::of[rows];
#endif
#if defined(VERSANT_NEON)
  if (vectors == 4) return MakeTable<4, places, tileRows[4]>::of[rows];
#endif
  return nullptr;
}

}  // namespace versant::VERSANT_ISA
