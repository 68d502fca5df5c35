// Reading the words of encode.ts: every number is checked before it is used.
#pragma once
#include "program.h"

namespace versant {

// Memory that lives as long as its Program, in a chain of chunks.
class Pool {
 public:
  void* chain = nullptr;

  template <typename T>
  T* take(int64_t count) {
    return static_cast<T*>(takeBytes(larger<int64_t>(1, count) * static_cast<int64_t>(sizeof(T))));
  }

 private:
  uint8_t* next_ = nullptr;
  int64_t left_ = 0;
  void* takeBytes(int64_t bytes);
};

void releaseChain(void* chain);

struct Decoder {
  const int32_t* words;
  int64_t wordCount;
  const double* constants;
  int64_t constantCount;
  const char* reason = nullptr;  // why not, once something is wrong
  int64_t at = 0;
  Pool pool;
  Program* program = nullptr;
  bool* active = nullptr;  // moving buffers of the loops around
  int32_t nextId = 0;
  int32_t depth = 0;
  bool committing = false;

  bool fail(const char* why) {
    if (!reason) reason = why;
    return false;
  }
  bool ok() const { return reason == nullptr; }
  int32_t word() {
    if (at < wordCount) return words[at++];
    fail("the words end early");
    return 0;
  }
  // A word from 0 to limit - 1.
  int32_t below(int64_t limit, const char* why) {
    const int32_t value = word();
    if (value >= 0 && value < limit) return value;
    fail(why);
    return 0;
  }
  // A number of things that take at least one word each.
  int32_t count() { return below(wordCount - at + 1, "a count exceeds the words"); }

  void buffers();
  Operand operand(int32_t rank);
  // Whether the walk stays inside its buffer; `writes` for targets.
  void bounds(const Operand& operand, const int32_t* shape, int32_t rank, bool writes);
  void contiguous(Operand& operand, int64_t length, bool writes);
  int32_t root(int32_t buffer) const;
  bool overlap(int32_t left, int32_t right) const;
  Instruction* instructions(int32_t count);
  void instruction(Instruction& instruction);

  Loop* loop();
  Reduce* reduce();
  Axes axes();
  MatMul* matmul();
  void epilogue(MatMul& matmul, const Axes& rows, const Axes& columns);
  int64_t product(int64_t a, int64_t b, int64_t c);
  Rows rows(int64_t repeats, int64_t count, int64_t inner);
  Indexing* indexing(Kind kind);
  CheckIndices* checkIndices();
  GroupRows* groupRows();
  CheckRows* checkRows();
  UpdateRows* updateRows();
  // Operands that are contiguous from their offset.
  Operand flat(DType dtype, int64_t length, bool writes);
  Random* random();
  Repeat* repeat(int64_t* work);
  CheckFinite* checkFinite();
};

// What the threads may share of a gather or scatter: how many pieces of it, and its time.
void workOf(Kind kind, const Indexing& indexing, int64_t* units, int64_t* work);

}  // namespace versant
