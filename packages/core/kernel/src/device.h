// The flat interface of the kernel: what the addon and the wasm module wrap.
#pragma once
#include "kernels.h"

namespace versant {

// Scratch that all Programs of a device share; it grows to what the largest needs.
struct Device {
  const Kernels* kernels;
  int32_t threads;
  bool poison;  // fill the arena with NaN before each run, so that tests see reads of stale bytes
  uint8_t* arena;
  int64_t arenaBytes;
  uint8_t* scratch;  // one piece for each part of an instruction, of which there are `threads` at most
  int64_t scratchBytes;
};

enum class Status : int32_t { ok, index, nonFinite, outOfMemory };

// What a failure reports. Out of memory: `size` bytes were needed.
struct Info {
  double instruction, index, size;
};

// Makes room for `program`; false if there is no memory.
bool reserve(Device& device, const Program& program, Info& info);
// Runs once. `program.external` must be filled. No state has changed unless the status is `ok`. Where
// `times` is given, what each instruction took is added there, by its number, in nanoseconds.
Status run(Device& device, Program& program, const double* scalars, Info& info,
           double* times = nullptr);

// Floating-point operations (two a multiply-add) and bytes to and from memory, a second.
struct Limits {
  double operations, bytes;
};
// Measures with all threads of the device; false if there is no memory for it.
bool measureLimits(const Device& device, Limits& limits);

// A clock that only runs forward; native.cc and wasm.cc provide it.
double nanoseconds();

// Calls task(context, part) for each part below `parts` on the threads of the pool and this one.
using Task = void (*)(void* context, int64_t part);
void parallel(int64_t parts, Task task, void* context);
// Takes the pool for this run and wakes it; false if another run has it.
bool acquirePool(int32_t threads);
void releasePool();

}  // namespace versant
