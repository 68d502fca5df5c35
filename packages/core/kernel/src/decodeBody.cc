// Reads the inputs, numbers and operations of a loop or reduction.
#include "body.h"
#include "kernels.h"

namespace versant {

namespace {

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

int32_t BodyReader::define(bool isInteger, bool isFilled) {
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

int32_t BodyReader::use(int32_t expectInteger) {
  const int32_t reg = d.below(registers, "a register that is not there");
  if (!d.ok()) return 0;
  if (!defined[reg]) d.fail("a register is read before it is written");
  if (expectInteger >= 0 && integer[reg] != (expectInteger != 0)) {
    d.fail("a register holds float where int is needed, or the reverse");
  }
  return reg;
}

void BodyReader::read() {
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

void BodyReader::inputs() {
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

void BodyReader::uniforms() {
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

void BodyReader::code() {
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

}  // namespace versant
