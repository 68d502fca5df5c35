// Those steps that follow a product and that tiles do not take themselves (tile.h): on the elements of
// a tile of C that has just been left in the nearest cache.
#pragma once
#include "tile.h"

namespace versant::VERSANT_ISA {

// The rows of a tile of C that begins at row `first`.
struct TileRows {
  float* c;
  int64_t cRow;
  int64_t first;
  int rows;
  const int32_t* starts;
  int32_t columns;
};

// c := f(c, x) all over the tile. The vectors of a row are loaded before one is stored: two of them
// may overlap.
template <int vectors, bool whole, bool spread, typename Function>
inline void eachVector(const TileRows& tile, const StepAt& at, Function f) {
  const auto loadAt = [&](const float* p) {
    return whole ? load(p) : loadFirst(p, tile.columns);
  };
  float* c = tile.c;
  const float* x = at.data + tile.first * at.row;
  for (int r = 0; r < tile.rows; r++, c += tile.cRow, x += at.row) {
    F value[vectors];
    for (int v = 0; v < vectors; v++) value[v] = loadAt(c + tile.starts[v]);
    for (int v = 0; v < vectors; v++) {
      value[v] = f(value[v], spread ? splat(*x) : loadAt(x + tile.starts[v]));
    }
    for (int v = 0; v < vectors; v++) {
      if (whole) {
        store(c + tile.starts[v], value[v]);
      } else {
        storeFirst(c, value[v], tile.columns);
      }
    }
  }
}

template <int vectors, bool whole, bool spread>
inline void takeStep(const TileRows& tile, const StepAt& at) {
  const auto each = [&](auto f) VERSANT_INLINE_LAMBDA {
    eachVector<vectors, whole, spread>(tile, at, f);
  };
  switch (at.step) {
    case Step::add: return each([](F c, F x) { return add(c, x); });
    case Step::subtract: return each([](F c, F x) { return sub(c, x); });
    case Step::multiply: return each([](F c, F x) { return mul(c, x); });
    case Step::gate: return each([](F c, F x) { return gate(c, x); });
    case Step::relu: return each([](F c, F) { return rectify(c); });
    case Step::count: return;
  }
}

template <int vectors, bool whole>
inline void takeSteps(const TileRows& tile, const StepAt* steps, int32_t count) {
  for (int32_t i = 0; i < count; i++) {
    if (steps[i].column == 0) {
      takeStep<vectors, whole, true>(tile, steps[i]);
    } else {
      takeStep<vectors, whole, false>(tile, steps[i]);
    }
  }
}

inline void finishTile(const TileRows& tile, int width, const StepAt* steps, int32_t count) {
  if (tile.columns < lanes) return takeSteps<1, false>(tile, steps, count);
  if (width == 1) return takeSteps<1, true>(tile, steps, count);
  if (width == 2) return takeSteps<2, true>(tile, steps, count);
  if constexpr (panelVectors >= 3) {
    if (width == 3) return takeSteps<3, true>(tile, steps, count);
  }
  if constexpr (panelVectors >= 4) takeSteps<4, true>(tile, steps, count);
}

}  // namespace versant::VERSANT_ISA
