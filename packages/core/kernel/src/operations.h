// The micro-operations of a loop, in the order of their codes. encode.ts holds the same list, and a
// test compares the two. Columns: name; its kind, which says how it is evaluated and what its
// registers hold; relative cost, from which it is decided whether threads pay.
#pragma once
#include "platform.h"

// Kinds: F float, I int32; the result stands last. S is select, whose result is what it selects.
#define VERSANT_OPERATIONS(X)  \
  X(negate, FF, 1)             \
  X(absolute, FF, 1)           \
  X(sign, FF, 1)               \
  X(exp, FF, 6)                \
  X(log, FF, 8)                \
  X(log1p, FF, 10)             \
  X(sqrt, FF, 3)               \
  X(sin, FF, 20)               \
  X(cos, FF, 20)               \
  X(tanh, FF, 10)              \
  X(sigmoid, FF, 8)            \
  X(erf, FF, 12)               \
  X(floor, FF, 1)              \
  X(relu, FF, 1)               \
  X(add, FFF, 1)               \
  X(subtract, FFF, 1)          \
  X(multiply, FFF, 1)          \
  X(divide, FFF, 3)            \
  X(power, FFF, 60)            \
  X(maximum, FFF, 1)           \
  X(minimum, FFF, 1)           \
  X(remainder, FFF, 10)        \
  X(equal, FFI, 1)             \
  X(less, FFI, 1)              \
  X(lessEqual, FFI, 1)         \
  X(exceeds, FFI, 1)           \
  X(negateInt, II, 1)          \
  X(absoluteInt, II, 1)        \
  X(signInt, II, 1)            \
  X(reluInt, II, 1)            \
  X(not, II, 1)                \
  X(wrapUint8, II, 1)          \
  X(intToBool, II, 1)          \
  X(addInt, III, 1)            \
  X(subtractInt, III, 1)       \
  X(multiplyInt, III, 1)       \
  X(maximumInt, III, 1)        \
  X(minimumInt, III, 1)        \
  X(remainderInt, III, 20)     \
  X(equalInt, III, 1)          \
  X(lessInt, III, 1)           \
  X(lessEqualInt, III, 1)      \
  X(and, III, 1)               \
  X(or, III, 1)                \
  X(intToFloat, IF, 1)         \
  X(floatToInt, FI, 1)         \
  X(floatToBool, FI, 1)        \
  X(select, S, 1)

namespace versant {

enum class OperationKind : uint8_t { FF, FFF, FFI, II, III, IF, FI, S };

// A trailing underscore, because `not`, `and` and `or` are keywords.
enum class Operation : uint8_t {
#define VERSANT_ENUM(name, kind, cost) name##_,
  VERSANT_OPERATIONS(VERSANT_ENUM)
#undef VERSANT_ENUM
      count
};

struct OperationTraits {
  OperationKind kind;
  uint8_t cost;
};

constexpr OperationTraits operationTraits[] = {
#define VERSANT_TRAITS(name, kind, cost) {OperationKind::kind, cost},
    VERSANT_OPERATIONS(VERSANT_TRAITS)
#undef VERSANT_TRAITS
};

}  // namespace versant
