// Loops and reductions: which registers are rows of scratch, which are memory itself.
#include "decode.h"
#include "join.h"
#include "kernels.h"

namespace versant {

namespace {

// Bytes of rows if every register had one. Inputs read where they stand and numbers have none, so that
// what is in use at a time stays in the first-level cache.
constexpr int64_t rowBudget = 64 << 10;
constexpr int32_t fullBlock = 1024;
constexpr int32_t reducedBlock = 256;
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

// What a walk amounts to; where there are no points, nothing does.
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

int arity(OperationKind kind) {
  switch (kind) {
    case OperationKind::FF:
    case OperationKind::II:
    case OperationKind::IF:
    case OperationKind::FI: return 1;
    case OperationKind::S: return 3;
    default: return 2;
  }
}
bool takesInteger(OperationKind kind, int source) {
  if (kind == OperationKind::S) return source == 0;
  return kind == OperationKind::II || kind == OperationKind::III || kind == OperationKind::IF;
}
bool givesInteger(OperationKind kind) {
  return kind == OperationKind::II || kind == OperationKind::III || kind == OperationKind::FI ||
         kind == OperationKind::FFI;
}

}  // namespace

// Reads a Body. `integer[r]` says afterwards what register r of the words holds and `row[r]` which
// row: a target that was an input or uniform moves to a fresh row, so that those are filled once.
struct BodyReader {
  Decoder& d;
  Body& body;
  int32_t registers = 0;
  int32_t* row = nullptr;
  bool* integer = nullptr;
  bool* defined = nullptr;
  bool* filled = nullptr;  // inputs and uniforms

  int32_t define(bool isInteger, bool isFilled) {
    const int32_t reg = d.below(registers, "a register that is not there");
    if (!d.ok()) return 0;
    if (defined[reg] && filled[reg]) {
      if (isFilled) d.fail("a register is filled twice");
      row[reg] = body.registers++;
    }
    defined[reg] = true;
    filled[reg] = isFilled;
    integer[reg] = isInteger;
    return row[reg];
  }
  int32_t use(int32_t expectInteger) {
    const int32_t reg = d.below(registers, "a register that is not there");
    if (!d.ok()) return 0;
    if (!defined[reg]) d.fail("a register is read before it is written");
    if (expectInteger >= 0 && integer[reg] != (expectInteger != 0)) {
      d.fail("a register holds float where int is needed, or the reverse");
    }
    return reg;
  }

  void read() {
    body.rank = d.below(maxRank + 1, "too many axes");
    body.points = 1;
    for (int32_t axis = 0; axis < body.rank && d.ok(); axis++) {
      body.shape[axis] = d.below(int64_t{1} << 31, "a negative size");
      if (body.points > (int64_t{1} << 40)) d.fail("too many points");
      if (d.ok()) body.points *= body.shape[axis];
    }
    registers = d.below(maxRegisters, "too many registers");
    row = d.pool.take<int32_t>(registers);
    integer = d.pool.take<bool>(registers);
    defined = d.pool.take<bool>(registers);
    filled = d.pool.take<bool>(registers);
    for (int32_t r = 0; r < registers; r++) row[r] = r;
    body.registers = registers;
    inputs();
    uniforms();
    code();
  }

  void inputs() {
    body.inputCount = d.count();
    body.inputs = d.pool.take<Access>(body.inputCount);
    for (int32_t i = 0; i < body.inputCount && d.ok(); i++) {
      Access& input = body.inputs[i];
      const int64_t at = d.at++;
      input.operand = d.operand(body.rank);
      d.bounds(input.operand, body.shape, body.rank, false);
      const int64_t end = d.at;
      d.at = at;
      input.reg = define(input.operand.dtype != DType::float32, true);
      d.at = end;
      body.cost += bytesOf(input.operand.dtype) == 4 ? 1 : 2;
    }
  }

  void uniforms() {
    body.uniformCount = d.count();
    body.uniforms = d.pool.take<Uniform>(body.uniformCount);
    for (int32_t i = 0; i < body.uniformCount && d.ok(); i++) {
      Uniform& uniform = body.uniforms[i];
      uniform.integer = d.below(2, "neither integer nor not");
      const bool scalar = d.below(2, "neither scalar nor not");
      const int32_t index = d.below(scalar ? d.program->scalars : d.constantCount,
                                    "a scalar or constant that is not there");
      uniform.reg = define(uniform.integer, true);
      uniform.scalar = scalar ? index : -1;
      if (!scalar && d.ok()) uniform.value = d.constants[index];
    }
  }

  void code() {
    body.codeCount = d.count();
    body.code = d.pool.take<Micro>(body.codeCount);
    for (int32_t i = 0; i < body.codeCount && d.ok(); i++) {
      Micro& micro = body.code[i];
      micro.operation = static_cast<Operation>(
          d.below(static_cast<int>(Operation::count), "an unknown operation"));
      const OperationTraits traits = operationTraits[static_cast<int>(micro.operation)];
      body.cost += traits.cost;
      micro.output = -1;
      micro.form = Form::single;
      micro.second = Operation::count;
      bool result = givesInteger(traits.kind);
      for (int s = 0; s < arity(traits.kind) && d.ok(); s++) {
        int32_t expected = takesInteger(traits.kind, s);
        if (traits.kind == OperationKind::S && s == 1) expected = -1;
        if (traits.kind == OperationKind::S && s == 2) expected = result;
        const int32_t reg = use(expected);
        if (!d.ok()) break;
        if (traits.kind == OperationKind::S && s == 1) result = integer[reg];
        micro.sources[s] = row[reg];
      }
      for (int s = arity(traits.kind); s < 4; s++) micro.sources[s] = micro.sources[0];
      if (d.ok()) micro.target = define(result, false);
    }
  }
};

// The largest block, a multiple of 16, of which rows of `width` hold a whole number.
static int64_t rowBlock(int64_t block, int64_t width) {
  for (int64_t size = block; size >= shortestBlock; size -= 16) {
    if (width % size == 0) return size;
  }
  return block;
}

// How inputs are walked, and how many points make a block.
// Blocks of a reduction start at multiples of `aligned`, if that is not 0.
static void arrange(Decoder& d, Body& body, bool reduction, int64_t aligned = 0) {
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
  if (body.rows && !reduction && common == 16 && width % 16 == 0) {
    body.block = static_cast<int32_t>(rowBlock(body.block, width));
  }
  const int64_t rows = sourceBytes(body.registers) + int64_t{body.registers} * body.block * 4;
  // A reduction over columns keeps its levels in front of the rows.
  const int64_t levels = reduction ? int64_t{maxResults} * 40 * 256 * 4 : 0;
  d.program->scratchBytes = larger(d.program->scratchBytes, rows + levels);
}

// Rows that are stored or reduced as they are have to be filled to the end.
static void widen(Body& body, int32_t reg) {
  for (int32_t i = 0; i < body.uniformCount; i++) {
    if (body.uniforms[i].reg == reg) body.uniforms[i].wide = true;
  }
  for (int32_t i = 0; i < body.inputCount; i++) {
    if (body.inputs[i].reg == reg) body.inputs[i].wide = true;
  }
}

// Which outputs the code may write in place: nothing reads later what the output overwrites.
static void placeOutputs(Decoder& d, Loop& loop) {
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
