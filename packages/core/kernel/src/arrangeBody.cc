// How a loop or reduction is evaluated: what is read where it stands, what through rows of scratch.
#include "body.h"

namespace versant {

namespace {

// Bytes of rows if every register had one. Inputs read where they stand and numbers have none, so that
// what is in use at a time stays in the first-level cache.
constexpr int64_t rowBudget = 64 << 10;
constexpr int32_t fullBlock = 1024;
constexpr int32_t longestBlock = 1024;
constexpr int64_t shortestBlock = 256;  // of those that fit rows

int64_t greatestDivisor(int64_t a, int64_t b) {
  while (b) {
    const int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

// Merges neighbouring axes that the operand steps through as through one, and drops those of size 1.
void collapse(Operand& operand, const int32_t* shape, int32_t rank) {
  operand.rank = 0;
  for (int32_t axis = 0; axis < rank; axis++) {
    const int64_t size = shape[axis], stride = operand.strides[axis];
    if (size == 1) continue;
    const int32_t last = operand.rank - 1;
    if (last >= 0 && operand.strides[last] == size * stride &&
        operand.sizes[last] * size <= INT32_MAX) {
      operand.sizes[last] *= static_cast<int32_t>(size);
    } else {
      operand.sizes[operand.rank++] = static_cast<int32_t>(size);
    }
    operand.strides[operand.rank - 1] = static_cast<int32_t>(stride);
  }
}

// The largest block, a multiple of `unit`, of which rows of `width` hold a whole number.
int64_t rowBlock(int64_t block, int64_t width, int64_t unit) {
  for (int64_t size = block; size >= shortestBlock; size -= unit) {
    if (width % size == 0) return size;
  }
  return block;
}

}  // namespace

// Where there are no points, a walk amounts to nothing.
void classify(Operand& operand, const int32_t* shape, int32_t rank) {
  collapse(operand, shape, rank);
  int32_t first = 0;
  while (first < operand.rank && operand.strides[first] == 0) first++;
  int64_t period = 1;
  bool inOrder = true;
  for (int32_t axis = operand.rank - 1; axis >= first; axis--) {
    inOrder = inOrder && operand.strides[axis] == period;
    period *= operand.sizes[axis];
  }
  operand.period = static_cast<int32_t>(smaller<int64_t>(period, INT32_MAX));
  operand.walk = period == 1   ? Walk::uniform
                 : period == 0 ? Walk::general
                 : first > 0   ? Walk::repeated
                 : inOrder     ? Walk::contiguous
                               : Walk::general;
}

void arrange(Decoder& d, Body& body, bool reduction, int64_t aligned) {
  int64_t block = smaller<int64_t>(fullBlock, rowBudget / 4 / larger(1, body.registers));
  block = larger<int64_t>(64, block / 16 * 16);
  if (reduction) block = larger<int64_t>(reducedBlock, block / reducedBlock * reducedBlock);
  int64_t common = 16;
  for (int32_t i = 0; i < body.inputCount; i++) {
    Access& input = body.inputs[i];
    classify(input.operand, body.shape, body.rank);
    input.direct = input.operand.walk == Walk::contiguous && input.operand.buffer >= 0 &&
                   bytesOf(input.operand.dtype) == 4;
    if (input.operand.walk == Walk::contiguous && input.operand.buffer < 0) {
      input.operand.walk = Walk::general;
    }
    if (input.operand.walk == Walk::general) body.cost += 8;
    if (input.operand.walk != Walk::repeated) continue;
    // A repeated row is loaded once if blocks hold it a whole number of times.
    const int64_t period = input.operand.period;
    const int64_t joined = common / greatestDivisor(common, period) * period;
    if ((reduction && period != aligned) || joined > longestBlock) {
      input.operand.walk = Walk::general;
      body.cost += 2;
    } else {
      common = joined;
    }
  }
  body.block = static_cast<int32_t>(larger<int64_t>(1, block / common) * common);
  // Innermost rows that hold whole blocks, or so many elements that blocks may be as short.
  const int64_t width = body.rank > 0 ? body.shape[body.rank - 1] : 0;
  for (int32_t i = 0; i < body.inputCount; i++) {
    Access& input = body.inputs[i];
    const Operand& operand = input.operand;
    const int32_t step = operand.rank > 0 ? operand.strides[operand.rank - 1] : -1;
    input.rows = operand.walk == Walk::general && operand.buffer >= 0 &&
                 bytesOf(operand.dtype) == 4 && (step == 0 || step == 1) && width >= shortestBlock;
    body.rows = body.rows || input.rows;
  }
  const int64_t unit = reduction ? reducedBlock : 16;
  if (body.rows && common == 16 && width % unit == 0) {
    body.block = static_cast<int32_t>(rowBlock(body.block, width, unit));
  }
  const int64_t rows = sourceBytes(body.registers) + int64_t{body.registers} * body.block * 4;
  // A reduction over columns keeps its levels in front of the rows.
  const int64_t levels = reduction ? int64_t{maxResults} * 40 * 256 * 4 : 0;
  d.program->scratchBytes = larger(d.program->scratchBytes, rows + levels);
}

void widen(Body& body, int32_t reg) {
  for (int32_t i = 0; i < body.uniformCount; i++) {
    if (body.uniforms[i].reg == reg) body.uniforms[i].wide = true;
  }
  for (int32_t i = 0; i < body.inputCount; i++) {
    if (body.inputs[i].reg == reg) body.inputs[i].wide = true;
  }
}

void placeOutputs(Decoder& d, Loop& loop) {
  Body& body = loop.body;
  for (int32_t o = 0; o < loop.outputCount; o++) {
    Access& output = loop.outputs[o];
    int32_t writer = -1;
    for (int32_t k = 0; k < body.codeCount; k++) {
      if (body.code[k].target == output.reg) writer = k;
    }
    output.direct = writer >= 0 && body.code[writer].output < 0 &&
                    output.operand.walk == Walk::contiguous &&
                    bytesOf(output.operand.dtype) == 4;
    for (int32_t i = 0; i < body.inputCount; i++) {
      Access& input = body.inputs[i];
      if (!d.overlap(input.operand.buffer, output.operand.buffer)) continue;
      int32_t lastUse = -1;
      for (int32_t k = 0; k < body.codeCount; k++) {
        for (int32_t source : body.code[k].sources) {
          if (source == input.reg) lastUse = k;
        }
      }
      for (int32_t other = 0; other < loop.outputCount; other++) {
        // Stored from the input's memory, perhaps after that was overwritten: read it before.
        if (loop.outputs[other].reg == input.reg) input.direct = false;
      }
      const bool same = input.operand.buffer == output.operand.buffer &&
                        input.operand.offset == output.operand.offset &&
                        input.operand.walk == Walk::contiguous;
      if (!same || lastUse > writer) output.direct = false;
    }
    if (output.direct) body.code[writer].output = o;
  }
}

}  // namespace versant
