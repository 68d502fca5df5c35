// Loads and stores of a run of consecutive points of an iteration space, wherever they stand.
#pragma once
#include "kernels.h"
#include "vec.h"

namespace versant::VERSANT_ISA {

// Calls f(done, position, step, length) for each stretch of the points [start, start + count) that
// lies in one innermost row: its first position and the step between positions, in elements. Rows
// may be short, so those along the next axis are gone through in a loop of their own.
template <typename Function>
VERSANT_INLINE void walk(const int32_t* shape, int32_t rank, const Operand& operand, int64_t start,
                         int64_t count, Function f) {
  if (rank == 0) return f(int64_t{0}, int64_t{0}, int64_t{0}, count);
  int64_t at[maxRank];
  int64_t position = 0;
  int64_t rest = start;
  for (int32_t axis = rank - 1; axis >= 0; axis--) {
    at[axis] = rest % shape[axis];
    rest /= shape[axis];
    position += at[axis] * operand.strides[axis];
  }
  const int64_t width = shape[rank - 1], step = operand.strides[rank - 1];
  if (rank == 1) return f(int64_t{0}, position, step, count);
  const int32_t next = rank - 2;
  const int64_t rowStep = operand.strides[next];
  int64_t length = smaller(count, width - at[rank - 1]);
  f(int64_t{0}, position, step, length);
  position += rowStep - at[rank - 1] * step;
  for (int64_t done = length, rows = 1; rows > 0;) {
    at[next] += rows;
    if (at[next] == shape[next]) {
      position -= shape[next] * rowStep;
      at[next] = 0;
      for (int32_t axis = next - 1; axis >= 0; axis--) {
        position += operand.strides[axis];
        if (++at[axis] < shape[axis]) break;
        position -= static_cast<int64_t>(shape[axis]) * operand.strides[axis];
        at[axis] = 0;
      }
    }
    rows = smaller(shape[next] - at[next], (count - done) / width);
    for (int64_t row = 0; row < rows; row++, done += width, position += rowStep) {
      f(done, position, step, width);
    }
    length = rows > 0 ? 0 : count - done;
    if (length > 0) f(done, position, step, length);
  }
}

// Small copies inline: most rows of a broadcast are a few elements long.
template <typename To, typename From>
VERSANT_INLINE void copyStrided(To* to, const From* from, int64_t step, int64_t length) {
  if (step == 1) {
    for (int64_t i = 0; i < length; i++) to[i] = static_cast<To>(from[i]);
  } else if (step == 2) {
    for (int64_t i = 0; i < length; i++) to[i] = static_cast<To>(from[2 * i]);
  } else if (step == 0) {
    const To value = static_cast<To>(from[0]);
    for (int64_t i = 0; i < length; i++) to[i] = value;
  } else {
    for (int64_t i = 0; i < length; i++) to[i] = static_cast<To>(from[i * step]);
  }
}

// Widens points [start, start + count) into a row of 32-bit lanes.
inline void loadRow(int32_t* row, const Operand& operand, const Run& run, const Body& body,
                    int64_t start, int64_t count) {
  if (operand.buffer < 0) {
    return walk(body.shape, body.rank, operand, start, count,
                [&](int64_t done, int64_t position, int64_t step, int64_t length) {
                  const int64_t first = operand.offset + position;
                  for (int64_t i = 0; i < length; i++) {
                    row[done + i] = static_cast<int32_t>(first + i * step);
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
    walk(body.shape, body.rank, operand, start, count,
         [&](int64_t done, int64_t position, int64_t step, int64_t length) {
           copyStrided(row + done, words + position, step, length);
         });
  } else if (operand.walk == Walk::contiguous) {
    copyStrided(row, data + start, 1, count);
  } else {
    walk(body.shape, body.rank, operand, start, count,
         [&](int64_t done, int64_t position, int64_t step, int64_t length) {
           copyStrided(row + done, data + position, step, length);
         });
  }
}

template <typename To>
VERSANT_INLINE void scatterStrided(To* to, const int32_t* from, int64_t step, int64_t length) {
  if (step == 1) {
    for (int64_t i = 0; i < length; i++) to[i] = static_cast<To>(from[i]);
  } else {
    for (int64_t i = 0; i < length; i++) to[i * step] = static_cast<To>(from[i]);
  }
}

// Narrows a row into points [start, start + count).
inline void storeRow(const int32_t* row, const Operand& operand, const Run& run, const Body& body,
                     int64_t start, int64_t count) {
  uint8_t* data = address(run, operand);
  int32_t* words = reinterpret_cast<int32_t*>(data);
  const bool wide = bytesOf(operand.dtype) == 4;
  if (operand.walk == Walk::contiguous) {
    if (wide) {
      VERSANT_COPY(words + start, row, static_cast<size_t>(count) * 4);
    } else {
      scatterStrided(data + start, row, 1, count);
    }
    return;
  }
  walk(body.shape, body.rank, operand, start, count,
       [&](int64_t done, int64_t position, int64_t step, int64_t length) {
         if (wide) {
           scatterStrided(words + position, row + done, step, length);
         } else {
           scatterStrided(data + position, row + done, step, length);
         }
       });
}

}  // namespace versant::VERSANT_ISA
