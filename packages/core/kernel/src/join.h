// Joins micro-operations whose result only one other reads, so that the rows between them are never
// written: choices by a comparison (ReLU and pooling, backwards), sums of two products (moments,
// weighted means), then pairs of arithmetic. Every operation still rounds as it does alone; the bits
// do not change.
#pragma once
#include "program.h"

namespace versant {

inline bool reads(const Micro& micro, int32_t reg) {
  for (int32_t source : micro.sources) {
    if (source == reg) return true;
  }
  return false;
}

// The operation before `at` that leaves in `reg` what `at` reads, if nothing else reads that and if
// its own sources still stand unchanged at `at`; else -1. `kept`: the row is needed in the end.
inline int32_t soleProducer(const Body& body, int32_t at, int32_t reg, bool kept) {
  int32_t producer = at - 1;
  while (producer >= 0 && body.code[producer].target != reg) {
    if (reads(body.code[producer], reg)) return -1;
    producer--;
  }
  if (producer < 0) return -1;
  for (int32_t k = producer + 1; k < at; k++) {
    if (reads(body.code[producer], body.code[k].target)) return -1;
  }
  if (body.code[at].target == reg) return producer;
  for (int32_t k = at + 1; k < body.codeCount; k++) {
    if (reads(body.code[k], reg)) return -1;
    if (body.code[k].target == reg) return producer;
  }
  return kept ? -1 : producer;
}

inline bool isArithmetic(Operation operation) {
  return operation == Operation::add_ || operation == Operation::subtract_ ||
         operation == Operation::multiply_ || operation == Operation::divide_;
}

inline bool isComparison(Operation operation) {
  return operation == Operation::lessEqual_ || operation == Operation::equal_ ||
         operation == Operation::equalInt_;
}

// An operation that another has taken over; `compact` drops it.
inline void takeOver(Micro& micro) {
  micro.operation = Operation::count;
  micro.target = -1;
  for (int32_t& source : micro.sources) source = -1;
}

inline void compact(Body& body) {
  int32_t count = 0;
  for (int32_t i = 0; i < body.codeCount; i++) {
    if (body.code[i].operation != Operation::count) body.code[count++] = body.code[i];
  }
  body.codeCount = count;
}

// Joins operations whose only reader is the next one: choices, sums of two products, arithmetic pairs.
// `kept` tells which rows are needed when all operations are done.
template <typename Kept>
inline void joinOperations(Body& body, Kept kept) {
  const auto single = [&body](int32_t at) { return body.code[at].form == Form::single; };
  const auto producerOf = [&](int32_t at, int source) {
    const int32_t reg = body.code[at].sources[source];
    const int32_t producer = soleProducer(body, at, reg, kept(reg));
    return producer >= 0 && single(producer) ? producer : -1;
  };
  const auto isProduct = [&body](int32_t at) {
    return at >= 0 && body.code[at].operation == Operation::multiply_;
  };
  for (int32_t i = 0; i < body.codeCount; i++) {
    Micro& micro = body.code[i];
    if (micro.operation != Operation::select_) continue;
    const int32_t condition = producerOf(i, 0);
    if (condition < 0 || !isComparison(body.code[condition].operation)) continue;
    if (micro.sources[1] == micro.sources[0] || micro.sources[2] == micro.sources[0]) continue;
    micro.form = Form::choice;
    micro.operation = body.code[condition].operation;
    micro.sources[3] = micro.sources[2];
    micro.sources[2] = micro.sources[1];
    micro.sources[0] = body.code[condition].sources[0];
    micro.sources[1] = body.code[condition].sources[1];
    takeOver(body.code[condition]);
  }
  for (int32_t i = 0; i < body.codeCount; i++) {
    Micro& micro = body.code[i];
    if (!single(i) || micro.operation != Operation::add_) continue;
    if (micro.sources[0] == micro.sources[1]) continue;
    const int32_t left = producerOf(i, 0), right = producerOf(i, 1);
    if (!isProduct(left) || !isProduct(right)) continue;
    micro.form = Form::products;
    for (int s = 0; s < 2; s++) {
      micro.sources[s] = body.code[left].sources[s];
      micro.sources[2 + s] = body.code[right].sources[s];
    }
    takeOver(body.code[left]);
    takeOver(body.code[right]);
  }
  for (int32_t i = 0; i < body.codeCount; i++) {
    Micro& micro = body.code[i];
    if (!single(i) || !isArithmetic(micro.operation)) continue;
    if (micro.sources[0] == micro.sources[1]) continue;
    for (int s = 0; s < 2; s++) {
      const int32_t first = producerOf(i, s);
      if (first < 0 || !isArithmetic(body.code[first].operation)) continue;
      micro.form = s == 0 ? Form::pair : Form::swapped;
      micro.second = micro.operation;
      micro.operation = body.code[first].operation;
      micro.sources[2] = micro.sources[1 - s];
      micro.sources[0] = body.code[first].sources[0];
      micro.sources[1] = body.code[first].sources[1];
      micro.sources[3] = micro.sources[0];
      takeOver(body.code[first]);
      break;
    }
  }
  compact(body);
}

}  // namespace versant
