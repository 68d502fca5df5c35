import { sizeOf } from "../../array/index.js";
import { customOperation, slice, type Tensor } from "../../tensor/index.js";
import { padSpatial, spanOf, unfoldAlong, type Window } from "./windows.js";

// A convolution over any number of spatial axes is one product of matrices for each group
// (Chellapilla, Puri and Simard, "High Performance Convolutional Neural Networks for Document
// Processing", IWFHR 2006). Windows are a view, so the matrix of columns need not be written.

/** Options of a convolution that were found to be in order. */
export interface ResolvedGeometry {
  readonly windows: readonly Window[];
  readonly groups: number;
}

/**
 * The sums of products of a convolution: x (N, C, ...) and weight (O, C / groups, ...kernel) to
 * (N, O, ...).
 */
export function correlate(x: Tensor, weight: Tensor, geometry: ResolvedGeometry): Tensor {
  const isDense = geometry.windows.every(
    (window) => window.stride === 1 && Math.max(window.before, window.after) < spanOf(window),
  );
  return isDense ? densely(geometry)(x, weight) : products(x, weight, geometry);
}

/** Floats of a kernel that stay near while one sample after the other is gone through. */
const nearKernel = 40_000;
/** Places of a sample that are worth a product of their own. */
const manyPlaces = 128;

/** All samples in one product, which is differentiated as such. */
function products(x: Tensor, weight: Tensor, { windows, groups }: ResolvedGeometry): Tensor {
  const places = windows.map((_, index) => 2 + index);
  const kernel = places.map((axis) => axis + windows.length);
  const unfolded = unfold(x, windows);
  const [outChannels, ...rest] = weight.shape as [number, ...number[]];
  const outputs = [0, ...places].map((axis) => unfolded.shape[axis] as number);
  const rows = weight.reshape([groups, outChannels / groups, sizeOf(rest)]);
  const columns = unfolded
    .permute([1, ...kernel, 0, ...places])
    .reshape([groups, sizeOf(rest), sizeOf(outputs)]);
  // (O, N, ...places)
  const product = rows.matmul(columns).reshape([outChannels, ...outputs]);
  return product.transpose(0, 1);
}

/** All windows: (N, C, ...places, ...kernel). */
const unfold = (x: Tensor, windows: readonly Window[]): Tensor =>
  windows.reduce(
    (each, window, index) => unfoldAlong(each, 2 + index, window),
    padSpatial(x, windows),
  );

/**
 * The same as a product for each sample, where that is quicker: its windows and its results stay near,
 * and the results stand as they are needed.
 */
function productsBySample(x: Tensor, weight: Tensor, geometry: ResolvedGeometry): Tensor {
  const { windows, groups } = geometry;
  const unfolded = unfold(x, windows);
  const places = unfolded.shape.slice(2, 2 + windows.length);
  const [outChannels, ...rest] = weight.shape as [number, ...number[]];
  const near = sizeOf(weight.shape) <= nearKernel * groups;
  if (!near || sizeOf(places) < manyPlaces) return products(x, weight, geometry);
  const samples = x.shape[0] as number;
  const placeAxes = windows.map((_, index) => 2 + index);
  const kernelAxes = placeAxes.map((axis) => axis + windows.length);
  const rows = weight.reshape([groups, outChannels / groups, sizeOf(rest)]);
  const columns = unfolded
    .permute([0, 1, ...kernelAxes, ...placeAxes])
    .reshape([samples, groups, sizeOf(rest), sizeOf(places)]);
  return rows.matmul(columns).reshape([samples, outChannels, ...places]);
}

/**
 * Where the stride is 1, the gradients are convolutions again. The chain rule of the primitives
 * agrees, but for the input it would write the gradients of all columns and fold them.
 */
const densely = (geometry: ResolvedGeometry) =>
  customOperation({
    name: "convolution",
    forward: (x: Tensor, weight: Tensor) => productsBySample(x, weight, geometry),
    backward: (gradient, { inputs: [x, weight], needs }) => [
      needs[0] ? inputGradient(gradient, weight, geometry) : null,
      needs[1] ? weightGradient(gradient, x, weight, geometry) : null,
    ],
  });

/** The gradient under the kernel turned round, with inputs and outputs of each group exchanged. */
function inputGradient(
  gradient: Tensor,
  weight: Tensor,
  { windows, groups }: ResolvedGeometry,
): Tensor {
  const [outChannels, depth, ...kernel] = weight.shape as [number, number, ...number[]];
  const parts = outChannels / groups;
  const around = windows.map((window): Window => {
    const reach = spanOf(window) - 1;
    return { ...window, before: reach - window.before, after: reach - window.after };
  });
  const exchanged = weight
    .at(slice(), slice(), ...kernel.map(() => slice(undefined, undefined, -1)))
    .reshape([groups, parts, depth, ...kernel])
    .transpose(1, 2)
    .reshape([groups * depth, parts, ...kernel]);
  return correlate(gradient, exchanged, { windows: around, groups });
}

/**
 * The input under the gradient as its kernel, with samples in the place of channels. What is padded is
 * the input as it stands, as in the forward pass, so that it is done once.
 */
function weightGradient(
  gradient: Tensor,
  x: Tensor,
  weight: Tensor,
  { windows, groups }: ResolvedGeometry,
): Tensor {
  const padded = padSpatial(x, windows);
  const [samples, , ...sizes] = padded.shape as [number, number, ...number[]];
  const depth = weight.shape[1] as number;
  const exchanged = padded
    .reshape([samples, groups, depth, ...sizes])
    .transpose(0, 2)
    .reshape([depth, groups * samples, ...sizes]);
  const under = windows.map((window, index): Window => {
    const size = gradient.shape[2 + index] as number;
    return { size, stride: window.dilation, dilation: 1, before: 0, after: 0 };
  });
  const result = correlate(exchanged, gradient.transpose(0, 1), { windows: under, groups });
  return result.transpose(0, 1);
}
