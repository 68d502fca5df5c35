#include "indexing.h"

namespace versant {

namespace {

// Where an index may stand: the whole column (gather), or a place of its own for each element.
bool check(const int32_t* indices, int64_t count, int64_t size, Outside& outside) {
  const uint64_t limit = static_cast<uint64_t>(size);
  for (int64_t i = 0; i < count; i++) {
    if (static_cast<uint64_t>(static_cast<int64_t>(indices[i])) < limit) continue;
    outside.index = indices[i];
    return false;
  }
  return true;
}

template <typename T>
void gatherElements(const Indexing& x, const T* source, const int32_t* indices, T* target) {
  for (int64_t o = 0; o < x.outer; o++, source += x.size * x.inner) {
    for (int64_t c = 0; c < x.count; c++) {
      for (int64_t i = 0; i < x.inner; i++) *target++ = source[*indices++ * x.inner + i];
    }
  }
}

}  // namespace

bool index(Kind kind, const Indexing& x, const Run& run, const Kernels& kernels,
           Outside& outside) {
  const uint8_t* source = address(run, x.source);
  const int32_t* indices = reinterpret_cast<const int32_t*>(address(run, x.indices));
  uint8_t* target = address(run, x.target);
  const int64_t element = bytesOf(x.source.dtype);
  const bool elements = kind == Kind::gatherElements || kind == Kind::scatterElements;
  const bool used = x.outer > 0 && x.inner > 0;
  if (used && !check(indices, elements ? x.outer * x.count * x.inner : x.count, x.size, outside)) {
    return false;
  }
  if (kind == Kind::scatterAdd || kind == Kind::scatterElements) {
    VERSANT_FILL(target, 0, static_cast<size_t>(x.outer * x.size * x.inner) * 4);
  }
  const float* updates = reinterpret_cast<const float*>(source);
  float* sums = reinterpret_cast<float*>(target);
  switch (kind) {
    case Kind::gather: {
      const size_t row = static_cast<size_t>(x.inner * element);
      for (int64_t o = 0; o < x.outer; o++, source += x.size * x.inner * element) {
        for (int64_t c = 0; c < x.count; c++, target += row) {
          VERSANT_COPY(target, source + indices[c] * static_cast<int64_t>(row), row);
        }
      }
      return true;
    }
    case Kind::scatterAdd:
      for (int64_t o = 0; o < x.outer; o++, sums += x.size * x.inner) {
        for (int64_t c = 0; c < x.count; c++, updates += x.inner) {
          kernels.addRow(sums + indices[c] * x.inner, updates, x.inner);
        }
      }
      return true;
    case Kind::gatherElements:
      if (element == 4) {
        gatherElements(x, reinterpret_cast<const int32_t*>(source), indices,
                       reinterpret_cast<int32_t*>(target));
      } else {
        gatherElements(x, source, indices, target);
      }
      return true;
    case Kind::scatterElements:
      for (int64_t o = 0; o < x.outer; o++, sums += x.size * x.inner) {
        for (int64_t c = 0; c < x.count; c++) {
          for (int64_t i = 0; i < x.inner; i++) sums[*indices++ * x.inner + i] += *updates++;
        }
      }
      return true;
    default: return true;
  }
}

}  // namespace versant
