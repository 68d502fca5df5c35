// One micro-operation over a row of registers. `count` is a multiple of 16, so there are no tails.
#pragma once
#include "math.h"
#include "program.h"
#include "wide.h"

namespace versant::VERSANT_ISA {

template <typename Function>
VERSANT_INLINE void mapFF(void* t, const void* a, int64_t count, Function f) {
  for (int64_t i = 0; i < count; i += lanes) {
    store(static_cast<float*>(t) + i, f(load(static_cast<const float*>(a) + i)));
  }
}
template <typename Function>
VERSANT_INLINE void mapFFF(void* t, const void* a, const void* b, int64_t count, Function f) {
  for (int64_t i = 0; i < count; i += lanes) {
    store(static_cast<float*>(t) + i,
          f(load(static_cast<const float*>(a) + i), load(static_cast<const float*>(b) + i)));
  }
}
template <typename Function>
VERSANT_INLINE void mapFFI(void* t, const void* a, const void* b, int64_t count, Function f) {
  for (int64_t i = 0; i < count; i += lanes) {
    storeInt(static_cast<int32_t*>(t) + i,
             toInt(f(load(static_cast<const float*>(a) + i), load(static_cast<const float*>(b) + i))));
  }
}
template <typename Function>
VERSANT_INLINE void mapII(void* t, const void* a, int64_t count, Function f) {
  for (int64_t i = 0; i < count; i += lanes) {
    storeInt(static_cast<int32_t*>(t) + i, f(loadInt(static_cast<const int32_t*>(a) + i)));
  }
}
template <typename Function>
VERSANT_INLINE void mapIII(void* t, const void* a, const void* b, int64_t count, Function f) {
  for (int64_t i = 0; i < count; i += lanes) {
    storeInt(static_cast<int32_t*>(t) + i, f(loadInt(static_cast<const int32_t*>(a) + i),
                                             loadInt(static_cast<const int32_t*>(b) + i)));
  }
}
// One number at a time, in batches that do not overlap so that compilers see it and vectorise.
template <typename T, typename Function>
VERSANT_INLINE void mapScalar(void* t, const void* a, const void* b, int64_t count, Function f) {
  for (int64_t i = 0; i < count; i += virtualLanes) {
    T left[virtualLanes], right[virtualLanes], result[virtualLanes];
    VERSANT_COPY(left, static_cast<const T*>(a) + i, sizeof left);
    VERSANT_COPY(right, static_cast<const T*>(b) + i, sizeof right);
    for (int j = 0; j < virtualLanes; j++) result[j] = f(left[j], right[j]);
    VERSANT_COPY(static_cast<T*>(t) + i, result, sizeof result);
  }
}

inline void operate(Operation operation, void* t, const void* a, const void* b, const void* c,
                    int64_t n) {
  switch (operation) {
    case Operation::negate_: return mapFF(t, a, n, [](F x) { return negate(x); });
    case Operation::absolute_: return mapFF(t, a, n, [](F x) { return absolute(x); });
    case Operation::sign_: return mapFF(t, a, n, [](F x) { return signOf(x); });
    case Operation::exp_: return mapFF(t, a, n, [](F x) { return exponential(x); });
    case Operation::log_: return mapFF(t, a, n, [](F x) { return logarithm(x); });
    case Operation::log1p_: return mapFF(t, a, n, [](F x) { return logarithm1p(x); });
    case Operation::sqrt_: return mapFF(t, a, n, [](F x) { return squareRoot(x); });
    case Operation::sin_:
      return mapScalar<float>(t, a, a, n, [](float x, float) { return sineOf(x, 0); });
    case Operation::cos_:
      return mapScalar<float>(t, a, a, n, [](float x, float) { return sineOf(x, 1); });
    case Operation::tanh_: return mapFF(t, a, n, [](F x) { return hyperbolicTangent(x); });
    case Operation::sigmoid_: return mapFF(t, a, n, [](F x) { return logistic(x); });
    case Operation::erf_: return mapFF(t, a, n, [](F x) { return errorFunction(x); });
    case Operation::floor_: return mapFF(t, a, n, [](F x) { return roundDown(x); });
    case Operation::relu_: return mapFF(t, a, n, [](F x) { return rectify(x); });

    case Operation::add_: return mapFFF(t, a, b, n, [](F x, F y) { return add(x, y); });
    case Operation::subtract_: return mapFFF(t, a, b, n, [](F x, F y) { return sub(x, y); });
    case Operation::multiply_: return mapFFF(t, a, b, n, [](F x, F y) { return mul(x, y); });
    case Operation::divide_: return mapFFF(t, a, b, n, [](F x, F y) { return div(x, y); });
    case Operation::power_:
      return mapScalar<float>(t, a, b, n, [](float x, float y) { return powerOf(x, y); });
    case Operation::maximum_: return mapFFF(t, a, b, n, [](F x, F y) { return maximum(x, y); });
    case Operation::minimum_: return mapFFF(t, a, b, n, [](F x, F y) { return minimum(x, y); });
    case Operation::remainder_:
      return mapScalar<float>(t, a, b, n, [](float x, float y) { return remainderOf(x, y); });

    case Operation::equal_: return mapFFI(t, a, b, n, [](F x, F y) { return equal(x, y); });
    case Operation::less_: return mapFFI(t, a, b, n, [](F x, F y) { return less(x, y); });
    case Operation::lessEqual_:
      return mapFFI(t, a, b, n, [](F x, F y) { return lessEqual(x, y); });

    case Operation::negateInt_:
      return mapII(t, a, n, [](I x) { return subInt(splatInt(0), x); });
    case Operation::absoluteInt_:
      return mapII(t, a, n, [](I x) { return maxInt(x, subInt(splatInt(0), x)); });
    case Operation::signInt_:
      return mapII(t, a, n, [](I x) { return maxInt(splatInt(-1), minInt(splatInt(1), x)); });
    case Operation::reluInt_: return mapII(t, a, n, [](I x) { return maxInt(x, splatInt(0)); });
    case Operation::not_: return mapII(t, a, n, [](I x) { return subInt(splatInt(1), x); });
    case Operation::wrapUint8_:
      return mapII(t, a, n, [](I x) { return bitAnd(x, splatInt(255)); });
    case Operation::intToBool_: return mapII(t, a, n, [](I x) { return toInt(nonZero(x)); });

    case Operation::addInt_: return mapIII(t, a, b, n, [](I x, I y) { return addInt(x, y); });
    case Operation::subtractInt_: return mapIII(t, a, b, n, [](I x, I y) { return subInt(x, y); });
    case Operation::multiplyInt_: return mapIII(t, a, b, n, [](I x, I y) { return mulInt(x, y); });
    case Operation::maximumInt_: return mapIII(t, a, b, n, [](I x, I y) { return maxInt(x, y); });
    case Operation::minimumInt_: return mapIII(t, a, b, n, [](I x, I y) { return minInt(x, y); });
    case Operation::remainderInt_:
      return mapScalar<int32_t>(t, a, b, n,
                                [](int32_t x, int32_t y) { return remainderOf(x, y); });
    case Operation::equalInt_:
      return mapIII(t, a, b, n, [](I x, I y) { return toInt(equalInt(x, y)); });
    case Operation::lessInt_:
      return mapIII(t, a, b, n, [](I x, I y) { return toInt(lessInt(x, y)); });
    case Operation::lessEqualInt_:
      return mapIII(t, a, b, n, [](I x, I y) { return toInt(invert(lessInt(y, x))); });
    case Operation::and_: return mapIII(t, a, b, n, [](I x, I y) { return bitAnd(x, y); });
    case Operation::or_: return mapIII(t, a, b, n, [](I x, I y) { return bitOr(x, y); });

    case Operation::intToFloat_:
      for (int64_t i = 0; i < n; i += lanes) {
        store(static_cast<float*>(t) + i, toFloat(loadInt(static_cast<const int32_t*>(a) + i)));
      }
      return;
    case Operation::floatToInt_:
      for (int64_t i = 0; i < n; i += lanes) {
        storeInt(static_cast<int32_t*>(t) + i, truncate(load(static_cast<const float*>(a) + i)));
      }
      return;
    case Operation::floatToBool_:
      return mapFFI(t, a, a, n, [](F x, F) { return invert(equal(x, splat(0.0f))); });
    case Operation::select_:
      for (int64_t i = 0; i < n; i += lanes) {
        storeInt(static_cast<int32_t*>(t) + i,
                 select(nonZero(loadInt(static_cast<const int32_t*>(a) + i)),
                        loadInt(static_cast<const int32_t*>(b) + i),
                        loadInt(static_cast<const int32_t*>(c) + i)));
      }
      return;
    case Operation::count: return;
  }
}

}  // namespace versant::VERSANT_ISA
