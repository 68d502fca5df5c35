import { type Shape, sizeOf } from "../array/index.js";
import { constant, reshape } from "../graph/build.js";
import { makeNode, type Node } from "../graph/index.js";

/**
 * Puts each element of `gradient` back where `node`, a slice, took it from, with zeros elsewhere:
 * axes that ran backwards are turned round, steps are filled up with zeros, and what lies before
 * and after the slice is padded.
 */
export function sliceGradient(gradient: Node, node: Node<"slice">, shape: Shape): Node {
  const counts = node.shape;
  if (sizeOf(counts) === 0) return constant(0, shape, gradient.dtype);
  // With a single element the step means nothing.
  const steps = node.attributes.step.map((step, axis) => (counts[axis] === 1 ? 1 : step));
  const spread = steps.map(Math.abs);
  const spans = counts.map((count, axis) => (count - 1) * (spread[axis] as number) + 1);
  const before = node.attributes.start.map((start, axis) =>
    (steps[axis] as number) < 0 ? start - (spans[axis] as number) + 1 : start,
  );
  const after = shape.map(
    (size, axis) => size - (before[axis] as number) - (spans[axis] as number),
  );
  const upwards = turnRound(gradient, steps);
  return pad(dilate(upwards, spread, spans), before, after);
}

/** Reverses the axes whose step is negative. */
function turnRound(x: Node, steps: readonly number[]): Node {
  if (steps.every((step) => step > 0)) return x;
  return makeNode("slice", [x], {
    start: x.shape.map((size, axis) => ((steps[axis] as number) < 0 ? size - 1 : 0)),
    step: steps.map(Math.sign),
    shape: x.shape,
  });
}

/** Puts `step - 1` zeros between neighbours along each axis: every row becomes `step` wide. */
function dilate(x: Node, steps: readonly number[], spans: Shape): Node {
  if (steps.every((step) => step === 1)) return x;
  const rows = reshape(
    x,
    x.shape.flatMap((size) => [size, 1]),
  );
  const wide = pad(
    rows,
    rows.shape.map(() => 0),
    steps.flatMap((step) => [0, step - 1]),
  );
  const flat = reshape(
    wide,
    x.shape.map((size, axis) => size * (steps[axis] as number)),
  );
  // The last element needs no zeros behind it.
  return makeNode("slice", [flat], {
    start: spans.map(() => 0),
    step: spans.map(() => 1),
    shape: spans,
  });
}

const pad = (x: Node, before: readonly number[], after: readonly number[]): Node =>
  [...before, ...after].every((count) => count === 0) ? x : makeNode("pad", [x], { before, after });
