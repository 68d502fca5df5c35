import type { DType } from "../array/index.js";
import type { BinaryPrimitive, Primitive, UnaryPrimitive, Windows } from "../graph/index.js";
import type { Size, Term } from "./size.js";

/** A number as JSON has it, which lacks these four. */
export type StoredNumber = number | "-0" | "NaN" | "Infinity" | "-Infinity";

/** What cannot be part of a document, or is no part of an answer. */
export type UnstoredPrimitive = "scalar" | "random" | "detach" | "custom";
export type StoredPrimitive = Exclude<Primitive, UnstoredPrimitive>;

type None = Record<never, never>;

/** What a state is to a model; a constant is one that its author's function took from outside. */
export type StateRole = "parameter" | "buffer" | "constant";

/**
 * What each primitive carries besides inputs, shape and dtype: as in `Attributes` (graph/primitives.ts),
 * without what the shape or dtype of the result says, such as that of a reshape.
 */
export interface StoredAttributes extends Record<UnaryPrimitive | BinaryPrimitive, None> {
  /** One of the inputs of the document, or of the body of a loop. */
  input: { readonly index: number };
  /** A few elements, in row-major order; many are a state. */
  value: { readonly elements: readonly StoredNumber[] };
  /** A tensor of the state by its name, "hidden.0.weight" or "constant.0". */
  state: { readonly name: string; readonly role: StateRole };
  /** One number, or a size such as T, repeated over the shape. */
  constant: { readonly value: StoredNumber | readonly Term[] };
  iota: None;
  cast: None;
  select: None;
  reshape: None;
  permute: { readonly order: readonly number[] };
  expand: None;
  slice: { readonly start: readonly Size[]; readonly step: readonly number[] };
  unfold: Windows & { readonly size: number };
  /** The length is that of `axis` of the result. */
  fold: Windows;
  pad: { readonly before: readonly Size[]; readonly after: readonly Size[] };
  concatenate: { readonly axis: number };
  sum: { readonly axes: readonly number[] };
  reduceMax: { readonly axes: readonly number[] };
  argmax: { readonly axes: readonly number[] };
  matmul: None;
  gather: { readonly axis: number; readonly label?: string };
  /** The size is that of `axis` of the result; so it is of scatterElements. */
  scatterAdd: { readonly axis: number; readonly label?: string };
  gatherElements: { readonly axis: number; readonly label?: string };
  scatterElements: { readonly axis: number; readonly label?: string };
  /**
   * Inputs are carries, sequences and constants, in this order, as are those of the body. The length is
   * the first size of the first sequence. Shape and dtype of a scan itself mean nothing: only `result`
   * reads it.
   */
  scan: {
    readonly carries: number;
    readonly sequences: number;
    readonly reverse: boolean;
    readonly body: StoredGraph;
  };
  /** Output `index` of the body: a final carry, or one slice for each iteration along a first axis. */
  result: { readonly index: number };
}

export interface StoredArgument {
  readonly dtype: DType;
  readonly shape: readonly Size[];
}

/** `inputs` are positions of earlier nodes. */
export type StoredNode<P extends StoredPrimitive = StoredPrimitive> = {
  [Q in P]: {
    readonly primitive: Q;
    readonly inputs: readonly number[];
    readonly attributes: StoredAttributes[Q];
    readonly shape: readonly Size[];
    readonly dtype: DType;
  };
}[P];

/** Nodes, inputs before users, and the positions of those whose values come out. */
export interface StoredGraph {
  readonly inputs: readonly StoredArgument[];
  readonly nodes: readonly StoredNode[];
  readonly outputs: readonly number[];
}

/** The forward pass of a model for any number of samples, as JSON. */
export interface GraphDocument extends StoredGraph {
  readonly format: 1;
  /** The names of sizes that the inputs decide, "N" first. */
  readonly symbols: readonly string[];
  /** A size of each symbol that the graph has been traced with. */
  readonly traced: readonly number[];
  /** Each size of an input is a number or one symbol alone. */
  readonly inputs: readonly (StoredArgument & { readonly name: string })[];
  /** One position. */
  readonly outputs: readonly number[];
}
