import { contiguousStrides, type Shape, sizeOf } from "./shape.js";

/**
 * How a contiguous array is read: element (i, j, ...) stands at `offset + i * strides[0] + ...`,
 * counted in elements. Permuting, slicing and stretching change the view and copy nothing.
 */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

export const contiguousView = (shape: Shape): View => ({
  shape,
  strides: contiguousStrides(shape),
  offset: 0,
});

/** True when the elements stand in row-major order without gaps (axes of size 1 do not matter). */
export function isContiguous({ shape, strides }: View): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] as number;
    if (size === 0) return true;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

export const permuteView = (view: View, order: readonly number[]): View => ({
  shape: order.map((axis) => view.shape[axis] as number),
  strides: order.map((axis) => view.strides[axis] as number),
  offset: view.offset,
});

/** Stretches axes of size 1, and adds axes on the left: a stride of 0 repeats. */
export function expandView(view: View, shape: Shape): View {
  const added = shape.length - view.shape.length;
  const strides = shape.map((size, axis) => {
    if (axis < added) return 0;
    const before = view.shape[axis - added] as number;
    return before === 1 && size !== 1 ? 0 : (view.strides[axis - added] as number);
  });
  return { shape, strides, offset: view.offset };
}

/** Elements `start`, `start + step`, ... of each axis; steps may be negative. */
export function sliceView(
  view: View,
  start: readonly number[],
  step: readonly number[],
  shape: Shape,
): View {
  // An empty range may start where nothing stands.
  if (sizeOf(shape) === 0) return contiguousView(shape);
  let offset = view.offset;
  const strides = view.strides.map((stride, axis) => {
    offset += (start[axis] as number) * stride;
    return stride * (step[axis] as number);
  });
  return { shape, strides, offset };
}

/** Windows of `size` elements `dilation` apart along an axis, every `step`, on an axis at the end. */
export function unfoldView(
  view: View,
  axis: number,
  count: number,
  size: number,
  step: number,
  dilation: number,
): View {
  const stride = view.strides[axis] as number;
  return {
    shape: [...view.shape.slice(0, axis), count, ...view.shape.slice(axis + 1), size],
    strides: [
      ...view.strides.slice(0, axis),
      stride * step,
      ...view.strides.slice(axis + 1),
      stride * dilation,
    ],
    offset: view.offset,
  };
}

/**
 * The same elements under another shape, or `null` where no strides can express it and the
 * elements have to be copied first.
 */
export function reshapeView(view: View, shape: Shape): View | null {
  if (sizeOf(shape) === 0) return contiguousView(shape);
  // Runs of old axes that lie in memory as one axis are matched with runs of new axes.
  const oldAxes = view.shape
    .map((size, axis) => ({ size, stride: view.strides[axis] as number }))
    .filter(({ size }) => size !== 1);
  const strides = new Array<number>(shape.length).fill(0);
  let old = 0;
  let axis = 0;
  while (old < oldAxes.length) {
    let oldSize = (oldAxes[old] as { size: number }).size;
    let newSize = 1;
    const firstOld = old++;
    const firstAxis = axis;
    while (newSize !== oldSize) {
      if (newSize < oldSize) newSize *= shape[axis++] as number;
      else oldSize *= (oldAxes[old++] as { size: number }).size;
    }
    for (let k = firstOld; k + 1 < old; k++) {
      const outer = oldAxes[k] as { size: number; stride: number };
      const inner = oldAxes[k + 1] as { size: number; stride: number };
      if (outer.stride !== inner.size * inner.stride) return null;
    }
    let stride = (oldAxes[old - 1] as { stride: number }).stride;
    for (let k = axis - 1; k >= firstAxis; k--) {
      strides[k] = stride;
      stride *= shape[k] as number;
    }
  }
  return { shape, strides, offset: view.offset };
}

/**
 * Views of one iteration space with as few axes as all of them allow: axes of size 1 vanish, and
 * neighbours merge where every view steps through them as through one. Loops over the result visit
 * the same elements in the same order.
 */
export function collapseAxes(
  shape: Shape,
  strides: readonly (readonly number[])[],
  /** Axes before and from this one are never merged with each other. */
  barrier = -1,
): { shape: number[]; strides: number[][]; barrier: number } {
  const sizes: number[] = [];
  const collapsed: number[][] = strides.map(() => []);
  let kept = 0;
  for (let axis = 0; axis < shape.length; axis++) {
    if (axis === barrier) kept = sizes.length;
    const size = shape[axis] as number;
    if (size === 1) continue;
    const last = sizes.length - 1;
    let mergeable = last >= 0 && !(barrier >= 0 && axis >= barrier && last < kept);
    for (let k = 0; mergeable && k < strides.length; k++) {
      mergeable = collapsed[k]?.[last] === size * (strides[k]?.[axis] as number);
    }
    if (mergeable) sizes[last] = (sizes[last] as number) * size;
    else sizes.push(size);
    const target = sizes.length - 1;
    for (let k = 0; k < strides.length; k++) {
      (collapsed[k] as number[])[target] = strides[k]?.[axis] as number;
    }
  }
  if (barrier >= shape.length) kept = sizes.length;
  return { shape: sizes, strides: collapsed, barrier: kept };
}
