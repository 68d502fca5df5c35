// One pool of threads for the process. Workers sleep between Programs, are woken once when one
// starts, and spin between its instructions; the spin is bounded, so that on a busy machine they
// yield and then sleep. Parts are claimed one at a time: a worker that comes late finds nothing to
// do, and nobody waits for it.
#include "pool.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>

#include "device.h"
#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif
#if defined(__linux__)
#include <sched.h>
#endif

namespace versant {

namespace {

void relax() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(_MSC_VER)
  __yield();
#else
  __asm__ volatile("yield");
#endif
}

// Which processor this thread is on; -1 where nobody says.
int processor() {
#if defined(__linux__)
  return sched_getcpu();
#else
  return -1;
#endif
}

// Linux may wake a worker on the very processor of the thread that waits for it, and leave both there
// for many milliseconds. Moves this thread to another one, and lets it go from there where it likes.
void moveAwayFrom(int busy) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (busy < 0 || sched_getcpu() != busy) return;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
  cpu_set_t others = allowed;
  CPU_CLR(busy, &others);
  if (sched_setaffinity(0, sizeof others, &others) == 0) {
    sched_setaffinity(0, sizeof allowed, &allowed);
  }
#else
  (void)busy;
#endif
}

constexpr int spins = 2000;  // some 20 to 60 microseconds
constexpr int yields = 20;
constexpr int32_t maxWorkers = 63;
constexpr uint64_t partMask = 0xffff;
constexpr uint64_t nextJob = partMask + 1;

struct Pool {
  std::mutex owner;  // held by the run that uses the pool
  std::mutex mutex;  // guards sleeping and waking, users and threads
  std::condition_variable wake;
  std::thread threads[maxWorkers];
  int32_t workers = 0;
  int32_t users = 0;
  uint64_t woken = 0;
  std::atomic<int32_t> sleeping{0};
  std::atomic<bool> stopping{false};
  // How many parts are left in the low bits, the number of the job above: whoever swaps it for one
  // less owns that part, and the job's fields cannot change before the part is finished.
  std::atomic<uint64_t> ticket{0};
  std::atomic<int64_t> finished{0};
  std::atomic<int> owners{-1};  // the processor of the thread that runs a Program
  Task task = nullptr;
  void* context = nullptr;
};

// Never destroyed: threads of other environments may be in it when the process ends.
Pool& pool() {
  static Pool* instance = new Pool;
  return *instance;
}

bool pending(Pool& p) { return (p.ticket.load(std::memory_order_acquire) & partMask) != 0; }

// Does the next part that nobody has claimed; false if there is none.
bool workOne(Pool& p) {
  uint64_t ticket = p.ticket.load(std::memory_order_acquire);
  while (const uint64_t left = ticket & partMask) {
    if (!p.ticket.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel)) continue;
    p.task(p.context, static_cast<int64_t>(left) - 1);
    return true;
  }
  return false;
}

void sleep(Pool& p) {
  std::unique_lock<std::mutex> lock(p.mutex);
  const uint64_t seen = p.woken;
  p.sleeping.fetch_add(1, std::memory_order_seq_cst);
  p.wake.wait(lock, [&] { return p.stopping.load() || p.woken != seen || pending(p); });
  p.sleeping.fetch_sub(1, std::memory_order_seq_cst);
}

void workerMain() {
  Pool& p = pool();
  moveAwayFrom(p.owners.load(std::memory_order_relaxed));
  for (int spin = 0; !p.stopping.load(std::memory_order_relaxed); spin++) {
    if (pending(p)) {
      while (workOne(p)) p.finished.fetch_add(1, std::memory_order_release);
      spin = 0;
    } else if (spin < spins) {
      relax();
    } else if (spin < spins + yields) {
      std::this_thread::yield();
    } else {
      sleep(p);
      moveAwayFrom(p.owners.load(std::memory_order_relaxed));
      spin = 0;
    }
  }
}

void wakeAll(Pool& p) {
  if (p.sleeping.load(std::memory_order_seq_cst) == 0) return;
  std::lock_guard<std::mutex> lock(p.mutex);
  p.woken++;
  p.wake.notify_all();
}

}  // namespace

void registerPoolUser() {
  std::lock_guard<std::mutex> lock(pool().mutex);
  pool().users++;
}

void unregisterPoolUser() {
  Pool& p = pool();
  std::lock_guard<std::mutex> owner(p.owner);
  {
    std::lock_guard<std::mutex> lock(p.mutex);
    if (--p.users > 0 || p.workers == 0) return;
    p.stopping.store(true);
    p.wake.notify_all();
  }
  for (int32_t i = 0; i < p.workers; i++) p.threads[i].join();
  p.workers = 0;
  p.stopping.store(false);
}

bool acquirePool(int32_t threads) {
  Pool& p = pool();
  if (!p.owner.try_lock()) return false;
  p.owners.store(processor(), std::memory_order_relaxed);
  // A machine that gives no more threads is served by those there are.
  for (; p.workers < smaller(threads - 1, maxWorkers); p.workers++) {
    p.threads[p.workers] = std::thread(workerMain);
  }
  wakeAll(p);
  return true;
}

void releasePool() { pool().owner.unlock(); }

void parallel(int64_t parts, Task task, void* context) {
  Pool& p = pool();
  p.task = task;
  p.context = context;
  p.finished.store(0, std::memory_order_relaxed);
  const uint64_t job = (p.ticket.load(std::memory_order_relaxed) & ~partMask) + nextJob;
  // The last part is this thread's own: it need not claim it, nor tell itself that it is done.
  p.ticket.store(job | static_cast<uint64_t>(parts - 1), std::memory_order_seq_cst);
  wakeAll(p);
  task(context, parts - 1);
  int64_t own = 1;
  while (workOne(p)) own++;
  for (int spin = 0; p.finished.load(std::memory_order_acquire) + own < parts; spin++) {
    if (spin < spins) {
      relax();
    } else {
      std::this_thread::yield();
    }
  }
}

}  // namespace versant
