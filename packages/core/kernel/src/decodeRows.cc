// Instructions over rows by index.
#include "decode.h"
#include "kernels.h"

namespace versant {

namespace {
constexpr int64_t sizeLimit = int64_t{1} << 31;
}

Operand Decoder::flat(DType dtype, int64_t length, bool writes) {
  Operand result = operand(0);
  contiguous(result, length, writes);
  if (result.dtype != dtype) {
    fail(dtype == DType::int32 ? "indices are not int32" : "only float32 is scattered");
  }
  return result;
}

int64_t Decoder::product(int64_t a, int64_t b, int64_t c) {
  // Each factor is below 2^31; a product past that cannot be a buffer.
  if (a == 0 || b == 0 || c == 0) return 0;
  if (a * b >= sizeLimit || a * b * c >= sizeLimit) {
    fail("an operand leaves its buffer");
    return 0;
  }
  return a * b * c;
}

// `repeats` times `count` rows of `inner`, or `count` out of as many as the words say.
Rows Decoder::rows(int64_t repeats, int64_t count, int64_t inner) {
  Rows rows = {};
  rows.count = count, rows.inner = inner;
  rows.chosen = below(2, "neither chosen nor all") != 0;
  if (!rows.chosen) {
    rows.source = flat(DType::float32, product(repeats, count, inner), false);
    return rows;
  }
  if (repeats != 1) fail("rows are chosen for one table only");
  rows.size = below(sizeLimit, "a negative size");
  rows.source = flat(DType::float32, product(1, rows.size, inner), false);
  rows.numbers = flat(DType::int32, count, false);
  return rows;
}

Indexing* Decoder::indexing(Kind kind) {
  Indexing* indexing = pool.take<Indexing>(1);
  indexing->outer = below(sizeLimit, "a negative size");
  indexing->size = below(sizeLimit, "a negative size");
  indexing->inner = below(sizeLimit, "a negative size");
  indexing->count = below(sizeLimit, "a negative size");
  if (!ok()) return indexing;
  const bool gathers = kind == Kind::gather || kind == Kind::gatherElements;
  const bool elements = kind == Kind::gatherElements || kind == Kind::scatterElements;
  const int64_t table = product(indexing->outer, indexing->size, indexing->inner);
  const int64_t chosen = product(indexing->outer, indexing->count, indexing->inner);
  if (!ok()) return indexing;
  indexing->indices = flat(DType::int32, elements ? chosen : indexing->count, false);
  indexing->target = operand(0);
  contiguous(indexing->target, gathers ? chosen : table, true);
  if (kind == Kind::scatterAdd) {
    indexing->rows = rows(indexing->outer, indexing->count, indexing->inner);
    indexing->source = indexing->rows.source;
  } else {
    indexing->source = operand(0);
    contiguous(indexing->source, gathers ? table : chosen, false);
  }
  const bool chooses = kind == Kind::scatterAdd && indexing->rows.chosen;
  if (overlap(indexing->indices.buffer, indexing->target.buffer) ||
      (chooses && overlap(indexing->rows.numbers.buffer, indexing->target.buffer))) {
    fail("indices are overwritten where they are read");
  }
  if (indexing->source.dtype != indexing->target.dtype) fail("gathering changes the dtype");
  if (!gathers && indexing->source.dtype != DType::float32) fail("only float32 is scattered");
  return indexing;
}

CheckIndices* Decoder::checkIndices() {
  CheckIndices* check = pool.take<CheckIndices>(1);
  check->size = below(sizeLimit, "a negative size");
  check->count = below(sizeLimit, "a negative size");
  check->indices = flat(DType::int32, check->count, false);
  return check;
}

GroupRows* Decoder::groupRows() {
  GroupRows* group = pool.take<GroupRows>(1);
  group->size = below(sizeLimit, "a negative size");
  group->count = below(sizeLimit / 4, "too many indices");
  group->indices = flat(DType::int32, group->count, false);
  for (group->slots = 1; group->slots < 2 * group->count;) group->slots *= 2;
  group->table = flat(DType::int32, group->slots, true);
  group->groups = flat(DType::int32, 2 * group->count + 1, true);
  const int32_t table = group->table.buffer, groups = group->groups.buffer;
  const int32_t indices = group->indices.buffer;
  if (overlap(table, groups) || overlap(indices, table) || overlap(indices, groups)) {
    fail("indices are overwritten where they are read");
  }
  return group;
}

CheckRows* Decoder::checkRows() {
  CheckRows* check = pool.take<CheckRows>(1);
  const int64_t count = below(sizeLimit / 4, "too many indices");
  const int64_t inner = below(sizeLimit, "a negative size");
  check->rows = rows(1, count, inner);
  check->groups = flat(DType::int32, 2 * count + 1, false);
  if (committing) fail("a check after the commit began");
  return check;
}

UpdateRows* Decoder::updateRows() {
  UpdateRows* update = pool.take<UpdateRows>(1);
  const int64_t count = below(sizeLimit / 4, "too many indices");
  const int64_t inner = below(sizeLimit, "a negative size");
  update->rows = rows(1, count, inner);
  update->groups = flat(DType::int32, 2 * count + 1, false);
  update->size = below(sizeLimit, "a negative size");
  update->indices = flat(DType::int32, count, false);
  update->target = flat(DType::float32, product(1, update->size, inner), true);
  const bool isScalar = below(2, "neither a scalar nor a constant") != 0;
  update->scalar = isScalar ? below(program->scalars, "a scalar that is not there") : -1;
  if (!isScalar) {
    const int32_t index = below(constantCount, "a constant that is not there");
    if (ok()) update->factor = constants[index];
  }
  return update;
}

void workOf(Kind kind, const Indexing& x, int64_t* units, int64_t* work) {
  const int64_t rows = x.outer * x.count;
  if (kind == Kind::gather) {
    *units = rows / 16;
    *work = rows * (2 + x.inner / 16);
  } else if (kind == Kind::scatterAdd) {
    *units = x.inner / columnShare;
    *work = rows * (2 + x.inner / 16) + x.outer * x.size * x.inner / 16;
  }
}

}  // namespace versant
