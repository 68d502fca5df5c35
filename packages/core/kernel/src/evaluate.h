// A Body on a block of points at a time: inputs are read where they stand or gathered into rows of
// scratch that stay in the first-level cache, then each micro-operation runs over the whole block.
#pragma once
#include "operate.h"
#include "walk.h"

namespace versant::VERSANT_ISA {

// Elements of the next block that are asked for in advance.
constexpr int prefetched = 1024;

struct Evaluator {
  const Body& body;
  const Run& run;
  // Where each register's block stands now: its row of scratch, one vector of it, or memory.
  Source* row;
  int32_t* rows;

  VERSANT_INLINE int32_t* rowOf(int32_t reg) const {
    return rows + static_cast<int64_t>(reg) * body.block;
  }

  // `points` is how many will be evaluated in all: short rows are not filled to the end.
  VERSANT_INLINE Evaluator(const Body& b, const Run& r, uint8_t* scratch, int64_t points)
      : body(b), run(r), row(reinterpret_cast<Source*>(scratch)),
        rows(reinterpret_cast<int32_t*>(scratch + sourceBytes(b.registers))) {
    const int64_t filled = smaller<int64_t>(body.block, roundUp(points, virtualLanes));
    for (int32_t i = 0; i < body.uniformCount; i++) {
      const Uniform& uniform = body.uniforms[i];
      const double value = uniform.scalar < 0 ? uniform.value : run.scalars[uniform.scalar];
      fill(uniform.reg,
           uniform.integer ? splatInt(toInteger(value)) : asInt(splat(static_cast<float>(value))),
           filled, uniform.wide);
    }
    for (int32_t i = 0; i < body.inputCount; i++) {
      const Access& input = body.inputs[i];
      if (input.operand.walk == Walk::uniform) {
        int32_t value;
        loadRow(&value, input.operand, run, 0, 1);
        fill(input.reg, splatInt(value), filled, input.wide);
      } else if (input.operand.walk == Walk::repeated) {
        row[input.reg] = {rowOf(input.reg), 1};
        loadRow(rowOf(input.reg), input.operand, run, 0, smaller(filled, body.points));
      }
    }
  }

  // One vector serves a whole row where operations may stay on it.
  VERSANT_INLINE void fill(int32_t reg, I value, int64_t filled, bool wide) {
    int32_t* to = rowOf(reg);
    const bool whole = wide || wholeRows;
    row[reg] = {to, whole};
    for (int64_t i = 0; i < (whole ? filled : virtualLanes); i += lanes) storeInt(to + i, value);
  }

  // Whether the points lie in one innermost row, and so in one of each operand's own.
  VERSANT_INLINE bool inOneRow(int64_t start, int64_t count) const {
    const int64_t width = body.rank > 0 ? body.shape[body.rank - 1] : 0;
    return count <= width && start % width + count <= width;
  }

  // Where a point stands.
  VERSANT_INLINE int32_t* placeIn(const Operand& operand, int64_t point) const {
    int32_t* data = reinterpret_cast<int32_t*>(address(run, operand));
    for (int32_t axis = operand.rank - 1; axis > 0; axis--) {
      data += point % operand.sizes[axis] * operand.strides[axis];
      point /= operand.sizes[axis];
    }
    return data + point * operand.strides[0];
  }

  // Elements next to each other are read where they stand, one for all of the row as a number.
  VERSANT_INLINE void readRow(const Access& input, int64_t start, int64_t padded) {
    const Operand& operand = input.operand;
    int32_t* data = placeIn(operand, start);
    if (operand.strides[operand.rank - 1] == 1) {
      row[input.reg] = {data, 1};
      // The next block may stand far away, where nothing foresees it.
      const int32_t* next = placeIn(operand, start + padded);
      for (int i = 0; i < prefetched; i += 16) VERSANT_PREFETCH(next + i);
    } else {
      fill(input.reg, splatInt(*data), padded, input.wide);
    }
  }

  static VERSANT_INLINE int32_t toInteger(double x) {
    return x != x ? 0 : x >= 2147483647.0 ? INT32_MAX : x <= -2147483648.0 ? INT32_MIN
                                                      : static_cast<int32_t>(x);
  }

  // Leaves in `row` the registers of points [start, start + count); whole vectors are computed, so
  // lanes past `count` hold anything. `outputs` may be written by the operations themselves.
  VERSANT_INLINE void evaluate(int64_t start, int64_t count, const Access* outputs,
                               int32_t outputCount) {
    const int64_t padded = roundUp(count, virtualLanes);
    const bool whole = padded == count;
    const bool inRow = body.rows && whole && inOneRow(start, count);
    for (int32_t i = 0; i < body.inputCount; i++) {
      const Access& input = body.inputs[i];
      const Walk kind = input.operand.walk;
      if (kind == Walk::uniform || kind == Walk::repeated) continue;
      if (input.direct && (whole || body.codeCount == 0)) {
        row[input.reg] = {reinterpret_cast<int32_t*>(address(run, input.operand)) + start, 1};
      } else if (inRow && input.rows) {
        readRow(input, start, padded);
      } else {
        row[input.reg] = {rowOf(input.reg), 1};
        loadRow(rowOf(input.reg), input.operand, run, start, count);
      }
    }
    for (int32_t i = 0; i < body.codeCount; i++) {
      const Micro& micro = body.code[i];
      int32_t* target = rowOf(micro.target);
      if (micro.output >= 0 && whole) {
        target = reinterpret_cast<int32_t*>(address(run, outputs[micro.output].operand)) + start;
      }
      operate(micro, target, [&](int s) { return row[micro.sources[s]]; }, padded);
      row[micro.target] = {target, 1};
    }
    for (int32_t i = 0; i < outputCount; i++) {
      const Access& output = outputs[i];
      if (output.direct && whole) continue;
      storeRow(row[output.reg].data, output.operand, run, start, count);
    }
  }
};

inline void loop(const Loop& loop, const Run& run, uint8_t* scratch, int64_t part, int64_t parts) {
  const Body& body = loop.body;
  const Range range = partOf(body.points, body.block, part, parts);
  if (range.begin == range.end) return;
  Evaluator evaluator(body, run, scratch, range.end - range.begin);
  for (int64_t start = range.begin; start < range.end; start += body.block) {
    evaluator.evaluate(start, smaller<int64_t>(body.block, range.end - start), loop.outputs,
                       loop.outputCount);
  }
}

}  // namespace versant::VERSANT_ISA
