// Short rows in vectors of four, the last of which overlaps the one before it: nothing behind the end
// is read or written.
#pragma once
#include "platform.h"

namespace versant::VERSANT_ISA {

template <typename One, typename Four>
VERSANT_INLINE void inFours(int64_t count, One one, Four four) {
  if (count < 4) {
    for (int64_t i = 0; i < count; i++) one(i);
    return;
  }
  for (int64_t i = 0; i + 4 <= count; i += 4) four(i);
  if (count & 3) four(count - 4);
}

VERSANT_INLINE void copyFew(int32_t* to, const int32_t* from, int64_t count) {
  inFours(
      count, [&](int64_t i) { to[i] = from[i]; },
      [&](int64_t i) { VERSANT_COPY(to + i, from + i, 16); });
}
// Elements 0, 2, 4, ..., so many.
VERSANT_INLINE void takeEven(int32_t* to, const int32_t* from, int64_t count) {
  inFours(
      count, [&](int64_t i) { to[i] = from[2 * i]; },
      [&](int64_t i) { takeEven4(to + i, from + 2 * i); });
}
// Each of so many elements twice.
VERSANT_INLINE void repeatTwice(int32_t* to, const int32_t* from, int64_t count) {
  inFours(
      count, [&](int64_t i) { to[2 * i] = to[2 * i + 1] = from[i]; },
      [&](int64_t i) { repeatTwice4(to + 2 * i, from + i); });
}

}  // namespace versant::VERSANT_ISA
