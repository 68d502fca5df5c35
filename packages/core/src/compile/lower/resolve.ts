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
import { type AxesView, applyView, axesOf } from "./axes.js";

/** A node as a way of reading another one that has memory, or is a number or a count. */
export interface Resolved {
  readonly base: Node;
  readonly view: View;
}

/** The same with lists of axes. */
export interface ResolvedAxes {
  readonly base: Node;
  readonly view: AxesView;
}

/** The views between `node` and its base, innermost first, and how the base itself is read. */
function chainTo(node: Node, standIn: StandIn): { steps: Node[]; base: Node; view: View } {
  const steps: Node[] = [];
  let base = node;
  while (isView(base.primitive) && !base.is("result")) {
    steps.push(base);
    base = base.inputs[0] as Node;
  }
  const start = standIn(base);
  return {
    steps: steps.reverse(),
    base: start?.base ?? base,
    view: start?.view ?? contiguousView(base.shape),
  };
}

/** What a base is read as, where that is not its own memory. */
type StandIn = (base: Node) => Resolved | undefined;

/** Like `resolve`, for those that walk lists of axes; null where not even lists can say it. */
export function resolveAxes(node: Node, standIn: StandIn): ResolvedAxes | null {
  const { steps, base, view } = chainTo(node, standIn);
  let axes: AxesView | null = axesOf(view);
  for (const step of steps) axes = axes && applyView(axes, step);
  return axes && { base, view: axes };
}

/**
 * Follows reshapes, permutations, expansions, slices and windows to what they are views of. A reshape that
 * no strides can express is its own base: it has to be copied.
 */
export function resolve(node: Node, standIn: StandIn = () => undefined): Resolved {
  const chain = chainTo(node, standIn);
  let { base, view } = chain;
  for (const step of chain.steps) {
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
