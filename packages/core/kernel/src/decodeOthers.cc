// The instructions that are not loops, and what threads may make of each.
#include "decode.h"
#include "kernels.h"

namespace versant {

Axes Decoder::axes() {
  Axes axes;
  axes.rank = below(maxRank + 1, "too many axes");
  axes.total = 1;
  for (int32_t axis = 0; axis < axes.rank && ok(); axis++) {
    axes.sizes[axis] = below(int64_t{1} << 31, "a negative size");
    axes.total *= axes.sizes[axis];
    if (axes.total >= (int64_t{1} << 31)) fail("too many positions");
  }
  return axes;
}

MatMul* Decoder::matmul() {
  MatMul* matmul = pool.take<MatMul>(1);
  Axes* lists[] = {&matmul->batch, &matmul->m, &matmul->n, &matmul->k};
  for (Axes* list : lists) *list = axes();
  const Axes& batch = matmul->batch;
  const Axes one = {1, {1}, 1};
  // C is written row by row, so its axes of rows and of columns are one each.
  Axes rows = one, columns = one;
  rows.sizes[0] = static_cast<int32_t>(rows.total = matmul->m.total);
  columns.sizes[0] = static_cast<int32_t>(columns.total = matmul->n.total);
  Operand* operands[] = {&matmul->a, &matmul->b, &matmul->c};
  const Axes* sides[][2] = {{&matmul->m, &matmul->k}, {&matmul->k, &matmul->n}, {&rows, &columns}};
  for (int i = 0; i < 3 && ok(); i++) {
    int32_t shape[maxRank];
    int32_t rank = 0;
    const Axes* all[] = {&batch, sides[i][0], sides[i][1]};
    for (const Axes* list : all) {
      if (list != &batch && list->rank == 0) fail("a side of a matrix has no axis");
      if (rank + list->rank > maxRank) fail("too many axes");
      for (int32_t axis = 0; axis < list->rank && ok(); axis++) shape[rank++] = list->sizes[axis];
    }
    if (!ok()) break;
    *operands[i] = operand(rank);
    bounds(*operands[i], shape, rank, i == 2);
    if (operands[i]->dtype != DType::float32 || operands[i]->buffer < 0) {
      fail("a matrix is not float32");
    }
  }
  if (ok() && columns.total > 1 && matmul->c.strides[batch.rank + 1] != 1) {
    fail("rows of C have gaps");
  }
  epilogue(*matmul, rows, columns);
  return matmul;
}

// The steps on C, whose axes of rows and columns are given.
void Decoder::epilogue(MatMul& matmul, const Axes& rows, const Axes& columns) {
  matmul.stepCount = below(maxSteps + 1, "too many steps");
  matmul.steps = pool.take<EpilogueStep>(matmul.stepCount);
  int32_t shape[maxRank];
  int32_t rank = 0;
  const Axes* const all[] = {&matmul.batch, &rows, &columns};
  for (const Axes* list : all) {
    for (int32_t axis = 0; axis < list->rank && rank < maxRank; axis++) {
      shape[rank++] = list->sizes[axis];
    }
  }
  for (int32_t i = 0; i < matmul.stepCount && ok(); i++) {
    EpilogueStep& step = matmul.steps[i];
    step.step = static_cast<Step>(below(static_cast<int32_t>(Step::count), "an unknown step"));
    if (step.step == Step::relu || !ok()) continue;
    step.x = operand(rank);
    bounds(step.x, shape, rank, false);
    if (step.x.dtype != DType::float32 || step.x.buffer < 0) fail("a step is not float32");
    const int32_t along = ok() ? step.x.strides[rank - 1] : 0;
    if (along != 0 && along != 1) fail("rows of a step have gaps");
    if (ok() && overlap(step.x.buffer, matmul.c.buffer)) fail("a step reads what it writes");
  }
}

Random* Decoder::random() {
  Random* random = pool.take<Random>(1);
  random->length = below(int64_t{1} << 31, "a negative length");
  random->seed = below(program->scalars, "a scalar that is not there");
  random->base = below(program->scalars, "a scalar that is not there");
  random->draw = below(int64_t{1} << 31, "a negative draw");
  random->target = operand(0);
  contiguous(random->target, random->length, true);
  if (random->target.dtype != DType::float32) fail("random numbers are float32");
  return random;
}

CheckFinite* Decoder::checkFinite() {
  CheckFinite* check = pool.take<CheckFinite>(1);
  check->length = below(int64_t{1} << 31, "a negative length");
  check->operand = operand(0);
  contiguous(check->operand, check->length, false);
  if (check->operand.dtype != DType::float32) fail("only float32 is checked");
  if (committing) fail("a check after the commit began");
  return check;
}

Repeat* Decoder::repeat(int64_t* work) {
  Repeat* repeat = pool.take<Repeat>(1);
  if (++depth > maxDepth) fail("loops are nested too deeply");
  repeat->iterations = below(int64_t{1} << 31, "a negative number of iterations");
  repeat->reverse = below(2, "neither forwards nor backwards");
  repeat->movingCount = count();
  repeat->moving = pool.take<int32_t>(repeat->movingCount);
  for (int32_t i = 0; i < repeat->movingCount && ok(); i++) {
    const int32_t index = repeat->moving[i] = below(program->bufferCount, "no such buffer");
    if (!ok()) break;
    const Buffer& buffer = program->buffers[index];
    if (buffer.place != Place::moving || active[index]) {
      fail("a loop moves a buffer that does not move with it");
      break;
    }
    const Buffer& whole = program->buffers[buffer.index];
    if (whole.place == Place::moving && !active[buffer.index]) fail("a slice of what does not move");
    const int64_t reach = (repeat->iterations - 1) * buffer.stride;
    if (repeat->iterations > 0 &&
        (reach < 0 || buffer.stride < 0 || reach + buffer.length > whole.length)) {
      fail("a slice leaves its buffer");
    }
    active[index] = true;
  }
  if (ok()) {
    repeat->bodyCount = count();
    repeat->body = instructions(repeat->bodyCount);
  }
  for (int32_t i = 0; i < repeat->movingCount && ok(); i++) active[repeat->moving[i]] = false;
  for (int32_t i = 0; i < repeat->bodyCount && ok(); i++) {
    *work += repeat->body[i].work * repeat->iterations;
  }
  depth--;
  return repeat;
}

void Decoder::instruction(Instruction& instruction) {
  instruction.id = nextId++;
  instruction.kind = static_cast<Kind>(below(static_cast<int>(Kind::count), "an unknown kind"));
  int64_t units = 1;
  int64_t work = 0;
  if (!ok()) return;
  switch (instruction.kind) {
    case Kind::loop: {
      instruction.loop = loop();
      if (!ok()) return;
      const Body& body = instruction.loop->body;
      units = (body.points + body.block - 1) / larger(1, body.block);
      work = body.points * body.cost / 16;
      break;
    }
    case Kind::reduce: {
      instruction.reduce = reduce();
      const Body& body = instruction.reduce->body;
      units = instruction.reduce->units;
      work = body.points * body.cost / 16;
      break;
    }
    case Kind::matmul: {
      instruction.matmul = matmul();
      const MatMul& x = *instruction.matmul;
      units = larger(x.batch.total, larger(x.m.total / 4, x.n.total / 32));
      work = static_cast<int64_t>(static_cast<double>(x.batch.total) *
                                  static_cast<double>(x.m.total) * static_cast<double>(x.n.total) *
                                  static_cast<double>(x.k.total) / 40);
      break;
    }
    case Kind::gather:
    case Kind::scatterAdd:
    case Kind::gatherElements:
    case Kind::scatterElements:
      instruction.indexing = indexing(instruction.kind);
      if (ok()) workOf(instruction.kind, *instruction.indexing, &units, &work);
      break;
    case Kind::checkIndices: instruction.checkIndices = checkIndices(); break;
    case Kind::groupRows: instruction.groupRows = groupRows(); break;
    case Kind::checkRows: instruction.checkRows = checkRows(); break;
    case Kind::updateRows: {
      instruction.updateRows = updateRows();
      const Rows& rows = instruction.updateRows->rows;
      units = rows.count / 16;
      // About half of what it takes: the rows stand in the cache of the thread that gathered them.
      work = rows.count * (2 + rows.inner / 16);
      break;
    }
    case Kind::random:
      instruction.random = random();
      units = instruction.random->length / 4096;
      work = instruction.random->length;
      break;
    case Kind::repeat: instruction.repeat = repeat(&work); break;
    case Kind::checkFinite: instruction.checkFinite = checkFinite(); break;
    case Kind::count: break;
  }
  instruction.work = work;
  instruction.splits = static_cast<int32_t>(
      larger<int64_t>(1, smaller<int64_t>(smaller<int64_t>(units, 1024), work / splitWork)));
  if (instruction.kind == Kind::repeat) instruction.splits = 1;
  if (depth == 0 && (instruction.splits > 1 || instruction.kind == Kind::repeat)) {
    program->parallelWork += work;
  }
}

}  // namespace versant
