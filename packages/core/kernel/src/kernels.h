// The table of what each instruction set provides, and the memory that a run works in.
#pragma once
#include "program.h"

namespace versant {

// What the instructions of one run share.
struct Run {
  const Program* program;
  const double* scalars;
  uint32_t iteration;  // of the innermost repeat, counted over all iterations of those around it
};

// Each computes part `part` of `parts` of an instruction. The bits do not depend on `parts`.
struct Kernels {
  const char* name;
  void (*loop)(const Loop&, const Run&, uint8_t* scratch, int64_t part, int64_t parts);
  void (*reduce)(const Reduce&, const Run&, uint8_t* scratch, int64_t part, int64_t parts);
  void (*finishReduce)(const Reduce&, const Run&);
  void (*matmul)(const MatMul&, const Run&, uint8_t* scratch, int64_t part, int64_t parts);
  void (*random)(const Random&, const Run&, int64_t part, int64_t parts);
  void (*scatterRows)(const Indexing&, const Run&, int64_t part, int64_t parts);
  bool (*finiteRows)(const CheckRows&, const Run&);
  void (*updateRows)(const UpdateRows&, const Run&, int64_t part, int64_t parts);
  bool (*allFinite)(const float* data, int64_t length);
  // For measuring the machine: `rounds` of as many multiply-adds as it returns; and to = a + 3 b.
  int64_t (*multiplyAdds)(int64_t rounds);
  void (*triad)(float* to, const float* a, const float* b, int64_t length);
  // Denormals to zero on this thread; returns what `restoreFloat` takes.
  uint32_t (*flushDenormals)();
  void (*restoreFloat)(uint32_t);
};

// Columns of a scatter that a thread takes: with less, the others fetch the same rows once more.
constexpr int64_t columnShare = 64;
constexpr int64_t scratchReserve = 1 << 18;  // bytes of packing space that matmul may use

VERSANT_INLINE uint8_t* address(const Run& run, const Operand& operand) {
  return run.program->base[operand.buffer] + operand.offset * bytesOf(operand.dtype);
}

// The points of part `part`, in whole groups of `group`.
struct Range {
  int64_t begin, end;
};
VERSANT_INLINE Range partOf(int64_t total, int64_t group, int64_t part, int64_t parts) {
  // Most often there is one part, and dividing takes longer than a small product's turn.
  if (parts == 1) return {0, total};
  const int64_t groups = (total + group - 1) / group;
  return {smaller(total, groups * part / parts * group),
          smaller(total, groups * (part + 1) / parts * group)};
}

}  // namespace versant
