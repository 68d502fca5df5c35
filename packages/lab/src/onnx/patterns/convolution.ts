import type { Size, StoredNode } from "@versant/core";
import type { Attribute } from "../attributes.js";
import type { Scope } from "../scope.js";
import { constantOf, sameSize, sameSizes } from "../sizes.js";

interface Convolution {
  readonly x: number;
  readonly weight: number;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Windows under a product of matrices, as nn.Conv1d and nn.Conv2d write them, with the bias: Conv. */
export function convolution(index: number, scope: Scope): string | null {
  const bare = findConvolution(index, scope);
  if (bare) return write(bare, [], scope);
  const sum = scope.find(index, "add");
  if (!sum) return null;
  const [y, other] = sum.inputs as [number, number];
  const found = findConvolution(y, scope);
  const bias = found && findBias(other, sum.shape, scope);
  return bias ? write(found, [bias], scope) : null;
}

const write = (
  { x, weight, attributes }: Convolution,
  bias: readonly string[],
  scope: Scope,
): string => scope.writer.add("Conv", [scope.name(x), scope.name(weight), ...bias], attributes);

/** A vector that is added to each channel of (N, O, ...): (O,), which became (1, O, 1, ...). */
function findBias(index: number, shape: readonly Size[], scope: Scope): string | null {
  const beside = skip(index, "expand", scope) as number;
  const ones = shape.map((size, axis) => (axis === 1 ? size : 1));
  const source = findSource(beside, shape.slice(1, 2), scope);
  return source !== null && sameSizes(scope.node(beside).shape, ones) ? scope.name(source) : null;
}

/** The convolution whose result (N, O, ...) node `index` is. */
function findConvolution(index: number, scope: Scope): Convolution | null {
  const node = scope.node(index);
  const axes = node.shape.length - 2;
  if (axes < 1 || axes > 2) return null;
  const places = Array.from({ length: axes }, (_, each) => 2 + each);
  const kernel = places.map((axis) => axis + axes);
  // All samples in one product, or a product for each sample.
  const together = scope.find(index, "permute");
  const isTurned = together && isOrder(together, [1, 0, ...places]);
  const result = isTurned ? together.inputs[0] : index;
  const order = isTurned ? [1, ...kernel, 0, ...places] : [0, 1, ...kernel, ...places];
  const product = scope.find(skip(result, "reshape", scope), "matmul");
  if (!product) return null;
  const [rows, columns] = product.inputs as [number, number];
  const windows = scope.find(skip(columns, "reshape", scope), "permute");
  if (!windows || !isOrder(windows, order)) return null;
  const unfolded = findWindows(windows.inputs[0] as number, axes, scope);
  if (!unfolded) return null;
  const { x, kernelShape } = unfolded;
  const depth = Number(scope.node(rows).shape.at(-1)) / kernelShape.reduce((a, b) => a * b, 1);
  const weightShape = [node.shape[1] as Size, depth, ...kernelShape];
  const weight = findSource(rows, weightShape, scope);
  const group = Number(scope.node(x).shape[1]) / depth;
  const batch = isTurned ? [group] : [node.shape[0] as Size, group];
  if (weight === null || !sameSizes(product.shape.slice(0, -2), batch)) return null;
  return { x, weight, attributes: { ...unfolded.attributes, group } };
}

const isOrder = ({ attributes }: StoredNode<"permute">, order: readonly number[]): boolean =>
  attributes.order.length === order.length &&
  attributes.order.every((axis, place) => axis === order[place]);

/** The source of a node of this kind, else the node itself. */
function skip(index: number | undefined, primitive: "reshape" | "expand", scope: Scope) {
  return scope.find(index, primitive)?.inputs[0] ?? index;
}

/** What has this shape, and was only given another or repeated for each sample. */
function findSource(index: number, shape: readonly Size[], scope: Scope): number | null {
  let source: number | undefined = index;
  while (source !== undefined) {
    const { primitive, inputs, shape: own }: StoredNode = scope.node(source);
    if (sameSizes(own, shape)) return source;
    source = primitive === "reshape" || primitive === "expand" ? inputs[0] : undefined;
  }
  return null;
}

interface Unfolded {
  /** What the windows go over, without its padding. */
  readonly x: number;
  readonly kernelShape: readonly number[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** Windows along each of the last `axes` axes, the first of them first. */
function findWindows(index: number, axes: number, scope: Scope): Unfolded | null {
  const windows: StoredNode<"unfold">["attributes"][] = [];
  let source = index;
  for (let axis = 1 + axes; axis >= 2; axis--) {
    const unfold = scope.find(source, "unfold");
    if (unfold?.attributes.axis !== axis) return null;
    windows.unshift(unfold.attributes);
    source = unfold.inputs[0] as number;
  }
  const { x, pads } = findPadding(source, scope);
  const kernelShape = windows.map(({ size }) => size);
  const attributes = {
    kernel_shape: kernelShape,
    strides: windows.map(({ step }) => step),
    dilations: windows.map(({ dilation }) => dilation),
    pads,
  };
  return { x, kernelShape, attributes };
}

/** Zeros around the spatial axes as Conv has them: those before, then those after. */
function findPadding(index: number, scope: Scope): { x: number; pads: number[] } {
  const { shape } = scope.node(index);
  const none = { x: index, pads: new Array<number>(2 * (shape.length - 2)).fill(0) };
  const pad = scope.find(index, "pad");
  if (!pad) return none;
  const { before, after } = pad.attributes;
  const pads = [...before.slice(2), ...after.slice(2)].map(constantOf);
  const isOutside = [...before.slice(0, 2), ...after.slice(0, 2)].every((each) =>
    sameSize(each, 0),
  );
  return isOutside && pads.every((each) => each !== null)
    ? { x: pad.inputs[0] as number, pads }
    : none;
}
