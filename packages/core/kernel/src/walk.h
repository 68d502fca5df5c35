// Loads and stores of a run of consecutive points of an iteration space, wherever they stand.
#pragma once
#include "kernels.h"
#include "vec.h"

namespace versant::VERSANT_ISA {

// Calls f(done, position, row) for stretches of the points [start, start + count): `row.count` rows
// of `row.length` points each, of which the first stands at `position`, in elements. Stretches may be
// short, so that all along the next axis are one stretch.
struct Stretches {
  int64_t length, step;     // points of a row, and from one to the next
  int64_t count, distance;  // rows, and from one to the next
};
template <typename Function>
VERSANT_INLINE void walk(const Operand& operand, int64_t start, int64_t count, Function f) {
  const int32_t* shape = operand.sizes;
  const int32_t rank = operand.rank;
  if (rank == 0) return f(int64_t{0}, int64_t{0}, Stretches{count, 0, 1, 0});
  int64_t at[maxRank];
  int64_t position = 0;
  int64_t rest = start;
  for (int32_t axis = rank - 1; axis >= 0; axis--) {
    at[axis] = rest % shape[axis];
    rest /= shape[axis];
    position += at[axis] * operand.strides[axis];
  }
  const int64_t width = shape[rank - 1], step = operand.strides[rank - 1];
  if (rank == 1) return f(int64_t{0}, position, Stretches{count, step, 1, 0});
  const int32_t next = rank - 2;
  const int64_t distance = operand.strides[next];
  int64_t length = smaller(count, width - at[rank - 1]);
  f(int64_t{0}, position, Stretches{length, step, 1, 0});
  position += distance - at[rank - 1] * step;
  for (int64_t done = length, rows = 1; rows > 0;) {
    at[next] += rows;
    if (at[next] == shape[next]) {
      position -= shape[next] * distance;
      at[next] = 0;
      for (int32_t axis = next - 1; axis >= 0; axis--) {
        position += operand.strides[axis];
        if (++at[axis] < shape[axis]) break;
        position -= static_cast<int64_t>(shape[axis]) * operand.strides[axis];
        at[axis] = 0;
      }
    }
    // Dividing takes longer than a short row.
    rows = shape[next] - at[next];
    if (rows * width > count - done) rows = (count - done) / width;
    if (rows > 0) f(done, position, Stretches{width, step, rows, distance});
    done += rows * width;
    position += rows * distance;
    length = rows > 0 ? 0 : count - done;
    if (length > 0) f(done, position, Stretches{length, step, 1, 0});
  }
}

constexpr int64_t longRow = 64;

// Small copies inline: most rows of a broadcast are a few elements long.
template <typename To, typename From>
VERSANT_INLINE void copyStrided(To* to, const From* from, int64_t step, int64_t length) {
  if (step == 1) {
    for (int64_t i = 0; i < length; i++) to[i] = static_cast<To>(from[i]);
  } else if (step == 0) {
    const To value = static_cast<To>(from[0]);
    for (int64_t i = 0; i < length; i++) to[i] = value;
  } else {
    for (int64_t i = 0; i < length; i++) to[i] = static_cast<To>(from[i * step]);
  }
}

template <typename To, typename From>
VERSANT_INLINE void copyRows(To* to, const From* from, const Stretches& rows) {
  if constexpr (sizeof(To) == 4 && sizeof(From) == 4) {
    const bool pairs = rows.length == 2 && rows.step == 0 && rows.distance == 1;
    if (pairs) return repeatTwice(to, from, rows.count);
    const auto eachRow = [&](auto copy) VERSANT_INLINE_LAMBDA {
      for (int64_t row = 0; row < rows.count; row++) {
        copy(to + row * rows.length, from + row * rows.distance, rows.length);
      }
    };
    if (rows.step == 2) return eachRow([](To* t, const From* f, int64_t n) { takeEven(t, f, n); });
    if (rows.step == 1 && rows.length < longRow) {
      return eachRow([](To* t, const From* f, int64_t n) { copyFew(t, f, n); });
    }
  }
  for (int64_t row = 0; row < rows.count; row++) {
    copyStrided(to + row * rows.length, from + row * rows.distance, rows.step, rows.length);
  }
}

// Widens points [start, start + count) into a row of 32-bit lanes.
inline void loadRow(int32_t* row, const Operand& operand, const Run& run, int64_t start,
                    int64_t count) {
  if (operand.buffer < 0) {
    return walk(operand, start, count,
                [&](int64_t done, int64_t position, const Stretches& rows) {
                  for (int64_t r = 0; r < rows.count; r++) {
                    const int64_t first = operand.offset + position + r * rows.distance;
                    for (int64_t i = 0; i < rows.length; i++) {
                      row[done + r * rows.length + i] = static_cast<int32_t>(first + i * rows.step);
                    }
                  }
                });
  }
  const uint8_t* data = address(run, operand);
  if (bytesOf(operand.dtype) == 4) {
    const int32_t* words = reinterpret_cast<const int32_t*>(data);
    if (operand.walk == Walk::contiguous) {
      VERSANT_COPY(row, words + start, static_cast<size_t>(count) * 4);
      return;
    }
    walk(operand, start, count,
         [&](int64_t done, int64_t position, const Stretches& rows) {
           copyRows(row + done, words + position, rows);
         });
  } else if (operand.walk == Walk::contiguous) {
    copyStrided(row, data + start, 1, count);
  } else {
    walk(operand, start, count,
         [&](int64_t done, int64_t position, const Stretches& rows) {
           copyRows(row + done, data + position, rows);
         });
  }
}

template <typename To>
VERSANT_INLINE void scatterRows(To* to, const int32_t* from, const Stretches& rows) {
  for (int64_t row = 0; row < rows.count; row++) {
    To* target = to + row * rows.distance;
    const int32_t* source = from + row * rows.length;
    if (rows.step != 1) {
      for (int64_t i = 0; i < rows.length; i++) target[i * rows.step] = static_cast<To>(source[i]);
    } else if (sizeof(To) == 4 && rows.length < longRow) {
      copyFew(reinterpret_cast<int32_t*>(target), source, rows.length);
    } else {
      copyStrided(target, source, 1, rows.length);
    }
  }
}

// Narrows a row into points [start, start + count).
inline void storeRow(const int32_t* row, const Operand& operand, const Run& run, int64_t start,
                     int64_t count) {
  uint8_t* data = address(run, operand);
  int32_t* words = reinterpret_cast<int32_t*>(data);
  const bool wide = bytesOf(operand.dtype) == 4;
  if (operand.walk == Walk::contiguous) {
    if (wide) {
      VERSANT_COPY(words + start, row, static_cast<size_t>(count) * 4);
    } else {
      copyStrided(data + start, row, 1, count);
    }
    return;
  }
  walk(operand, start, count,
       [&](int64_t done, int64_t position, const Stretches& rows) {
         if (wide) {
           scatterRows(words + position, row + done, rows);
         } else {
           scatterRows(data + position, row + done, rows);
         }
       });
}

}  // namespace versant::VERSANT_ISA
