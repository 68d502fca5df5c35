// The WebAssembly face of the kernel, and the memory it stands on: a list of free blocks ordered by
// address, joined as they come back. Threads are in wasmPool.cc.
#define VERSANT_ISA wasm
#define VERSANT_WASM
#include "device.h"
#include "isa.h"

#define VERSANT_EXPORT(name) extern "C" __attribute__((export_name(name)))

extern "C" unsigned char __heap_base;

// Milliseconds, from the host.
extern "C" __attribute__((import_module("env"), import_name("now"))) double now();

extern "C" void* memcpy(void* to, const void* from, size_t bytes) {
  return __builtin_memcpy(to, from, bytes);
}
extern "C" void* memset(void* to, int byte, size_t bytes) {
  return __builtin_memset(to, byte, bytes);
}

namespace versant {

namespace {

constexpr size_t unit = 64;
constexpr size_t page = 65536;

struct Block {
  size_t bytes;  // with this header, a multiple of `unit`
  Block* next;   // in the list of free blocks
};

Block* freeList = nullptr;
size_t heapEnd = 0;

void giveBack(Block* block) {
  Block** link = &freeList;
  while (*link && *link < block) link = &(*link)->next;
  block->next = *link;
  *link = block;
  const auto join = [](Block* left) {
    if (reinterpret_cast<uint8_t*>(left) + left->bytes != reinterpret_cast<uint8_t*>(left->next)) {
      return;
    }
    left->bytes += left->next->bytes;
    left->next = left->next->next;
  };
  join(block);
  if (link != &freeList) join(reinterpret_cast<Block*>(reinterpret_cast<uint8_t*>(link) - offsetof(Block, next)));
}

bool growHeap(size_t bytes) {
  if (heapEnd == 0) heapEnd = (reinterpret_cast<size_t>(&__heap_base) + unit - 1) / unit * unit;
  const size_t limit = __builtin_wasm_memory_size(0) * page;
  const size_t start = heapEnd;
  if (bytes > limit - start) {
    // At least an eighth more, so that many small requests do not each grow the memory.
    const size_t missing = larger(bytes - (limit - start), limit / 8);
    const size_t pages = (missing + page - 1) / page;
    if (__builtin_wasm_memory_grow(0, pages) == static_cast<size_t>(-1)) return false;
  }
  Block* block = reinterpret_cast<Block*>(start);
  heapEnd = __builtin_wasm_memory_size(0) * page / unit * unit;
  block->bytes = heapEnd - start;
  giveBack(block);
  return true;
}

Device device = {nullptr, 1, false, nullptr, 0, nullptr, 0};
Info info;
const Kernels wasmKernels = VERSANT_KERNELS("wasm");

}  // namespace

void* allocate(uint64_t bytes) {
  if (bytes > 0x7fffff00u) return nullptr;
  const size_t needed = (static_cast<size_t>(bytes) + unit - 1) / unit * unit + unit;
  for (int attempt = 0; attempt < 2; attempt++) {
    for (Block** link = &freeList; *link; link = &(*link)->next) {
      Block* block = *link;
      if (block->bytes < needed) continue;
      if (block->bytes - needed < 2 * unit) {
        *link = block->next;
      } else {
        Block* rest = reinterpret_cast<Block*>(reinterpret_cast<uint8_t*>(block) + needed);
        rest->bytes = block->bytes - needed;
        rest->next = block->next;
        *link = rest;
        block->bytes = needed;
      }
      return reinterpret_cast<uint8_t*>(block) + unit;
    }
    if (attempt == 0 && !growHeap(needed)) return nullptr;
  }
  return nullptr;
}

double nanoseconds() { return now() * 1e6; }

void release(void* memory) {
  if (memory) giveBack(reinterpret_cast<Block*>(static_cast<uint8_t*>(memory) - unit));
}

namespace {
const char* lastReason = nullptr;
}

}  // namespace versant

VERSANT_EXPORT("start") int32_t start(bool poison, int32_t threads) {
  versant::device.kernels = &versant::wasmKernels;
  versant::device.threads = threads;
  versant::device.poison = poison;
  // Engines may answer the relaxed instruction with a multiplication and an addition: look.
  volatile float a = 1.0f + 0x1p-12f, c = -1.0f - 0x1p-11f;
  float result[4];
  versant::wasm::store(result, versant::wasm::fma(versant::wasm::splat(a), versant::wasm::splat(a),
                                                  versant::wasm::splat(c)));
  return result[0] != 0.0f;
}
VERSANT_EXPORT("allocate") void* allocateBytes(size_t bytes) { return versant::allocate(bytes); }
VERSANT_EXPORT("release") void releaseBytes(void* memory) { versant::release(memory); }
VERSANT_EXPORT("load")
versant::Program* load(const int32_t* words, int32_t wordCount, const double* constants,
                       int32_t constantCount) {
  return versant::decode(words, wordCount, constants, constantCount, &versant::lastReason);
}
VERSANT_EXPORT("reason") const char* reason() { return versant::lastReason; }
VERSANT_EXPORT("unload") void unload(versant::Program* program) { versant::destroy(program); }
// Addresses of slots, then inputs, then outputs; and how many bytes each has to have.
VERSANT_EXPORT("external") uint8_t** external(versant::Program* program) { return program->external; }
VERSANT_EXPORT("externalBytes") int64_t* externalBytes(versant::Program* program) {
  return program->externalBytes;
}
// `times` may be null.
VERSANT_EXPORT("run")
int32_t run(versant::Program* program, const double* scalars, double* times) {
  return static_cast<int32_t>(
      versant::run(versant::device, *program, scalars, versant::info, times));
}
VERSANT_EXPORT("limits") bool limits(versant::Limits* limits) {
  return versant::measureLimits(versant::device, *limits);
}
VERSANT_EXPORT("info") const versant::Info* infoOf() { return &versant::info; }
