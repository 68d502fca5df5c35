// Loops and reductions.
#include "body.h"
#include "join.h"

namespace versant {

Loop* Decoder::loop() {
  Loop* loop = pool.take<Loop>(1);
  BodyReader reader{*this, loop->body};
  reader.read();
  arrange(*this, loop->body, false);
  loop->outputCount = count();
  loop->outputs = pool.take<Access>(loop->outputCount);
  for (int32_t o = 0; o < loop->outputCount && ok(); o++) {
    Access& output = loop->outputs[o];
    const int32_t reg = reader.use(-1);
    output.operand = operand(loop->body.rank);
    bounds(output.operand, loop->body.shape, loop->body.rank, true);
    if (!ok()) break;
    if (reader.integer[reg] != (output.operand.dtype != DType::float32)) {
      fail("an output stores float as int, or the reverse");
    }
    output.reg = reader.row[reg];
    classify(output.operand, loop->body.shape, loop->body.rank);
    if (output.operand.walk != Walk::contiguous && loop->body.points > 1) {
      output.operand.walk = Walk::general;
    } else {
      output.operand.walk = Walk::contiguous;
    }
    loop->body.cost += 1;
  }
  if (!ok()) return loop;
  const auto stored = [loop](int32_t reg) {
    for (int32_t o = 0; o < loop->outputCount; o++) {
      if (loop->outputs[o].reg == reg) return true;
    }
    return false;
  };
  for (int32_t o = 0; o < loop->outputCount; o++) {
    widen(loop->body, loop->outputs[o].reg);
    // What is stored as it was loaded may stand in memory that another output overwrites.
    for (int32_t i = 0; i < loop->body.inputCount; i++) {
      if (loop->body.inputs[i].reg == loop->outputs[o].reg) loop->body.inputs[i].rows = false;
    }
  }
  joinOperations(loop->body, stored);
  placeOutputs(*this, *loop);
  return loop;
}

// Moves the last kept axis behind the reduced ones.
static void moveKeptAxis(int32_t* values, int32_t kept, int32_t rank) {
  const int32_t moved = values[kept - 1];
  for (int32_t axis = kept; axis < rank; axis++) values[axis - 1] = values[axis];
  values[rank - 1] = moved;
}

Reduce* Decoder::reduce() {
  Reduce* reduce = pool.take<Reduce>(1);
  Body& body = reduce->body;
  BodyReader reader{*this, body};
  reader.read();
  reduce->reduction =
      static_cast<Reduction>(below(static_cast<int>(Reduction::count), "an unknown reduction"));
  const int32_t reducedAxes = below(int64_t{body.rank} + 1, "more reduced axes than axes");
  reduce->columns = below(2, "neither rows nor columns") != 0;
  reduce->resultCount = below(maxResults + 1, "too many results");
  reduce->results = pool.take<Result>(reduce->resultCount);
  if (reduce->resultCount == 0) fail("a reduction without a result");
  for (int32_t i = 0; i < reduce->resultCount && ok(); i++) {
    Result& result = reduce->results[i];
    const int32_t reg = reader.use(-1);
    result.output = operand(0);
    if (!ok()) break;
    result.reg = reader.row[reg];
    widen(body, result.reg);
    if (i == 0) reduce->integer = reader.integer[reg];
    const bool integerOutput = result.output.dtype != DType::float32;
    if (reduce->integer != reader.integer[reg] ||
        integerOutput != (reduce->integer || reduce->reduction == Reduction::argmax)) {
      fail("an output stores float as int, or the reverse");
    }
  }
  if (reduce->resultCount > 1 && reduce->reduction == Reduction::argmax) {
    fail("an argmax has one result");
  }
  if (!ok()) return reduce;
  joinOperations(body, [reduce](int32_t reg) {
    for (int32_t i = 0; i < reduce->resultCount; i++) {
      if (reduce->results[i].reg == reg) return true;
    }
    return false;
  });
  const int32_t kept = body.rank - reducedAxes;
  reduce->kept = reduce->reduced = 1;
  for (int32_t axis = 0; axis < kept; axis++) reduce->kept *= body.shape[axis];
  for (int32_t axis = kept; axis < body.rank; axis++) reduce->reduced *= body.shape[axis];
  for (int32_t i = 0; i < reduce->resultCount; i++) {
    contiguous(reduce->results[i].output, reduce->kept, true);
  }
  if (body.points == 0) reduce->columns = false;
  if (reduce->columns) {
    if (kept == 0 || reducedAxes == 0 || reduce->reduction == Reduction::argmax) {
      fail("columns without an axis that is kept and one that is summed");
      return reduce;
    }
    reduce->width = body.shape[kept - 1];
    moveKeptAxis(body.shape, kept, body.rank);
    for (int32_t i = 0; i < body.inputCount; i++) {
      moveKeptAxis(body.inputs[i].operand.strides, kept, body.rank);
    }
  }
  const int64_t row = reduce->columns ? reduce->width : reduce->reduced;
  arrange(*this, body, true, row <= reducedBlock ? row : 0);
  reduce->segments = 1;
  reduce->units = reduce->kept;
  if (body.points == 0) return reduce;
  if (reduce->columns) {
    reduce->units = reduce->kept / reduce->width * ((reduce->width + 255) / 256);
  } else if (reduce->reduction != Reduction::argmax && reduce->reduced > 256 * 64) {
    reduce->segments = (reduce->reduced + 256 * 64 - 1) / (256 * 64);
    reduce->units = reduce->kept * reduce->segments;
    for (int32_t i = 0; i < reduce->resultCount; i++) {
      reduce->results[i].partials = pool.take<int32_t>(reduce->units);
    }
  }
  return reduce;
}

}  // namespace versant
