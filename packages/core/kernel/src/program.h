// A decoded Program: what instructions.ts describes, checked and resolved so that a run only runs.
#pragma once
#include "operations.h"

namespace versant {

constexpr int maxRank = 16;
constexpr int maxRegisters = 1024;
constexpr int maxDepth = 32;
// Rough nanoseconds of native code: a part that a thread takes is worth at least this much.
constexpr int64_t splitWork = 1200;
// What a Program has to share for the pool to be woken. WebAssembly takes about five times as long.
#if defined(__wasm__)
constexpr int64_t wakeWork = 6000;
#else
constexpr int64_t wakeWork = 30000;
#endif

enum class DType : uint8_t { float32, int32, uint8, bool_, count };
enum class Place : uint8_t { arena, bound, input, output, moving, count };
enum class Kind : uint8_t {
  loop,
  reduce,
  matmul,
  gather,
  scatterAdd,
  gatherElements,
  scatterElements,
  checkIndices,
  groupRows,
  checkRows,
  updateRows,
  random,
  repeat,
  checkFinite,
  count
};
enum class Reduction : uint8_t { sum, max, argmax, count };

VERSANT_INLINE constexpr int64_t bytesOf(DType dtype) { return dtype <= DType::int32 ? 4 : 1; }

struct Buffer {
  DType dtype;
  Place place;
  int64_t length;   // elements
  int64_t offset;   // arena: bytes
  int32_t index;    // bound: slot; input, output: index; moving: the buffer it is a slice of
  int32_t stride;   // moving: elements per iteration
};

// How a buffer is walked, and, for loads, what the walk amounts to.
enum class Walk : uint8_t {
  contiguous,  // element p of the space is element p from the offset
  uniform,     // one element for the whole space
  repeated,    // the same `period` elements again and again
  general
};

struct Operand {
  int32_t buffer;  // -1: the position itself (iota)
  DType dtype;
  Walk walk;
  int32_t period;
  int64_t offset;  // elements
  int32_t strides[maxRank];
  // Loops and reductions: the axes of the walk, of which it has no more than it needs.
  int32_t rank;
  int32_t sizes[maxRank];
};

struct Access {
  int32_t reg;
  // Loads: the elements are read where they stand. Stores: the last operation writes them there.
  bool direct;
  // Loads of one element: fill a whole row, which is stored or reduced, not only a vector.
  bool wide;
  // Loads of a general walk: a block within one innermost row needs no copy of it.
  bool rows;
  Operand operand;
};

struct Uniform {
  int32_t reg;
  bool integer;
  bool wide;  // as in Access
  int32_t scalar;  // -1: `value`
  double value;
};

// What a micro-operation does: one operation, or several whose rows in between are spared.
enum class Form : uint8_t {
  single,
  pair,     // second(operation(a, b), c)
  swapped,  // second(c, operation(a, b))
  products, // a b + c d
  choice    // operation(a, b) ? c : d
};

struct Micro {
  int32_t output;  // the output this writes in place, or -1
  Form form;
  Operation operation, second;
  int32_t target;
  int32_t sources[4];
};

struct Body {
  int32_t rank;
  int32_t shape[maxRank];
  int64_t points;
  int32_t registers;
  int32_t block;  // points evaluated at a time, a multiple of 16
  int32_t inputCount, uniformCount, codeCount;
  Access* inputs;
  bool rows;  // whether any input has `rows`
  Uniform* uniforms;
  Micro* code;
  int64_t cost;  // of one point
};

// What a thread keeps of each register while it evaluates a Body: a pointer and a step.
VERSANT_INLINE constexpr int64_t sourceBytes(int32_t registers) {
  return roundUp(int64_t{registers} * 16, 64);
}

struct Loop {
  Body body;
  int32_t outputCount;
  Access* outputs;
};

// Reductions of several registers may share one pass over memory.
constexpr int32_t maxResults = 4;

struct Result {
  int32_t reg;
  Operand output;
  void* partials;     // of segments, where there are more than one
};

struct Reduce {
  Body body;
  Reduction reduction;
  bool integer;       // what is reduced
  bool columns;       // the last kept axis runs innermost
  int32_t resultCount;
  Result* results;
  int64_t kept;       // elements of a result
  int64_t reduced;    // points reduced into each
  int64_t width;      // columns: size of the last kept axis
  int64_t units;      // pieces of work that any thread may take
  int64_t segments;   // rows: parts of one reduction that different threads may take
};

// Axes that are walked row-major as one long axis.
struct Axes {
  int32_t rank;  // at least 1 for the sides of a matrix
  int32_t sizes[maxRank];
  int64_t total;
};

// What is done to each element of C before it is left.
enum class Step : uint8_t { add, subtract, multiply, relu, gate, count };

constexpr int32_t maxSteps = 8;

struct EpilogueStep {
  Step step;
  Operand x;  // strides as those of C; relu has none
};

struct MatMul {
  Axes batch, m, n, k;
  // Strides: batch axes, then those of rows, then those of columns; C has one axis of each.
  Operand a, b, c;
  int32_t stepCount;
  EpilogueStep* steps;
};

// Rows of float32 by position, read where they stand or, if `chosen`, by number.
struct Rows {
  int64_t count, inner;
  bool chosen;
  int64_t size;  // chosen: of how many
  Operand source, numbers;
};

struct Indexing {
  int64_t outer, size, inner, count;
  Operand source, indices, target;
  Rows rows;  // scatterAdd: what is added
};

struct CheckIndices {
  int64_t size, count;
  Operand indices;
};

struct GroupRows {
  int64_t size, count, slots;  // slots: of the hash table, a power of two
  Operand indices, table, groups;
};

struct CheckRows {
  Rows rows;
  Operand groups;
};

struct UpdateRows {
  Rows rows;
  Operand groups;
  int64_t size;
  Operand indices, target;
  int32_t scalar;  // -1: `factor`
  double factor;
};

struct Random {
  int64_t length;
  int32_t seed, base;  // run-time scalars
  int64_t draw;
  Operand target;
};

struct Instruction;

struct Repeat {
  int64_t iterations;
  bool reverse;
  int32_t movingCount, bodyCount;
  int32_t* moving;
  Instruction* body;
};

struct CheckFinite {
  int64_t length;
  Operand operand;
};

struct Instruction {
  Kind kind;
  int32_t id;      // position in the Program, counted in the order of the words
  int64_t work;    // rough nanoseconds on one thread
  int32_t splits;  // parts that threads may take; 1: none
  union {
    Loop* loop;
    Reduce* reduce;
    MatMul* matmul;
    Indexing* indexing;
    CheckIndices* checkIndices;
    GroupRows* groupRows;
    CheckRows* checkRows;
    UpdateRows* updateRows;
    Random* random;
    Repeat* repeat;
    CheckFinite* checkFinite;
  };
};

struct Program {
  Buffer* buffers;
  int32_t bufferCount, slots, inputs, outputs, scalars;
  int64_t arenaBytes;
  int64_t scratchBytes;    // for each thread
  int64_t parallelWork;    // rough nanoseconds in instructions that threads share
  int32_t computeCount, commitCount;
  int32_t instructionCount;  // in all, those of loops included
  Instruction* compute;
  Instruction* commit;
  uint8_t** base;          // where each buffer starts during the run
  uint8_t** external;      // slots, then inputs, then outputs; the caller fills it
  int64_t* externalBytes;  // how long each has to be
  void* memory;            // everything above, as a chain of chunks
};

// Checks and resolves. Null if the words do not make a Program; `*reason` then says why.
Program* decode(const int32_t* words, int64_t wordCount, const double* constants,
                int64_t constantCount, const char** reason);
void destroy(Program* program);

}  // namespace versant
