// The threads of the wasm build that shares its memory: every worker of the host runs an instance of
// the same module, and stays in `work`. As in pool.cc, workers sleep between Programs, are woken once
// when one starts, spin between its instructions, and claim parts one at a time. The build without
// shared memory has one thread.
#include "device.h"

namespace versant {

#if defined(__wasm_atomics__)

namespace {

constexpr int spins = 20000;  // some 20 to 60 microseconds
constexpr int patience = 50 * spins;  // longer than any part that a running worker has
constexpr int64_t breathNanoseconds = 50000;
constexpr uint64_t partMask = 0xffff;
constexpr uint64_t nextJob = partMask + 1;

// How many parts are left in the low bits, the number of the job above: whoever swaps it for one
// less owns that part, and the job's fields cannot change before the part is finished.
uint64_t ticket = 0;
int64_t finished = 0;
int32_t woken = 0;  // workers wait for it to change
int32_t sleeping = 0;
int32_t unused = 0;  // never changes: waiting for it is sleeping for a while
Task currentTask = nullptr;
void* currentContext = nullptr;

template <typename T>
T read(const T& from) {
  return __atomic_load_n(&from, __ATOMIC_SEQ_CST);
}

bool pending() { return (read(ticket) & partMask) != 0; }

// Does the next part that nobody has claimed; false if there is none.
bool takePart() {
  uint64_t seen = read(ticket);
  while (const uint64_t left = seen & partMask) {
    if (!__atomic_compare_exchange_n(&ticket, &seen, seen - 1, false, __ATOMIC_SEQ_CST,
                                     __ATOMIC_SEQ_CST)) {
      continue;
    }
    currentTask(currentContext, static_cast<int64_t>(left) - 1);
    return true;
  }
  return false;
}

void sleep() {
  const int32_t seen = read(woken);
  __atomic_fetch_add(&sleeping, 1, __ATOMIC_SEQ_CST);
  if (!pending()) __builtin_wasm_memory_atomic_wait32(&woken, seen, -1);
  __atomic_fetch_sub(&sleeping, 1, __ATOMIC_SEQ_CST);
}

void wakeAll() {
  if (read(sleeping) == 0) return;
  __atomic_fetch_add(&woken, 1, __ATOMIC_SEQ_CST);
  __builtin_wasm_memory_atomic_notify(&woken, 0xffffffffu);
}

}  // namespace

bool acquirePool(int32_t) {
  wakeAll();
  return true;
}
void releasePool() {}

void parallel(int64_t parts, Task task, void* context) {
  currentTask = task;
  currentContext = context;
  __atomic_store_n(&finished, int64_t{0}, __ATOMIC_SEQ_CST);
  const uint64_t job = (read(ticket) & ~partMask) + nextJob;
  // The last part is this thread's own: it need not claim it, nor tell itself that it is done.
  __atomic_store_n(&ticket, job | static_cast<uint64_t>(parts - 1), __ATOMIC_SEQ_CST);
  wakeAll();
  task(context, parts - 1);
  int64_t own = 1;
  while (takePart()) own++;
  for (int spin = 0; read(finished) + own < parts; spin++) {
    // On a busy machine a worker may have lost its processor: leave it this one.
    if (spin >= patience) __builtin_wasm_memory_atomic_wait32(&unused, 0, breathNanoseconds);
  }
}

// What a worker does for good.
extern "C" __attribute__((export_name("work"))) void work() {
  for (int spin = 0;; spin++) {
    if (pending()) {
      while (takePart()) __atomic_fetch_add(&finished, 1, __ATOMIC_SEQ_CST);
      spin = 0;
    } else if (spin >= spins) {
      sleep();
      spin = 0;
    }
  }
}

#else

bool acquirePool(int32_t) { return false; }
void releasePool() {}
void parallel(int64_t parts, Task task, void* context) {
  for (int64_t part = 0; part < parts; part++) task(context, part);
}

#endif

}  // namespace versant
