// Walks the instructions of a Program. Fails before the commit or not at all.
#include "device.h"
#include "indexing.h"

namespace versant {

namespace {

struct Runner {
  Device& device;
  Program& program;
  Info& info;
  Run run;
  bool pooled;
  double* times;

  // Calls f(part, parts, scratch) for the parts of an instruction, on several threads if it pays.
  template <typename Function>
  void share(const Instruction& instruction, Function f) {
    if (!pooled || instruction.splits == 1) return f(0, 1, device.scratch);
    struct Context {
      Runner* runner;
      Function* function;
      int64_t parts;
    } context{this, &f, smaller(instruction.splits, device.threads)};
    parallel(
        context.parts,
        [](void* raw, int64_t part) {
          const Context& context = *static_cast<Context*>(raw);
          const Device& device = context.runner->device;
          const uint32_t before = device.kernels->flushDenormals();
          (*context.function)(part, context.parts, device.scratch + part * device.scratchBytes);
          device.kernels->restoreFloat(before);
        },
        &context);
  }

  Status repeat(const Repeat& repeat) {
    const uint32_t outer = run.iteration;
    for (int64_t step = 0; step < repeat.iterations; step++) {
      const int64_t t = repeat.reverse ? repeat.iterations - 1 - step : step;
      run.iteration = outer * static_cast<uint32_t>(repeat.iterations) + static_cast<uint32_t>(t);
      for (int32_t i = 0; i < repeat.movingCount; i++) {
        const Buffer& buffer = program.buffers[repeat.moving[i]];
        program.base[repeat.moving[i]] =
            program.base[buffer.index] + t * buffer.stride * bytesOf(buffer.dtype);
      }
      const Status status = execute(repeat.body, repeat.bodyCount);
      if (status != Status::ok) return status;
    }
    run.iteration = outer;
    return Status::ok;
  }

  Status outOf(const Instruction& instruction, const Outside& outside) {
    info = {static_cast<double>(instruction.id), static_cast<double>(outside.index),
            static_cast<double>(outside.size)};
    return Status::index;
  }

  Status execute(const Instruction* list, int32_t count) {
    const Kernels& kernels = *device.kernels;
    for (int32_t i = 0; i < count; i++) {
      const Instruction& instruction = list[i];
      const double start = times ? nanoseconds() : 0;
      switch (instruction.kind) {
        case Kind::loop:
          share(instruction, [&](int64_t part, int64_t parts, uint8_t* scratch) {
            kernels.loop(*instruction.loop, run, scratch, part, parts);
          });
          break;
        case Kind::reduce:
          share(instruction, [&](int64_t part, int64_t parts, uint8_t* scratch) {
            kernels.reduce(*instruction.reduce, run, scratch, part, parts);
          });
          if (instruction.reduce->segments > 1) kernels.finishReduce(*instruction.reduce, run);
          break;
        case Kind::matmul:
          share(instruction, [&](int64_t part, int64_t parts, uint8_t* scratch) {
            kernels.matmul(*instruction.matmul, run, scratch, part, parts);
          });
          break;
        case Kind::random:
          share(instruction, [&](int64_t part, int64_t parts, uint8_t*) {
            kernels.random(*instruction.random, run, part, parts);
          });
          break;
        case Kind::gather:
        case Kind::scatterAdd:
        case Kind::gatherElements:
        case Kind::scatterElements: {
          Outside outside;
          const Indexing& indexing = *instruction.indexing;
          if (!check(instruction.kind, indexing, run, outside)) return outOf(instruction, outside);
          share(instruction, [&](int64_t part, int64_t parts, uint8_t*) {
            index(instruction.kind, indexing, run, kernels, part, parts);
          });
          break;
        }
        case Kind::checkIndices: {
          Outside outside;
          if (check(*instruction.checkIndices, run, outside)) break;
          return outOf(instruction, outside);
        }
        case Kind::groupRows: {
          Outside outside;
          if (groupRows(*instruction.groupRows, run, outside)) break;
          return outOf(instruction, outside);
        }
        case Kind::checkRows: {
          if (kernels.finiteRows(*instruction.checkRows, run)) break;
          info = {static_cast<double>(instruction.id), 0, 0};
          return Status::nonFinite;
        }
        case Kind::updateRows:
          share(instruction, [&](int64_t part, int64_t parts, uint8_t*) {
            kernels.updateRows(*instruction.updateRows, run, part, parts);
          });
          break;
        case Kind::repeat: {
          const Status status = repeat(*instruction.repeat);
          if (status != Status::ok) return status;
          break;
        }
        case Kind::checkFinite: {
          const CheckFinite& check = *instruction.checkFinite;
          const float* data = reinterpret_cast<const float*>(address(run, check.operand));
          if (kernels.allFinite(data, check.length)) break;
          info = {static_cast<double>(instruction.id), 0, 0};
          return Status::nonFinite;
        }
        case Kind::count: break;
      }
      if (times) times[instruction.id] += nanoseconds() - start;
    }
    return Status::ok;
  }
};

bool grow(uint8_t*& memory, int64_t& bytes, int64_t needed, int64_t pieces) {
  if (needed <= bytes) return true;
  release(memory);
  memory = static_cast<uint8_t*>(allocate(static_cast<uint64_t>(needed * pieces)));
  bytes = memory ? needed : 0;
  return memory != nullptr;
}

}  // namespace

bool reserve(Device& device, const Program& program, Info& info) {
  const int64_t scratch = roundUp(program.scratchBytes, 64);
  if (grow(device.arena, device.arenaBytes, program.arenaBytes, 1) &&
      grow(device.scratch, device.scratchBytes, scratch, device.threads)) {
    return true;
  }
  info = {0, 0, static_cast<double>(program.arenaBytes + scratch * device.threads)};
  return false;
}

Status run(Device& device, Program& program, const double* scalars, Info& info, double* times) {
  if (!reserve(device, program, info)) return Status::outOfMemory;
  for (int32_t i = 0; i < program.bufferCount; i++) {
    const Buffer& buffer = program.buffers[i];
    switch (buffer.place) {
      case Place::arena: program.base[i] = device.arena + buffer.offset; break;
      case Place::bound: program.base[i] = program.external[buffer.index]; break;
      case Place::input: program.base[i] = program.external[program.slots + buffer.index]; break;
      case Place::output:
        program.base[i] = program.external[program.slots + program.inputs + buffer.index];
        break;
      case Place::moving:
      case Place::count: break;
    }
  }
  if (device.poison) VERSANT_FILL(device.arena, 0xff, static_cast<size_t>(program.arenaBytes));
  // Waking the pool costs some microseconds.
  const bool pooled =
      device.threads > 1 && program.parallelWork > wakeWork && acquirePool(device.threads);
  Runner runner{device, program, info, {&program, scalars, 0}, pooled, times};
  const uint32_t before = device.kernels->flushDenormals();
  Status status = runner.execute(program.compute, program.computeCount);
  if (status == Status::ok) status = runner.execute(program.commit, program.commitCount);
  device.kernels->restoreFloat(before);
  if (pooled) releasePool();
  return status;
}

}  // namespace versant
