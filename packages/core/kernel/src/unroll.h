// Loops of which every turn is written out.
#pragma once
#include "platform.h"

namespace versant {

template <int n>
struct Constant {
  static constexpr int value = n;
  constexpr operator int() const { return n; }
};

// f(0), f(1), up to f(n - 1). The counter is a constant before the compiler looks at loops, so that
// small arrays it picks from are registers all along. WebAssembly is compiled twice, and the second
// compiler runs out of registers over what the first has moved about in code without loops.
template <int n, typename Function>
VERSANT_INLINE void times(Function f) {
#if defined(__wasm__)
  for (int i = 0; i < n; i++) f(i);
#else
  if constexpr (n > 0) {
    times<n - 1>(f);
    f(Constant<n - 1>{});
  }
#endif
}

}  // namespace versant
