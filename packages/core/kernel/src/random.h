// Philox4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3",
// SC 2011. Element e is word e mod 4 of counter (e div 4, iteration, base + draw); of each word the
// upper 24 bits become a float32 in [0, 1).
#pragma once
#include "kernels.h"

namespace versant::VERSANT_ISA {

inline void random(const Random& random, const Run& run, int64_t part, int64_t parts) {
  constexpr int batch = 16;
  const Range range = partOf(random.length, 4 * batch, part, parts);
  float* target = reinterpret_cast<float*>(address(run, random.target));
  const uint64_t seed = static_cast<uint64_t>(run.scalars[random.seed]);
  const uint64_t stream = static_cast<uint64_t>(run.scalars[random.base]) +
                          static_cast<uint64_t>(random.draw);
  for (int64_t start = range.begin; start < range.end; start += 4 * batch) {
    uint32_t c0[batch], c1[batch], c2[batch], c3[batch];
    for (int j = 0; j < batch; j++) {
      c0[j] = static_cast<uint32_t>(start / 4 + j);
      c1[j] = run.iteration;
      c2[j] = static_cast<uint32_t>(stream);
      c3[j] = static_cast<uint32_t>(stream >> 32);
    }
    uint32_t low = static_cast<uint32_t>(seed), high = static_cast<uint32_t>(seed >> 32);
    for (int round = 0; round < 10; round++) {
      for (int j = 0; j < batch; j++) {
        const uint64_t first = uint64_t{0xd2511f53} * c0[j];
        const uint64_t second = uint64_t{0xcd9e8d57} * c2[j];
        c0[j] = static_cast<uint32_t>(second >> 32) ^ c1[j] ^ low;
        c1[j] = static_cast<uint32_t>(second);
        c2[j] = static_cast<uint32_t>(first >> 32) ^ c3[j] ^ high;
        c3[j] = static_cast<uint32_t>(first);
      }
      low += 0x9e3779b9;
      high += 0xbb67ae85;
    }
    float result[4 * batch];
    for (int j = 0; j < batch; j++) {
      result[4 * j] = static_cast<float>(static_cast<int32_t>(c0[j] >> 8)) * 0x1p-24f;
      result[4 * j + 1] = static_cast<float>(static_cast<int32_t>(c1[j] >> 8)) * 0x1p-24f;
      result[4 * j + 2] = static_cast<float>(static_cast<int32_t>(c2[j] >> 8)) * 0x1p-24f;
      result[4 * j + 3] = static_cast<float>(static_cast<int32_t>(c3[j] >> 8)) * 0x1p-24f;
    }
    VERSANT_COPY(target + start, result,
                 static_cast<size_t>(smaller<int64_t>(4 * batch, range.end - start)) * 4);
  }
}

}  // namespace versant::VERSANT_ISA
