// Reductions. The order of additions depends on sizes alone:
//  - rows (the reduced axes run innermost): up to 32 points are added one after the other; more are
//    cut into chunks of 256, each summed in 16 lanes that are joined as a tree, and the chunks of a
//    segment of 64, and then the segments, are joined as a binary counter does (pairwise);
//  - columns (the last kept axis runs innermost): 64 points one after the other make a chunk, and
//    chunks are joined like those of rows.
#pragma once
#include "evaluate.h"

namespace versant::VERSANT_ISA {

constexpr int64_t chunkPoints = 256;
constexpr int64_t shortRow = 32;
constexpr int64_t segmentChunks = 64;

struct Sum {
  static VERSANT_INLINE F vector(F a, F b) { return add(a, b); }
  static VERSANT_INLINE I vector(I a, I b) { return addInt(a, b); }
  static VERSANT_INLINE float scalar(float a, float b) { return a + b; }
  static VERSANT_INLINE int32_t scalar(int32_t a, int32_t b) {
    return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b));
  }
  static VERSANT_INLINE float identity(float) { return 0.0f; }
  static VERSANT_INLINE int32_t identity(int32_t) { return 0; }
};

struct Max {
  static VERSANT_INLINE F vector(F a, F b) { return maximum(a, b); }
  static VERSANT_INLINE I vector(I a, I b) { return maxInt(a, b); }
  // As `maximum` has it: the sum of two zeros is the larger, that of a NaN and a number the NaN.
  static VERSANT_INLINE float scalar(float a, float b) {
    return a > b ? a : a < b ? b : a == b && a != 0 ? a : a + b;
  }
  static VERSANT_INLINE int32_t scalar(int32_t a, int32_t b) { return a > b ? a : b; }
  static VERSANT_INLINE float identity(float) { return -__builtin_inff(); }
  static VERSANT_INLINE int32_t identity(int32_t) { return INT32_MIN; }
};

VERSANT_INLINE F loadOf(const float* p) { return load(p); }
VERSANT_INLINE I loadOf(const int32_t* p) { return loadInt(p); }
VERSANT_INLINE void storeOf(float* p, F a) { store(p, a); }
VERSANT_INLINE void storeOf(int32_t* p, I a) { storeInt(p, a); }

// Joins values pairwise as they come, as a binary counter carries.
template <typename R, typename T>
struct Cascade {
  T level[40];
  uint64_t count = 0;

  VERSANT_INLINE void push(T value) {
    int at = 0;
    for (uint64_t bit = count++; bit & 1; bit >>= 1) value = R::scalar(level[at++], value);
    level[at] = value;
  }
  VERSANT_INLINE T total() const {
    T value = R::identity(T{});
    bool first = true;
    for (int at = 0; count >> at; at++) {
      if (!(count >> at & 1)) continue;
      value = first ? level[at] : R::scalar(level[at], value);
      first = false;
    }
    return value;
  }
};

template <typename R, typename T>
VERSANT_INLINE T reduceChunk(const T* data, int64_t count) {
  if (count <= shortRow) {
    T value = R::identity(T{});
    for (int64_t i = 0; i < count; i++) value = R::scalar(value, data[i]);
    return value;
  }
  T lane[virtualLanes];
  constexpr int vectors = virtualLanes / lanes;
  decltype(loadOf(data)) accumulators[vectors];
  for (int v = 0; v < vectors; v++) accumulators[v] = loadOf(data + v * lanes);
  int64_t i = virtualLanes;
  for (; i + virtualLanes <= count; i += virtualLanes) {
    for (int v = 0; v < vectors; v++) {
      accumulators[v] = R::vector(accumulators[v], loadOf(data + i + v * lanes));
    }
  }
  for (int v = 0; v < vectors; v++) storeOf(lane + v * lanes, accumulators[v]);
  for (int64_t j = 0; i + j < count; j++) lane[j] = R::scalar(lane[j], data[i + j]);
  for (int width = virtualLanes / 2; width > 0; width /= 2) {
    for (int j = 0; j < width; j++) lane[j] = R::scalar(lane[j], lane[j + width]);
  }
  return lane[0];
}

VERSANT_INLINE void storeResult(const Result& result, const Run& run, int64_t index, float value) {
  reinterpret_cast<float*>(address(run, result.output))[index] = value;
}
VERSANT_INLINE void storeResult(const Result& result, const Run& run, int64_t index,
                                int32_t value) {
  uint8_t* data = address(run, result.output);
  if (bytesOf(result.output.dtype) == 4) {
    reinterpret_cast<int32_t*>(data)[index] = value;
  } else {
    data[index] = static_cast<uint8_t>(value);
  }
}

// Units are (element, segment) pairs; a segment is 64 chunks of one element's points.
template <typename R, typename T>
inline void reduceRows(const Reduce& reduce, const Run& run, uint8_t* scratch, Range units) {
  const int64_t length = reduce.reduced;
  Evaluator evaluator(reduce.body, run, scratch, reduce.body.points);
  const Source* row = evaluator.row;
  if (length <= chunkPoints) {
    const int64_t rowsAtOnce = larger<int64_t>(1, reduce.body.block / larger<int64_t>(1, length));
    for (int64_t first = units.begin; first < units.end; first += rowsAtOnce) {
      const int64_t rows = smaller(rowsAtOnce, units.end - first);
      if (length > 0) evaluator.evaluate(first * length, rows * length, nullptr, 0);
      for (int32_t i = 0; i < reduce.resultCount; i++) {
        const Result& result = reduce.results[i];
        const T* data = reinterpret_cast<const T*>(row[result.reg].data);
        for (int64_t r = 0; r < rows; r++) {
          storeResult(result, run, first + r,
                      reduceChunk<R, T>(length > 0 ? data + r * length : nullptr, length));
        }
      }
    }
    return;
  }
  const int64_t chunks = (length + chunkPoints - 1) / chunkPoints;
  for (int64_t unit = units.begin; unit < units.end; unit++) {
    const int64_t index = unit / reduce.segments;
    const int64_t segment = unit % reduce.segments;
    Cascade<R, T> cascades[maxResults];
    const int64_t last = smaller(chunks, (segment + 1) * segmentChunks);
    const int64_t chunksAtOnce = reduce.body.block / chunkPoints;
    for (int64_t chunk = segment * segmentChunks; chunk < last; chunk += chunksAtOnce) {
      const int64_t start = chunk * chunkPoints;
      const int64_t count = smaller(smaller(chunksAtOnce, last - chunk) * chunkPoints, length - start);
      evaluator.evaluate(index * length + start, count, nullptr, 0);
      for (int32_t i = 0; i < reduce.resultCount; i++) {
        const T* data = reinterpret_cast<const T*>(row[reduce.results[i].reg].data);
        for (int64_t done = 0; done < count; done += chunkPoints) {
          cascades[i].push(reduceChunk<R, T>(data + done, smaller(chunkPoints, count - done)));
        }
      }
    }
    for (int32_t i = 0; i < reduce.resultCount; i++) {
      const Result& result = reduce.results[i];
      if (reduce.segments == 1) {
        storeResult(result, run, index, cascades[i].total());
      } else {
        static_cast<T*>(result.partials)[unit] = cascades[i].total();
      }
    }
  }
}

// Adds (or takes the larger of) `count` columns into the row of accumulators.
template <typename R, typename T>
VERSANT_INLINE void joinRow(T* accumulator, const T* data, int64_t count) {
  int64_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    storeOf(accumulator + i, R::vector(loadOf(accumulator + i), loadOf(data + i)));
  }
  for (; i < count; i++) accumulator[i] = R::scalar(accumulator[i], data[i]);
}

// The same for `rows` rows one after the other, with the accumulators in registers. `fresh`: they
// begin with the first row.
template <typename R, typename T>
VERSANT_INLINE void joinRows(T* accumulator, const T* data, int64_t rows, int64_t width,
                             int64_t columns, bool fresh) {
  int64_t j = 0;
  for (; j + lanes <= columns; j += lanes) {
    auto sum = fresh ? loadOf(data + j) : loadOf(accumulator + j);
    for (int64_t k = fresh; k < rows; k++) sum = R::vector(sum, loadOf(data + k * width + j));
    storeOf(accumulator + j, sum);
  }
  for (; j < columns; j++) {
    T sum = fresh ? data[j] : accumulator[j];
    for (int64_t k = fresh; k < rows; k++) sum = R::scalar(sum, data[k * width + j]);
    accumulator[j] = sum;
  }
}

constexpr int64_t columnTile = 256;
constexpr int64_t columnChunk = 64;
constexpr int64_t maxLevels = 40;

// Adds rows of columns as they come: one row of accumulators for each level of the cascade.
template <typename R, typename T>
struct ColumnCascade {
  T* levels;
  T* chunk;
  int64_t columns;
  uint64_t chunks = 0;
  int64_t inChunk = 0;

  // `rows` of them, `width` apart.
  VERSANT_INLINE void push(const T* data, int64_t rows, int64_t width) {
    while (rows > 0) {
      const int64_t some = smaller(rows, columnChunk - inChunk);
      joinRows<R, T>(chunk, data, some, width, columns, inChunk == 0);
      inChunk += some, rows -= some, data += some * width;
      if (inChunk == columnChunk) finishChunk();
    }
  }
  VERSANT_INLINE void finishChunk() {
    inChunk = 0;
    for (uint64_t bit = chunks++; bit & 1; bit >>= 1) {
      joinRow<R, T>(chunk - columnTile, chunk, columns);
      chunk -= columnTile;
    }
    chunk += columnTile;
  }
  // Joins what is left, from the latest to the earliest: rows below `chunk` hold the levels.
  VERSANT_INLINE const T* total() {
    if (inChunk == 0) chunk -= columnTile;
    for (; chunk > levels; chunk -= columnTile) joinRow<R, T>(chunk - columnTile, chunk, columns);
    return levels;
  }
};

// Units are tiles of 256 columns.
template <typename R, typename T>
inline void reduceColumns(const Reduce& reduce, const Run& run, uint8_t* scratch, Range units) {
  const int64_t width = reduce.width, length = reduce.reduced;
  const int64_t tiles = (width + columnTile - 1) / columnTile;
  T* levels = reinterpret_cast<T*>(scratch);
  Evaluator evaluator(reduce.body, run, scratch + maxResults * maxLevels * columnTile * sizeof(T),
                      reduce.body.points);
  for (int64_t unit = units.begin; unit < units.end; unit++) {
    const int64_t outer = unit / tiles;
    const int64_t first = unit % tiles * columnTile;
    const int64_t columns = smaller(columnTile, width - first);
    // Whole rows are consecutive points, so that narrow ones are evaluated many at once.
    const int64_t rowsAtOnce =
        tiles == 1 ? larger<int64_t>(1, reduce.body.block / larger<int64_t>(1, width)) : 1;
    ColumnCascade<R, T> cascades[maxResults];
    for (int32_t i = 0; i < reduce.resultCount; i++) {
      T* own = levels + i * maxLevels * columnTile;
      cascades[i] = {own, own, columns};
    }
    for (int64_t r = 0; r < length; r += rowsAtOnce) {
      const int64_t rows = smaller(rowsAtOnce, length - r);
      evaluator.evaluate((outer * length + r) * width + first, tiles == 1 ? rows * width : columns,
                         nullptr, 0);
      for (int32_t i = 0; i < reduce.resultCount; i++) {
        const T* data = reinterpret_cast<const T*>(evaluator.row[reduce.results[i].reg].data);
        cascades[i].push(data, rows, width);
      }
    }
    for (int32_t i = 0; i < reduce.resultCount; i++) {
      const T* total = length > 0 ? cascades[i].total() : nullptr;
      for (int64_t j = 0; j < columns; j++) {
        storeResult(reduce.results[i], run, outer * width + first + j,
                    total ? total[j] : R::identity(T{}));
      }
    }
  }
}

template <typename T>
inline void reduceArgmax(const Reduce& reduce, const Run& run, uint8_t* scratch, Range units) {
  const int64_t length = reduce.reduced;
  Evaluator evaluator(reduce.body, run, scratch, reduce.body.points);
  for (int64_t unit = units.begin; unit < units.end; unit++) {
    T best = T{};
    int64_t position = -1;
    for (int64_t start = 0; start < length; start += reduce.body.block) {
      const int64_t count = smaller<int64_t>(reduce.body.block, length - start);
      evaluator.evaluate(unit * length + start, count, nullptr, 0);
      const T* data = reinterpret_cast<const T*>(evaluator.row[reduce.results[0].reg].data);
      for (int64_t i = 0; i < count; i++) {
        // The first among equals; NaN is larger than any number.
        if (position < 0 || data[i] > best || (data[i] != data[i] && best == best)) {
          best = data[i];
          position = start + i;
        }
      }
    }
    storeResult(reduce.results[0], run, unit,
                static_cast<int32_t>(larger<int64_t>(0, position)));
  }
}

template <typename R>
VERSANT_INLINE void reduceAs(const Reduce& reduce, const Run& run, uint8_t* scratch, Range units) {
  if (reduce.columns) {
    if (reduce.integer) return reduceColumns<R, int32_t>(reduce, run, scratch, units);
    return reduceColumns<R, float>(reduce, run, scratch, units);
  }
  if (reduce.integer) return reduceRows<R, int32_t>(reduce, run, scratch, units);
  reduceRows<R, float>(reduce, run, scratch, units);
}

inline void reduce(const Reduce& reduce, const Run& run, uint8_t* scratch, int64_t part,
                   int64_t parts) {
  const Range units = partOf(reduce.units, 1, part, parts);
  if (units.begin == units.end) return;
  switch (reduce.reduction) {
    case Reduction::sum: return reduceAs<Sum>(reduce, run, scratch, units);
    case Reduction::max: return reduceAs<Max>(reduce, run, scratch, units);
    case Reduction::argmax:
      if (reduce.integer) return reduceArgmax<int32_t>(reduce, run, scratch, units);
      return reduceArgmax<float>(reduce, run, scratch, units);
    case Reduction::count: return;
  }
}

template <typename R, typename T>
VERSANT_INLINE void joinSegments(const Reduce& reduce, const Run& run) {
  for (int32_t i = 0; i < reduce.resultCount; i++) {
    const Result& result = reduce.results[i];
    for (int64_t index = 0; index < reduce.kept; index++) {
      Cascade<R, T> cascade;
      const T* partials = static_cast<const T*>(result.partials) + index * reduce.segments;
      for (int64_t s = 0; s < reduce.segments; s++) cascade.push(partials[s]);
      storeResult(result, run, index, cascade.total());
    }
  }
}

// After all parts: joins the segments of each element.
inline void finishReduce(const Reduce& reduce, const Run& run) {
  if (reduce.reduction == Reduction::sum) {
    if (reduce.integer) return joinSegments<Sum, int32_t>(reduce, run);
    return joinSegments<Sum, float>(reduce, run);
  }
  if (reduce.integer) return joinSegments<Max, int32_t>(reduce, run);
  joinSegments<Max, float>(reduce, run);
}

}  // namespace versant::VERSANT_ISA
