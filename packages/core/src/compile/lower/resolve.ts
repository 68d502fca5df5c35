import {
  contiguousView,
  expandView,
  permuteView,
  reshapeView,
  sliceView,
  unfoldView,
  type View,
} from "../../array/index.js";
import { isView, type Node } from "../../graph/index.js";

/** A node as a way of reading another one that has memory, or is a number or a count. */
export interface Resolved {
  readonly base: Node;
  readonly view: View;
}

/**
 * Follows reshapes, permutations, expansions, slices and windows to what they are views of. A reshape that
 * no strides can express is its own base: it has to be copied. `standIn` tells what a base is read
 * as, where that is not its own memory.
 */
export function resolve(
  node: Node,
  standIn: (base: Node) => Resolved | undefined = () => undefined,
): Resolved {
  const chain: Node[] = [];
  let base = node;
  while (isView(base.primitive) && !base.is("result")) {
    chain.push(base);
    base = base.inputs[0] as Node;
  }
  const start = standIn(base);
  let view = start?.view ?? contiguousView(base.shape);
  base = start?.base ?? base;
  for (const step of chain.reverse()) {
    if (step.is("permute")) view = permuteView(view, step.attributes.order);
    else if (step.is("expand")) view = expandView(view, step.attributes.shape);
    else if (step.is("slice")) {
      const { start, step: steps, shape } = step.attributes;
      view = sliceView(view, start, steps, shape);
    } else if (step.is("unfold")) {
      const { axis, size, step: stride, dilation } = step.attributes;
      view = unfoldView(view, axis, step.shape[axis] as number, size, stride, dilation);
    } else {
      const reshaped = reshapeView(view, step.shape);
      if (reshaped) view = reshaped;
      else {
        base = step;
        view = contiguousView(step.shape);
      }
    }
  }
  return { base, view };
}
