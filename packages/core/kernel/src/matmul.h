// C = A B as tiles of C held in registers. Every element is one chain of multiply-adds over k,
// upwards from 0, so tiles and threads do not change a bit.
//
// A panel is up to `panelVectors` vectors of columns. Its vectors start at multiples of `lanes`,
// except that the last one is moved back to end with the last column: it computes some columns
// twice, to the same bits, and nothing has to be masked. Only where there are fewer columns than
// lanes is a panel padded with zeros. A and B are read where they stand if they can be; otherwise
// blocks of them are brought together in scratch (pack.h). k is cut so that a panel's block of B
// stays in the first-level cache; C is loaded again for the next cut, which leaves the chain as it
// was.
#pragma once
#include "kernels.h"
#include "pack.h"
#include "vec.h"

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
};

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

// Panels of columns, as even as possible.
struct Panels {
  Range vectors;
  int64_t count;
  int64_t columns;

  explicit Panels(Range v, int64_t n)
      : vectors(v), count((v.end - v.begin + panelVectors - 1) / panelVectors), columns(n) {}

  // Where the vectors of a panel start; returns how many there are.
  int starts(int64_t panel, int32_t* start) const {
    const int64_t total = vectors.end - vectors.begin;
    const int64_t first = vectors.begin + total * panel / count;
    const int width = static_cast<int>(vectors.begin + total * (panel + 1) / count - first);
    for (int v = 0; v < width; v++) {
      const int64_t at = smaller<int64_t>((first + v) * lanes, columns - lanes);
      start[v] = static_cast<int32_t>(larger<int64_t>(0, at));
    }
    return width;
  }
};

struct Matrices {
  Factor a, b;
  float* c;
  int64_t cRow;
};

// How many rows of A find room in scratch beside a panel of B.
constexpr int64_t packedRows = scratchReserve / 4 / depth - panelVectors * lanes;

// The part of C in `rows` and the vectors of columns in `vectors`. `packed` holds a panel of B, then
// rows of A.
inline void multiply(const Matrices& x, Range rows, Range vectors, float* packed) {
  const int64_t n = x.b.columns->total, inner = x.b.rows->total;
  const Panels panels(vectors, n);
  const int64_t height = rows.end - rows.begin;
  float* const packedA = packed + panelVectors * lanes * depth;
  const bool scattered = x.a.rows->rank > 1;
  const bool packsA = scattered || x.a.columns->rank > 1;
  const bool bySteps = x.b.columns->rank == 1;
  const int64_t bColumn = x.b.columnStrides[0];
  Tile tile;
  tile.columns = static_cast<int32_t>(smaller<int64_t>(n, lanes));
  tile.cRow = x.cRow;
  const int64_t block = packsA ? packedRows : height;
  for (int64_t from = rows.begin; from < rows.end; from += block) {
    const int64_t until = smaller(rows.end, from + block);
    for (int64_t k = 0; k < inner; k += depth) {
      tile.depth = smaller(depth, inner - k);
      tile.resume = k > 0;
      const Places alongA(*x.a.columns, x.a.columnStrides, k, tile.depth);
      const Places alongB(*x.b.rows, x.b.rowStrides, k, tile.depth);
      const float* a;
      if (scattered || !alongA.even) {
        packRows(packedA, x.a, {from, until}, alongA, tile.depth);
        a = packedA, tile.aRow = depth, tile.aColumn = 1;
      } else {
        a = x.a.data + alongA.first + from * x.a.rowStrides[0];
        tile.aRow = x.a.rowStrides[0], tile.aColumn = alongA.step;
      }
      // Rows of B a multiple of 2 KiB apart fall on few sets of the cache, where they drive each other
      // out before the next tile reads them: they are worth a copy if there are more than a few tiles.
      const bool crowded = alongB.step % 512 == 0 && height > 32;
      const bool inPlace = bySteps && alongB.even && bColumn == 1 && n >= lanes && !crowded;
      for (int64_t panel = 0; panel < panels.count; panel++) {
        const int width = panels.starts(panel, tile.cVector);
        if (inPlace) {
          tile.b = x.b.data + alongB.first;
          tile.bRow = alongB.step;
        } else {
          tile.b = packed;
          tile.bRow = width * lanes;
          const Panel target = {packed, tile.bRow, tile.cVector, width, tile.columns};
          if (bySteps && alongB.even) {
            packSteps(target, x.b.data + alongB.first, alongB.step, bColumn, tile.depth);
          } else {
            packPlaces(target, x.b, alongB, tile.depth);
          }
        }
        for (int v = 0; v < width; v++) tile.bVector[v] = inPlace ? tile.cVector[v] : v * lanes;
        const int64_t most =
            tile.aColumn == 1 ? tileRows[width] : smaller<int64_t>(tileRows[width], apartRows);
        const int64_t tiles = (until - from + most - 1) / most;
        for (int64_t t = 0; t < tiles; t++) {
          const Range cut = partOf(until - from, 1, t, tiles);
          tile.a = a + cut.begin * tile.aRow;
          tile.c = x.c + (from + cut.begin) * x.cRow;
          tileFunction(static_cast<int>(cut.end - cut.begin), width)(tile);
        }
      }
    }
  }
}

inline void matmul(const MatMul& matmul, const Run& run, uint8_t* scratch, int64_t part,
                   int64_t parts) {
  const int64_t m = matmul.m.total, n = matmul.n.total, k = matmul.k.total;
  if (matmul.batch.total == 0 || m == 0 || n == 0) return;
  const int32_t rank = matmul.batch.rank;
  const int32_t *strideA = matmul.a.strides, *strideB = matmul.b.strides;
  Matrices x;
  x.a.rows = &matmul.m, x.a.columns = &matmul.k;
  x.a.rowStrides = strideA + rank, x.a.columnStrides = strideA + rank + matmul.m.rank;
  x.b.rows = &matmul.k, x.b.columns = &matmul.n;
  x.b.rowStrides = strideB + rank, x.b.columnStrides = strideB + rank + matmul.k.rank;
  x.cRow = matmul.c.strides[rank];
  const float* a = reinterpret_cast<const float*>(address(run, matmul.a));
  const float* b = reinterpret_cast<const float*>(address(run, matmul.b));
  float* c = reinterpret_cast<float*>(address(run, matmul.c));
  float* packed = reinterpret_cast<float*>(scratch);

  const int64_t vectorCount = (n + lanes - 1) / lanes;
  Range batches{0, matmul.batch.total}, rows{0, m}, vectors{0, vectorCount};
  if (parts > 1) {
    if (matmul.batch.total >= parts) {
      batches = partOf(matmul.batch.total, 1, part, parts);
    } else if (m >= 2 * n || vectorCount < parts * panelVectors) {
      rows = partOf(m, 1, part, parts);
    } else {
      vectors = partOf(vectorCount, 1, part, parts);
    }
  }
  for (int64_t batch = batches.begin; batch < batches.end; batch++) {
    x.a.data = a + placeOf(matmul.batch, strideA, batch);
    x.b.data = b + placeOf(matmul.batch, strideB, batch);
    x.c = c + placeOf(matmul.batch, matmul.c.strides, batch);
    if (k == 0) {
      for (int64_t row = rows.begin; row < rows.end; row++) {
        for (int64_t j = 0; j < n; j++) x.c[row * x.cRow + j] = 0.0f;
      }
    } else {
      multiply(x, rows, vectors, packed);
    }
  }
}

}  // namespace versant::VERSANT_ISA
