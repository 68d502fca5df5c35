import {
  ArgumentError,
  formatShape,
  normalizeAxis,
  requireCount,
  requireOptions,
  ShapeError,
} from "../array/index.js";
import { fold } from "../graph/build.js";
import { makeNode, type Node } from "../graph/index.js";

export interface WindowOptions {
  /** From one window to the next. Default 1. */
  readonly step?: number;
  /** From one element of a window to the next. Default 1. */
  readonly dilation?: number;
}

function windowsOf(
  operation: string,
  options: WindowOptions,
): { readonly step: number; readonly dilation: number } {
  requireOptions(operation, options, ["step", "dilation"]);
  const { step = 1, dilation = 1 } = options;
  requireCount(operation, "step", step);
  requireCount(operation, "dilation", dilation);
  return { step, dilation };
}

export function unfoldAxis(x: Node, axis: number, size: number, options: WindowOptions): Node {
  const windows = windowsOf("unfold", options);
  requireCount("unfold", "size", size);
  if (x.shape.length === 0) {
    throw new ShapeError("unfold: received a scalar, expected a tensor with an axis.");
  }
  const along = normalizeAxis("unfold", axis, x.shape.length);
  return makeNode("unfold", [x], { axis: along, size, ...windows });
}

export function foldAxis(x: Node, axis: number, length: number, options: WindowOptions): Node {
  const windows = windowsOf("fold", options);
  if (x.shape.length < 2) {
    throw new ShapeError(
      `fold: received shape ${formatShape(x.shape)}, expected windows along an axis and their ` +
        "elements on the last one.",
    );
  }
  if (!Number.isInteger(length) || length < 0) {
    throw new ArgumentError(`fold: received length ${length}, expected an integer of at least 0.`);
  }
  const along = normalizeAxis("fold", axis, x.shape.length - 1);
  return fold(x, { axis: along, ...windows }, length);
}
