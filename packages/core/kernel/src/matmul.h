// C = A B as tiles of C held in registers (tile.h). Every element is one chain of multiply-adds over
// k, upwards from 0, so tiles and threads do not change a bit.
//
// A panel is up to `panelVectors` vectors of columns. Its vectors start at multiples of `lanes`,
// except that the last one is moved back to end with the last column: it computes some columns
// twice, to the same bits, and nothing has to be masked. Only where there are fewer columns than
// lanes is a panel padded with zeros. A and B are read where they stand if they can be; otherwise
// blocks of them are brought together in scratch (pack.h). k is cut so that a panel's block of B
// stays in the first-level cache; C is loaded again for the next cut, which leaves the chain as it
// was.
#pragma once
#include "epilogue.h"
#include "pack.h"
#include "tile.h"

namespace versant::VERSANT_ISA {

// Panels of columns, as even as possible.
struct Panels {
  Range vectors;
  int64_t count;
  int64_t columns;

  explicit Panels(Range v, int64_t n)
      : vectors(v), count((v.end - v.begin + panelVectors - 1) / panelVectors), columns(n) {}

  // Where the vectors of a panel start; returns how many there are.
  int starts(int64_t panel, int32_t* start) const {
    const Range part = partOf(vectors.end - vectors.begin, 1, panel, count);
    const int64_t first = vectors.begin + part.begin;
    const int width = static_cast<int>(part.end - part.begin);
    for (int v = 0; v < width; v++) {
      const int64_t at = smaller<int64_t>((first + v) * lanes, columns - lanes);
      start[v] = static_cast<int32_t>(larger<int64_t>(0, at));
    }
    return width;
  }
};

struct Product {
  Factor a, b;
  float* c;
  int64_t cRow;
  int32_t stepCount;
  StepAt steps[maxSteps];
  bool usual;  // tiles take the steps
};

// Room in scratch: a panel of B, then a block of A.
constexpr int64_t roomOfB = panelVectors * lanes * depth;
constexpr int64_t roomOfA = scratchReserve / 4 - roomOfB;

// What of C surely is in a near cache.
constexpr int64_t nearFloats = 8192;

// Cuts of k up to which a product may be a near one.
constexpr int64_t fewCuts = 8;

// Rows a multiple of 2 KiB apart fall on few sets of the cache, where they drive each other out.
VERSANT_INLINE bool crowds(int64_t step) { return step % 512 == 0; }

#if defined(VERSANT_WASM)
constexpr bool readsPlaces = false;
#else
constexpr bool readsPlaces = true;
#endif
// Rows up to which a panel that is not aligned to vectors is read from memory time and again.
constexpr int64_t fewRows = 64;

// Rows of A as tiles read them.
struct Block {
  const float* data;
  int64_t row, column;
};

// One cut of k.
struct Cut {
  Range steps;
  Places alongA, alongB;
  bool inPlace;   // B is read where it stands
  bool inPlaces;  // and stands in uneven steps, or its columns in rows of whole vectors

  VERSANT_INLINE void prepare(const Product& x, Range k, int64_t height) {
    steps = k;
    alongA.prepare(*x.a.columns, x.a.columnStrides, k);
    alongB.prepare(*x.b.rows, x.b.rowStrides, k);
    const Axes& columns = *x.b.columns;
    const bool isMatrix = columns.rank == 1 && x.b.columnStrides[0] == 1 &&
                          columns.total >= lanes && alongB.even;
    // A copy is worth it if there are more than a few tiles.
    inPlace = isMatrix && !(crowds(alongB.step) && height > 32);
    inPlaces = readsPlaces && !isMatrix && wholeVectors(x.b) && height <= fewRows;
    if (inPlaces) alongB.list();
    inPlace = inPlace || inPlaces;
  }

  // Whether no vector of columns goes beyond the end of a row of neighbours.
  static VERSANT_INLINE bool wholeVectors(const Factor& b) {
    const int32_t last = b.columns->rank - 1;
    return b.columnStrides[last] == 1 && b.columns->sizes[last] % lanes == 0;
  }

  // Whether A's rows or columns go along several axes and have to be brought together.
  VERSANT_INLINE bool packsA(const Factor& a) const { return a.rows->rank > 1 || !alongA.even; }

  VERSANT_INLINE Block blockOfA(const Factor& a, Range rows, float* packed) {
    if (!packsA(a)) {
      const int64_t row = a.rowStrides[0];
      return {a.data + alongA.first + rows.begin * row, row, alongA.step};
    }
    packRows(packed, a, rows, alongA);
    return {packed, alongA.count, 1};
  }
};

// The tiles of C in `rows`, down one panel, over one cut of k.
inline void multiplyPanel(const Product& x, Cut& cut, const Block& a, Range rows,
                          const Panels& panels, int64_t panel, float* packed) {
  Tile tile;
  const int width = panels.starts(panel, tile.cVector);
  tile.columns = static_cast<int32_t>(smaller<int64_t>(panels.columns, lanes));
  tile.cRow = x.cRow;
  tile.aRow = a.row, tile.aColumn = a.column;
  tile.depth = cut.steps.end - cut.steps.begin;
  tile.resume = cut.steps.begin > 0;
  if (cut.inPlaces) {
    tile.b = x.b.data;
    tile.bPlace = cut.alongB.of;
  } else if (cut.inPlace) {
    tile.b = x.b.data + cut.alongB.first;
    tile.bRow = cut.alongB.step;
  } else {
    tile.b = packed;
    tile.bRow = width * lanes;
    packPanel({packed, tile.bRow, tile.cVector, width, tile.columns}, x.b, cut.alongB);
  }
  for (int v = 0; v < width; v++) {
    tile.bVector[v] = !cut.inPlace    ? v * lanes
                      : cut.inPlaces ? placeOf(*x.b.columns, x.b.columnStrides, tile.cVector[v])
                                     : tile.cVector[v];
  }
  const bool last = cut.steps.end == x.b.rows->total;
  tile.steps = x.steps;
  tile.stepCount = last && x.usual ? x.stepCount : 0;
  const int64_t height = rows.end - rows.begin;
  const uint32_t most = smaller(tileRows[width], tile.aColumn == 1 ? tileRows[width] : apartRows);
  const uint32_t tiles = (static_cast<uint32_t>(height) + most - 1) / most;
  const bool prefetches = x.cRow * height > nearFloats;
  // The first tiles may be a row higher than the others.
  const int64_t size = static_cast<uint32_t>(height) / tiles, larger = height - size * tiles;
  Range part = {0, 0};
  for (uint32_t t = 0; t < tiles; t++) {
    part = {part.end, part.end + size + (t < larger)};
    tile.a = a.data + part.begin * a.row;
    tile.c = x.c + (rows.begin + part.begin) * x.cRow;
    tile.first = rows.begin + part.begin;
    const int count = static_cast<int>(part.end - part.begin);
    // The next tile's part of C comes near while this one is computed.
    for (int64_t row = part.end; prefetches && row < smaller(height, part.end + count); row++) {
      for (int v = 0; v < width; v++) {
        VERSANT_PREFETCH_TO_WRITE(x.c + (rows.begin + row) * x.cRow + tile.cVector[v]);
      }
    }
    const bool places = readsPlaces && cut.inPlaces;
    (places ? tileFunction<readsPlaces>(count, width) : tileFunction<false>(count, width))(tile);
    if (!last || x.usual) continue;
    finishTile({tile.c, tile.cRow, tile.first, count, tile.cVector, tile.columns}, width, x.steps,
               x.stepCount);
  }
}

// Products of which all of A is near, and C is gone through once. What is prepared serves all of a
// batch, A itself as long as it stays the same.
struct NearProduct {
  int64_t count = 0;  // once prepared
  const float* a = nullptr;
  Cut cuts[fewCuts];
  Block blocks[fewCuts];

  static VERSANT_INLINE bool fits(int64_t height, int64_t inner) {
    return inner <= fewCuts * depth && height * inner <= roomOfA;
  }

  inline void multiply(const Product& x, Range rows, const Panels& panels, float* scratch) {
    const int64_t height = rows.end - rows.begin;
    if (count == 0) {
      const int64_t inner = x.b.rows->total, all = (inner + depth - 1) / depth;
      for (; count < all; count++) {
        cuts[count].prepare(x, partOf(inner, lanes, count, all), height);
      }
    }
    if (a != x.a.data) {
      a = x.a.data;
      for (int64_t c = 0; c < count; c++) {
        float* const packed = scratch + roomOfB + height * cuts[c].steps.begin;
        blocks[c] = cuts[c].blockOfA(x.a, rows, packed);
      }
    }
    for (int64_t panel = 0; panel < panels.count; panel++) {
      for (int64_t c = 0; c < count; c++) {
        multiplyPanel(x, cuts[c], blocks[c], rows, panels, panel, scratch);
      }
    }
  }
};

// Others, block by block.
inline void multiplyFar(const Product& x, Range rows, const Panels& panels, float* scratch) {
  const int64_t inner = x.b.rows->total;
  const int64_t count = (inner + depth - 1) / depth;
  Cut cut;
  for (int64_t c = 0; c < count; c++) {
    cut.prepare(x, partOf(inner, lanes, c, count), rows.end - rows.begin);
    // What is not brought together needs no room.
    const int64_t most = cut.packsA(x.a) ? roomOfA / cut.alongA.count : rows.end - rows.begin;
    for (int64_t from = rows.begin; from < rows.end; from += most) {
      const Range some = {from, smaller(rows.end, from + most)};
      const Block block = cut.blockOfA(x.a, some, scratch + roomOfB);
      for (int64_t panel = 0; panel < panels.count; panel++) {
        multiplyPanel(x, cut, block, some, panels, panel, scratch);
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
  Product x;
  x.a.rows = &matmul.m, x.a.columns = &matmul.k;
  x.a.rowStrides = strideA + rank, x.a.columnStrides = strideA + rank + matmul.m.rank;
  x.b.rows = &matmul.k, x.b.columns = &matmul.n;
  x.b.rowStrides = strideB + rank, x.b.columnStrides = strideB + rank + matmul.k.rank;
  x.cRow = matmul.c.strides[rank];
  x.stepCount = matmul.stepCount;
  x.usual = n >= lanes || x.stepCount == 0;
  for (int32_t i = 0; i < x.stepCount; i++) {
    const EpilogueStep& step = matmul.steps[i];
    x.steps[i] = {step.step, nullptr, 0, 0};
    if (step.step == Step::relu) continue;
    x.steps[i].row = step.x.strides[rank], x.steps[i].column = step.x.strides[rank + 1];
    x.usual = x.usual && isUsual(x.steps[i]);
  }
  const float* a = reinterpret_cast<const float*>(address(run, matmul.a));
  const float* b = reinterpret_cast<const float*>(address(run, matmul.b));
  float* c = reinterpret_cast<float*>(address(run, matmul.c));
  float* packed = reinterpret_cast<float*>(scratch);

  const int64_t vectorCount = (n + lanes - 1) / lanes;
  Range batches{0, matmul.batch.total}, rows{0, m}, vectors{0, vectorCount};
  if (parts > 1) {
    if (matmul.batch.total >= parts) {
      batches = partOf(matmul.batch.total, 1, part, parts);
    } else if (m >= parts && (m >= 2 * n || vectorCount < parts * panelVectors)) {
      rows = partOf(m, 1, part, parts);
    } else {
      vectors = partOf(vectorCount, 1, part, parts);
      if (vectors.begin == vectors.end) return;
    }
  }
  const Panels panels(vectors, n);
  const bool isNear = NearProduct::fits(rows.end - rows.begin, k);
  NearProduct near;
  for (int64_t batch = batches.begin; batch < batches.end; batch++) {
    x.a.data = a + placeOf(matmul.batch, strideA, batch);
    x.b.data = b + placeOf(matmul.batch, strideB, batch);
    x.c = c + placeOf(matmul.batch, matmul.c.strides, batch);
    for (int32_t i = 0; i < x.stepCount; i++) {
      const EpilogueStep& step = matmul.steps[i];
      const bool binary = step.step != Step::relu;
      // What relu has no use for is read all the same, from where it does no harm.
      x.steps[i].data = binary ? reinterpret_cast<const float*>(address(run, step.x)) +
                                     placeOf(matmul.batch, step.x.strides, batch)
                               : x.c;
    }
    if (k == 0) {
      for (int64_t row = rows.begin; row < rows.end; row++) {
        for (int64_t j = 0; j < n; j++) x.c[row * x.cRow + j] = 0.0f;
      }
    } else if (isNear) {
      near.multiply(x, rows, panels, packed);
    } else {
      multiplyFar(x, rows, panels, packed);
    }
  }
}

}  // namespace versant::VERSANT_ISA
