import { type Shape, sizeOf, type View } from "../../array/index.js";
import type { Node } from "../../graph/index.js";

// Products walk each of their axes as a list of axes with strides of their own. So they can read what
// no strides could express with one for each axis: a reshape that merges axes which are apart in
// memory, as the windows of a convolution are.

export interface Axis {
  readonly size: number;
  readonly stride: number;
}

/** A view of which each axis is a list of axes, outermost first; an empty list is an axis of size 1. */
export interface AxesView {
  readonly axes: readonly (readonly Axis[])[];
  readonly offset: number;
}

const listOf = (size: number, stride: number): readonly Axis[] =>
  size === 1 ? [] : [{ size, stride }];

export const axesOf = ({ shape, strides, offset }: View): AxesView => ({
  axes: shape.map((size, axis) => listOf(size, strides[axis] as number)),
  offset,
});

/** `view` as `step`, a node that is a view of what it shows, shows it; null if lists cannot say it. */
export function applyView(view: AxesView, step: Node): AxesView | null {
  const { axes, offset } = view;
  if (step.is("permute")) {
    return { axes: step.attributes.order.map((axis) => axes[axis] ?? []), offset };
  }
  if (step.is("expand")) {
    const added = step.shape.length - axes.length;
    const stretched = step.shape.map((size, axis) => {
      const own = axes[axis - added] ?? [];
      return own.length === 0 ? listOf(size, 0) : own;
    });
    return { axes: stretched, offset };
  }
  if (step.is("slice")) return sliceAxes(view, step);
  if (step.is("unfold")) {
    const { axis, size, step: every, dilation } = step.attributes;
    const own = axes[axis] ?? [];
    if (own.length > 1) return null;
    const stride = own[0]?.stride ?? 0;
    const windows = listOf(step.shape[axis] as number, stride * every);
    return { axes: [...axes.with(axis, windows), listOf(size, stride * dilation)], offset };
  }
  const regrouped = regroup(axes.flat(), step.shape);
  return regrouped && { axes: regrouped, offset };
}

function sliceAxes({ axes, offset }: AxesView, node: Node<"slice">): AxesView | null {
  const { start, step, shape } = node.attributes;
  let first = offset;
  const cut: (readonly Axis[])[] = [];
  for (const [axis, size] of shape.entries()) {
    const own = axes[axis] ?? [];
    const whole = own.reduce((product, each) => product * each.size, 1);
    if (own.length > 1 && !(size === whole && step[axis] === 1)) return null;
    const stride = own[0]?.stride ?? 0;
    if (own.length === 1) first += (start[axis] as number) * stride;
    cut.push(own.length > 1 ? own : listOf(size, stride * (step[axis] as number)));
  }
  return { axes: cut, offset: first };
}

/** The same elements under `shape`; null where an axis would have to end within another one. */
function regroup(flat: readonly Axis[], shape: Shape): (readonly Axis[])[] | null {
  if (sizeOf(shape) === 0) return shape.map((size) => listOf(size, 0));
  const rest = [...flat];
  const groups: Axis[][] = [];
  for (const size of shape.toReversed()) {
    const group: Axis[] = [];
    for (let left = size; left > 1; ) {
      const inner = rest.pop();
      if (!inner) return null;
      const taken = Math.min(left, inner.size);
      if (left % taken !== 0 || inner.size % taken !== 0) return null;
      group.unshift({ size: taken, stride: inner.stride });
      if (taken < inner.size) rest.push({ size: inner.size / taken, stride: inner.stride * taken });
      left /= taken;
    }
    groups.unshift(group);
  }
  return groups;
}

/**
 * Lists of one length in all, cut so that they can be walked together; null where the end of an axis
 * of one lies within an axis of another.
 */
export function alignAxes(
  lists: readonly (readonly Axis[])[],
): { readonly shape: readonly number[]; readonly strides: readonly (readonly number[])[] } | null {
  if (lists.some((list) => list.some(({ size }) => size === 0))) {
    return { shape: [0], strides: lists.map(() => [0]) };
  }
  const [only] = lists;
  if (only && lists.length === 1) {
    return { shape: only.map(({ size }) => size), strides: [only.map(({ stride }) => stride)] };
  }
  const rests = lists.map((list) => [...list]);
  const shape: number[] = [];
  const strides: number[][] = lists.map(() => []);
  while (rests.some(({ length }) => length > 0)) {
    const inner = rests.map((rest) => rest.pop() ?? { size: 1, stride: 0 });
    const size = Math.min(...inner.map((axis) => axis.size));
    if (size === 1 || inner.some((axis) => axis.size % size !== 0)) return null;
    shape.unshift(size);
    inner.forEach((axis, index) => {
      strides[index]?.unshift(axis.stride);
      const left = axis.size / size;
      if (left > 1) rests[index]?.push({ size: left, stride: axis.stride * size });
    });
  }
  return { shape, strides };
}

/** Where element `index` of a row-major `shape` is along each axis. */
export function coordinates(index: number, shape: Shape): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = (rest - at) / size;
      return at;
    })
    .reverse();
}
