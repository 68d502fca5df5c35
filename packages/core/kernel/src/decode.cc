#include "decode.h"

#include "kernels.h"

namespace versant {

namespace {
constexpr int64_t chunkBytes = 1 << 14;
constexpr int64_t chunkHeader = 64;
constexpr int32_t magic = 0x56525331;  // "VRS1"
}  // namespace

void* Pool::takeBytes(int64_t bytes) {
  bytes = roundUp(bytes, 16);
  if (bytes > left_) {
    const int64_t size = larger(chunkBytes, bytes + chunkHeader);
    void* chunk = allocate(static_cast<uint64_t>(size));
    if (!chunk) return nullptr;
    *static_cast<void**>(chunk) = chain;
    chain = chunk;
    next_ = static_cast<uint8_t*>(chunk) + chunkHeader;
    left_ = size - chunkHeader;
  }
  void* result = next_;
  VERSANT_FILL(result, 0, static_cast<size_t>(bytes));
  next_ += bytes;
  left_ -= bytes;
  return result;
}

void releaseChain(void* chain) {
  while (chain) {
    void* next = *static_cast<void**>(chain);
    release(chain);
    chain = next;
  }
}

void destroy(Program* program) { releaseChain(program->memory); }

void Decoder::buffers() {
  Program& p = *program;
  p.buffers = pool.take<Buffer>(p.bufferCount);
  p.base = pool.take<uint8_t*>(p.bufferCount);
  active = pool.take<bool>(p.bufferCount);
  const int64_t externals = int64_t{p.slots} + p.inputs + p.outputs;
  p.external = pool.take<uint8_t*>(externals);
  p.externalBytes = pool.take<int64_t>(externals);
  for (int32_t i = 0; i < p.bufferCount && ok(); i++) {
    Buffer& buffer = p.buffers[i];
    buffer.dtype = static_cast<DType>(below(static_cast<int>(DType::count), "an unknown dtype"));
    buffer.length = below(int64_t{1} << 31, "a negative length");
    buffer.place = static_cast<Place>(below(static_cast<int>(Place::count), "an unknown place"));
    const int32_t first = word();
    buffer.stride = word();
    const int64_t bytes = buffer.length * bytesOf(buffer.dtype);
    const int32_t limits[] = {0, p.slots, p.inputs, p.outputs, i};
    const int32_t limit = limits[static_cast<int>(buffer.place)];
    if (buffer.place == Place::arena) {
      buffer.offset = int64_t{first} * 64;
      if (first < 0 || buffer.offset + bytes > p.arenaBytes) fail("a buffer leaves the arena");
      continue;
    }
    if (first < 0 || first >= limit) {
      fail("a buffer names a slot, argument or buffer that is not there");
      continue;
    }
    buffer.index = first;
    if (buffer.place == Place::moving) {
      if (p.buffers[first].dtype != buffer.dtype) fail("a slice has another dtype");
      continue;
    }
    int64_t external = first;
    if (buffer.place != Place::bound) external += p.slots;
    if (buffer.place == Place::output) external += p.inputs;
    p.externalBytes[external] = larger(p.externalBytes[external], bytes);
  }
}

int32_t Decoder::root(int32_t buffer) const {
  while (program->buffers[buffer].place == Place::moving) buffer = program->buffers[buffer].index;
  return buffer;
}

bool Decoder::overlap(int32_t left, int32_t right) const {
  if (left < 0 || right < 0) return false;
  const Buffer& a = program->buffers[root(left)];
  const Buffer& b = program->buffers[root(right)];
  if (a.place != b.place) return false;
  if (a.place != Place::arena) return a.index == b.index;
  return a.offset < b.offset + b.length * bytesOf(b.dtype) &&
         b.offset < a.offset + a.length * bytesOf(a.dtype);
}

Operand Decoder::operand(int32_t rank) {
  Operand result = {};
  result.buffer = word();
  if (result.buffer < -1 || result.buffer >= program->bufferCount) {
    fail("an operand names a buffer that is not there");
    result.buffer = -1;
  }
  result.dtype = result.buffer < 0 ? DType::int32 : program->buffers[result.buffer].dtype;
  result.offset = word();
  for (int32_t axis = 0; axis < rank; axis++) result.strides[axis] = word();
  if (result.buffer >= 0 && program->buffers[result.buffer].place == Place::moving &&
      !active[result.buffer]) {
    fail("a moving buffer is used outside its loop");
  }
  return result;
}

void Decoder::bounds(const Operand& operand, const int32_t* shape, int32_t rank, bool writes) {
  int64_t first = operand.offset, last = operand.offset;
  for (int32_t axis = 0; axis < rank; axis++) {
    if (shape[axis] == 0) return;
    const int64_t reach = int64_t{shape[axis] - 1} * operand.strides[axis];
    if (reach > (int64_t{1} << 40) || reach < -(int64_t{1} << 40)) {
      fail("an operand leaves its buffer");
      return;
    }
    (reach < 0 ? first : last) += reach;
  }
  if (operand.buffer < 0) {
    if (writes) fail("iota is not a place to write to");
    if (first < INT32_MIN || last > INT32_MAX) fail("iota leaves int32");
    return;
  }
  if (first < 0 || last >= program->buffers[operand.buffer].length) {
    fail("an operand leaves its buffer");
  }
  if (!writes) return;
  const Place place = program->buffers[root(operand.buffer)].place;
  if (place == Place::input) fail("an input is written");
  if (place == Place::bound && !committing) fail("a state is written before the commit");
}

void Decoder::contiguous(Operand& operand, int64_t length, bool writes) {
  operand.walk = Walk::contiguous;
  operand.strides[0] = 1;
  if (operand.buffer < 0) {
    fail("iota is not a buffer");
    return;
  }
  if (length >= int64_t{1} << 31) {
    fail("an operand leaves its buffer");
    return;
  }
  const int32_t shape[] = {static_cast<int32_t>(length)};
  bounds(operand, shape, 1, writes);
}

Instruction* Decoder::instructions(int32_t count) {
  Instruction* list = pool.take<Instruction>(count);
  for (int32_t i = 0; i < count && ok(); i++) instruction(list[i]);
  return list;
}

Program* decode(const int32_t* words, int64_t wordCount, const double* constants,
                int64_t constantCount, const char** reason) {
  Decoder decoder{};
  decoder.words = words, decoder.wordCount = wordCount;
  decoder.constants = constants, decoder.constantCount = constantCount;
  Program* program = decoder.pool.take<Program>(1);
  if (!program) {
    *reason = "out of memory";
    return nullptr;
  }
  decoder.program = program;
  if (decoder.word() != magic) decoder.fail("not a Program, or one of another version");
  program->arenaBytes = int64_t{decoder.below(int64_t{1} << 31, "a negative arena")} * 64;
  program->slots = decoder.below(1 << 24, "too many slots");
  program->inputs = decoder.below(1 << 24, "too many inputs");
  program->outputs = decoder.below(1 << 24, "too many outputs");
  program->scalars = decoder.below(1 << 24, "too many scalars");
  program->bufferCount = decoder.count();
  program->scratchBytes = scratchReserve;
  if (decoder.ok()) decoder.buffers();
  if (decoder.ok()) {
    program->computeCount = decoder.count();
    program->compute = decoder.instructions(program->computeCount);
  }
  decoder.committing = true;
  if (decoder.ok()) {
    program->commitCount = decoder.count();
    program->commit = decoder.instructions(program->commitCount);
  }
  if (decoder.ok() && decoder.at != wordCount) decoder.fail("words are left over");
  program->instructionCount = decoder.nextId;
  program->memory = decoder.pool.chain;
  if (decoder.ok()) return program;
  *reason = decoder.reason;
  releaseChain(decoder.pool.chain);
  return nullptr;
}

}  // namespace versant
