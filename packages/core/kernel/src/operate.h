// One micro-operation over a row of registers. `count` is a multiple of 16, so there are no tails.
#pragma once
#include "math.h"
#include "program.h"
#include "wide.h"

namespace versant::VERSANT_ISA {

// Where an operation reads: a row, or one vector for all of it.
struct Source {
  const int32_t* data;
  int64_t step;  // from one element to the next: 1 or 0
};

#if defined(VERSANT_WASM)
// Addresses cost as much as arithmetic there: every row is whole, so that all move in one step.
constexpr bool wholeRows = true;
#else
constexpr bool wholeRows = false;
#endif
VERSANT_INLINE int64_t stepOf(const Source& source) {
  return wholeRows ? virtualLanes : source.step * virtualLanes;
}

template <typename T>
VERSANT_INLINE T loadAs(const int32_t* p);
template <>
VERSANT_INLINE F loadAs<F>(const int32_t* p) {
  return load(reinterpret_cast<const float*>(p));
}
template <>
VERSANT_INLINE I loadAs<I>(const int32_t* p) {
  return loadInt(p);
}
VERSANT_INLINE void storeAs(int32_t* p, F a) { store(reinterpret_cast<float*>(p), a); }
VERSANT_INLINE void storeAs(int32_t* p, I a) { storeInt(p, a); }
VERSANT_INLINE void storeAs(int32_t* p, M a) { storeInt(p, toInt(a)); }

// Sixteen elements a turn. Inside a turn offsets are constants, which WebAssembly adds for nothing.
template <typename A, typename Function>
VERSANT_INLINE void map1(int32_t* t, Source a, int64_t count, Function f) {
  VERSANT_UNROLL
  for (int64_t i = 0; i < count; i += virtualLanes) {
    for (uint32_t v = 0; v < virtualLanes; v += lanes) storeAs(t + v, f(loadAs<A>(a.data + v)));
    t += virtualLanes, a.data += stepOf(a);
  }
}
template <typename A, typename Function>
VERSANT_INLINE void map2(int32_t* t, Source a, Source b, int64_t count, Function f) {
  VERSANT_UNROLL
  for (int64_t i = 0; i < count; i += virtualLanes) {
    for (uint32_t v = 0; v < virtualLanes; v += lanes) {
      storeAs(t + v, f(loadAs<A>(a.data + v), loadAs<A>(b.data + v)));
    }
    t += virtualLanes, a.data += stepOf(a), b.data += stepOf(b);
  }
}
template <typename A, typename B, typename Function>
VERSANT_INLINE void map3(int32_t* t, Source a, Source b, Source c, int64_t count, Function f) {
  VERSANT_UNROLL
  for (int64_t i = 0; i < count; i += virtualLanes) {
    for (uint32_t v = 0; v < virtualLanes; v += lanes) {
      storeAs(t + v, f(loadAs<A>(a.data + v), loadAs<B>(b.data + v), loadAs<B>(c.data + v)));
    }
    t += virtualLanes, a.data += stepOf(a), b.data += stepOf(b), c.data += stepOf(c);
  }
}
// One number at a time, in batches that do not overlap so that compilers see it and vectorise.
template <typename T, typename Function>
VERSANT_INLINE void mapScalar(int32_t* t, Source a, Source b, int64_t count, Function f) {
  for (int64_t i = 0; i < count; i += virtualLanes) {
    T left[virtualLanes], right[virtualLanes], result[virtualLanes];
    VERSANT_COPY(left, a.data + i * a.step, sizeof left);
    VERSANT_COPY(right, b.data + i * b.step, sizeof right);
    for (int j = 0; j < virtualLanes; j++) result[j] = f(left[j], right[j]);
    VERSANT_COPY(t + i, result, sizeof result);
  }
}

// t = second(first(a, b), c), or with c on the left; each rounds as it does alone.
template <typename First>
VERSANT_INLINE void pairWith(const Micro& micro, First first, int32_t* t, Source a, Source b,
                             Source c, int64_t n) {
  const auto run = [&](auto second) VERSANT_INLINE_LAMBDA {
    if (micro.form == Form::swapped) {
      map3<F, F>(t, a, b, c, n, [&](F x, F y, F z) { return second(z, first(x, y)); });
    } else {
      map3<F, F>(t, a, b, c, n, [&](F x, F y, F z) { return second(first(x, y), z); });
    }
  };
  switch (micro.second) {
    case Operation::add_: return run([](F x, F y) { return add(x, y); });
    case Operation::subtract_: return run([](F x, F y) { return sub(x, y); });
    case Operation::multiply_: return run([](F x, F y) { return mul(x, y); });
    default: return run([](F x, F y) { return div(x, y); });
  }
}

inline void operatePair(const Micro& micro, int32_t* t, Source a, Source b, Source c, int64_t n) {
  switch (micro.operation) {
    case Operation::add_:
      return pairWith(micro, [](F x, F y) { return add(x, y); }, t, a, b, c, n);
    case Operation::subtract_:
      return pairWith(micro, [](F x, F y) { return sub(x, y); }, t, a, b, c, n);
    case Operation::multiply_:
      return pairWith(micro, [](F x, F y) { return mul(x, y); }, t, a, b, c, n);
    default: return pairWith(micro, [](F x, F y) { return div(x, y); }, t, a, b, c, n);
  }
}

inline void operateSingle(Operation operation, int32_t* t, Source a, Source b, Source c,
                          int64_t n) {
  switch (operation) {
    case Operation::negate_: return map1<F>(t, a, n, [](F x) { return negate(x); });
    case Operation::absolute_: return map1<F>(t, a, n, [](F x) { return absolute(x); });
    case Operation::sign_: return map1<F>(t, a, n, [](F x) { return signOf(x); });
    case Operation::exp_: return map1<F>(t, a, n, [](F x) { return exponential(x); });
    case Operation::log_: return map1<F>(t, a, n, [](F x) { return logarithm(x); });
    case Operation::log1p_: return map1<F>(t, a, n, [](F x) { return logarithm1p(x); });
    case Operation::sqrt_: return map1<F>(t, a, n, [](F x) { return squareRoot(x); });
    case Operation::sin_:
      return mapScalar<float>(t, a, a, n, [](float x, float) { return sineOf(x, 0); });
    case Operation::cos_:
      return mapScalar<float>(t, a, a, n, [](float x, float) { return sineOf(x, 1); });
    case Operation::tanh_: return map1<F>(t, a, n, [](F x) { return hyperbolicTangent(x); });
    case Operation::sigmoid_: return map1<F>(t, a, n, [](F x) { return logistic(x); });
    case Operation::erf_: return map1<F>(t, a, n, [](F x) { return errorFunction(x); });
    case Operation::floor_: return map1<F>(t, a, n, [](F x) { return roundDown(x); });
    case Operation::relu_: return map1<F>(t, a, n, [](F x) { return rectify(x); });

    case Operation::add_: return map2<F>(t, a, b, n, [](F x, F y) { return add(x, y); });
    case Operation::subtract_: return map2<F>(t, a, b, n, [](F x, F y) { return sub(x, y); });
    case Operation::multiply_: return map2<F>(t, a, b, n, [](F x, F y) { return mul(x, y); });
    case Operation::divide_: return map2<F>(t, a, b, n, [](F x, F y) { return div(x, y); });
    case Operation::power_:
      return mapScalar<float>(t, a, b, n, [](float x, float y) { return powerOf(x, y); });
    case Operation::maximum_: return map2<F>(t, a, b, n, [](F x, F y) { return maximum(x, y); });
    case Operation::minimum_: return map2<F>(t, a, b, n, [](F x, F y) { return minimum(x, y); });
    case Operation::remainder_:
      return mapScalar<float>(t, a, b, n, [](float x, float y) { return remainderOf(x, y); });

    case Operation::equal_: return map2<F>(t, a, b, n, [](F x, F y) { return equal(x, y); });
    case Operation::less_: return map2<F>(t, a, b, n, [](F x, F y) { return less(x, y); });
    case Operation::lessEqual_:
      return map2<F>(t, a, b, n, [](F x, F y) { return lessEqual(x, y); });
    case Operation::exceeds_:
      return map2<F>(t, a, b, n, [](F x, F y) {
        return bitAnd(toInt(invert(lessEqual(x, y))), toInt(equal(y, y)));
      });

    case Operation::negateInt_:
      return map1<I>(t, a, n, [](I x) { return subInt(splatInt(0), x); });
    case Operation::absoluteInt_:
      return map1<I>(t, a, n, [](I x) { return maxInt(x, subInt(splatInt(0), x)); });
    case Operation::signInt_:
      return map1<I>(t, a, n, [](I x) { return maxInt(splatInt(-1), minInt(splatInt(1), x)); });
    case Operation::reluInt_: return map1<I>(t, a, n, [](I x) { return maxInt(x, splatInt(0)); });
    case Operation::not_: return map1<I>(t, a, n, [](I x) { return subInt(splatInt(1), x); });
    case Operation::wrapUint8_:
      return map1<I>(t, a, n, [](I x) { return bitAnd(x, splatInt(255)); });
    case Operation::intToBool_: return map1<I>(t, a, n, [](I x) { return toInt(nonZero(x)); });

    case Operation::addInt_: return map2<I>(t, a, b, n, [](I x, I y) { return addInt(x, y); });
    case Operation::subtractInt_: return map2<I>(t, a, b, n, [](I x, I y) { return subInt(x, y); });
    case Operation::multiplyInt_: return map2<I>(t, a, b, n, [](I x, I y) { return mulInt(x, y); });
    case Operation::maximumInt_: return map2<I>(t, a, b, n, [](I x, I y) { return maxInt(x, y); });
    case Operation::minimumInt_: return map2<I>(t, a, b, n, [](I x, I y) { return minInt(x, y); });
    case Operation::remainderInt_:
      return mapScalar<int32_t>(t, a, b, n,
                                [](int32_t x, int32_t y) { return remainderOf(x, y); });
    case Operation::equalInt_:
      return map2<I>(t, a, b, n, [](I x, I y) { return toInt(equalInt(x, y)); });
    case Operation::lessInt_:
      return map2<I>(t, a, b, n, [](I x, I y) { return toInt(lessInt(x, y)); });
    case Operation::lessEqualInt_:
      return map2<I>(t, a, b, n, [](I x, I y) { return toInt(invert(lessInt(y, x))); });
    case Operation::and_: return map2<I>(t, a, b, n, [](I x, I y) { return bitAnd(x, y); });
    case Operation::or_: return map2<I>(t, a, b, n, [](I x, I y) { return bitOr(x, y); });

    case Operation::intToFloat_: return map1<I>(t, a, n, [](I x) { return toFloat(x); });
    case Operation::floatToInt_: return map1<F>(t, a, n, [](F x) { return truncate(x); });
    case Operation::floatToBool_:
      return map2<F>(t, a, a, n, [](F x, F) { return invert(equal(x, splat(0.0f))); });
    case Operation::select_:
      return map3<I, I>(t, a, b, c, n, [](I x, I y, I z) { return select(nonZero(x), y, z); });
    case Operation::count: return;
  }
}

// t = a b + c d; each of the three rounds as it does alone.
inline void sumProducts(int32_t* t, Source a, Source b, Source c, Source d, int64_t count) {
  VERSANT_UNROLL
  for (int64_t i = 0; i < count; i += virtualLanes) {
    for (uint32_t v = 0; v < virtualLanes; v += lanes) {
      storeAs(t + v, add(mul(loadAs<F>(a.data + v), loadAs<F>(b.data + v)),
                         mul(loadAs<F>(c.data + v), loadAs<F>(d.data + v))));
    }
    t += virtualLanes, a.data += stepOf(a), b.data += stepOf(b);
    c.data += stepOf(c), d.data += stepOf(d);
  }
}

template <typename T, typename Compare>
VERSANT_INLINE void chooseWith(Compare compare, int32_t* t, Source a, Source b, Source c, Source d,
                               int64_t count) {
  VERSANT_UNROLL
  for (int64_t i = 0; i < count; i += virtualLanes) {
    for (uint32_t v = 0; v < virtualLanes; v += lanes) {
      const M chosen = compare(loadAs<T>(a.data + v), loadAs<T>(b.data + v));
      storeAs(t + v, select(chosen, loadAs<I>(c.data + v), loadAs<I>(d.data + v)));
    }
    t += virtualLanes, a.data += stepOf(a), b.data += stepOf(b);
    c.data += stepOf(c), d.data += stepOf(d);
  }
}

// t = c where the comparison of a and b holds, else d.
inline void choose(Operation comparison, int32_t* t, Source a, Source b, Source c, Source d,
                   int64_t n) {
  switch (comparison) {
    case Operation::lessEqual_:
      return chooseWith<F>([](F x, F y) { return lessEqual(x, y); }, t, a, b, c, d, n);
    case Operation::equal_:
      return chooseWith<F>([](F x, F y) { return equal(x, y); }, t, a, b, c, d, n);
    default: chooseWith<I>([](I x, I y) { return equalInt(x, y); }, t, a, b, c, d, n);
  }
}

// `source` gives where each of the micro-operation's sources stands.
template <typename At>
VERSANT_INLINE void operate(const Micro& micro, int32_t* t, At source, int64_t n) {
  const Source a = source(0), b = source(1), c = source(2);
  if (micro.form == Form::single) return operateSingle(micro.operation, t, a, b, c, n);
  if (micro.form == Form::products) return sumProducts(t, a, b, c, source(3), n);
  if (micro.form == Form::choice) return choose(micro.operation, t, a, b, c, source(3), n);
  operatePair(micro, t, a, b, c, n);
}

}  // namespace versant::VERSANT_ISA
