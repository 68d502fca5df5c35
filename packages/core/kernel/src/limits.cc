// What this machine can do at best, measured on the spot: what a profile compares with.
#include "device.h"

namespace versant {

namespace {

constexpr int attempts = 5;
// Some milliseconds: long enough for the system to have given every thread a processor.
constexpr int64_t rounds = 4000000;
// Three rows of 64 MiB together: more than caches hold.
constexpr int64_t rowLength = int64_t{64} << 20 >> 2;

// The shortest of several times that all threads take for task(context, part), in seconds.
double shortest(const Device& device, Task task, void* context) {
  double least = 1e30;
  for (int i = 0; i < attempts; i++) {
    const double start = nanoseconds();
    const bool pooled = device.threads > 1 && acquirePool(device.threads);
    if (pooled) {
      parallel(device.threads, task, context);
      releasePool();
    } else {
      for (int64_t part = 0; part < device.threads; part++) task(context, part);
    }
    least = smaller(least, (nanoseconds() - start) * 1e-9);
  }
  return least;
}

struct Sweep {
  const Device* device;
  float* rows;
};

}  // namespace

bool measureLimits(const Device& device, Limits& limits) {
  Sweep sweep{&device, nullptr};
  const double arithmetic = shortest(
      device,
      [](void* raw, int64_t) {
        static_cast<const Sweep*>(raw)->device->kernels->multiplyAdds(rounds);
      },
      &sweep);
  const int64_t each = device.kernels->multiplyAdds(0);
  limits.operations = 2.0 * static_cast<double>(each * rounds * device.threads) / arithmetic;

  sweep.rows = static_cast<float*>(allocate(rowLength * 12));
  if (!sweep.rows) return false;
  VERSANT_FILL(sweep.rows, 0, static_cast<size_t>(rowLength) * 12);
  const double memory = shortest(
      device,
      [](void* raw, int64_t part) {
        const Sweep& sweep = *static_cast<Sweep*>(raw);
        const Range range = partOf(rowLength, 16, part, sweep.device->threads);
        float* to = sweep.rows + range.begin;
        sweep.device->kernels->triad(to, to + rowLength, to + 2 * rowLength, range.end - range.begin);
      },
      &sweep);
  release(sweep.rows);
  limits.bytes = static_cast<double>(rowLength * 12) / memory;
  return true;
}

}  // namespace versant
