import {
  ArgumentError,
  DTypeError,
  formatShape,
  isFloating,
  makeArray,
  requireInstance,
  requireMap,
  type Shape,
  ShapeError,
  Storage,
  sameShape,
} from "../array/index.js";
import { Node } from "../graph/index.js";
import { Module } from "../nn/module.js";
import { leafOf } from "../tensor/capture.js";
import { Buffer, Parameter, Tensor } from "../tensor/index.js";
import { buildGraph } from "./build.js";
import type { GraphDocument, StateRole, StoredNode } from "./document.js";
import { readNumber } from "./numbers.js";
import { readDocument } from "./read.js";
import { evaluateSize, formatSizes, type Sizes, symbolOf } from "./size.js";
import { type Forward, traceGraph } from "./trace.js";
import type { TraceOptions } from "./traceOptions.js";

/**
 * A model as data: the graph of its forward pass in evaluation mode, for any number of samples, and the
 * tensors that the graph reads. It needs none of the code that the model was written in.
 *
 * ```ts
 * const graph = GraphModel.trace(model, [images]);
 * const text = JSON.stringify(graph); // beside graph.stateDict()
 * const again = GraphModel.fromJSON(JSON.parse(text), weights);
 * const answer = again.forward(images); // the same bits
 * ```
 *
 * Parameters and buffers have the names that they have in the model. Constants which the model's author
 * took from elsewhere are buffers "constant.0", "constant.1", ... where they are large.
 */
export class GraphModel extends Module<Tensor[]> {
  readonly #document: GraphDocument;
  readonly #states: ReadonlyMap<string, Parameter | Buffer>;
  readonly #values = new Map<StoredNode, Storage>();

  private constructor(document: GraphDocument, states: ReadonlyMap<string, Parameter | Buffer>) {
    super();
    this.#document = document;
    this.#states = states;
    this.eval();
  }

  /**
   * Records what `forward` computes, at several sizes of the axes that have a symbol; every size in the
   * graph becomes a polynomial of the symbols. An input that the answer does not depend on, such as the labels
   * of a data set, is none of the graph's.
   *
   * @param examples an input each, of which shape and dtype count; a few samples are enough
   * @throws ArgumentError for what cannot be written: another operation for another size, a size that
   *   is no polynomial, random draws, run-time scalars, states that change
   */
  static trace(
    forward: Forward,
    examples: readonly Tensor[],
    options: TraceOptions = {},
  ): GraphModel {
    const { document, states } = traceGraph(forward, examples, options);
    const made = [...states.values()].map(({ name, role, shape, storage }) => {
      // The bytes are shared until one of the two is given others.
      return [name, stateOf(name, role, new Tensor(leafOf(storage, shape)))] as const;
    });
    return new GraphModel(document, new Map(made));
  }

  /**
   * The model that `toJSON` wrote.
   *
   * @param state tensors by name, of which those are taken that the graph reads
   * @throws ArgumentError naming what is not in order: of a document nothing is taken on trust
   */
  static fromJSON(document: unknown, state: ReadonlyMap<string, Tensor>): GraphModel {
    const checked = readDocument(document);
    requireMap("GraphModel.fromJSON", "the state", state, Tensor);
    const states = new Map<string, Parameter | Buffer>();
    for (const stored of checked.nodes) {
      if (stored.primitive !== "state") continue;
      const { name, role } = stored.attributes;
      const value = requireState(stored, state.get(name));
      if (!states.has(name)) states.set(name, stateOf(name, role, value));
    }
    const model = new GraphModel(checked, states);
    // What the document says of shapes is tried where it is known to hold.
    const sizes = new Map(
      checked.symbols.map((symbol, index) => [symbol, checked.traced[index] as number]),
    );
    model.#build(
      checked.inputs.map(({ dtype, shape }, index) => {
        const numbers = shape.map((size) => evaluateSize(size, sizes));
        return new Node("input", [], { index, shape: numbers, dtype }, false);
      }),
      sizes,
    );
    return model;
  }

  /** What goes in, in the order of `forward`: names, dtypes and shapes such as (N, 784). */
  get inputs(): GraphDocument["inputs"] {
    return this.#document.inputs;
  }

  /** The document, to be kept beside `stateDict()`. */
  toJSON(): GraphDocument {
    return this.#document;
  }

  /**
   * @throws ArgumentError, ShapeError, DTypeError when the inputs are not those that the document names
   */
  override forward(...inputs: Tensor[]): Tensor {
    const sizes = this.#bind(inputs);
    return new Tensor(
      this.#build(
        inputs.map(({ node }) => node),
        sizes,
      ),
    );
  }

  /** The size of each symbol in these inputs. */
  #bind(given: readonly Tensor[]): Sizes {
    const { inputs } = this.#document;
    if (given.length !== inputs.length) {
      throw new ArgumentError(
        `GraphModel: received ${given.length} inputs, expected ${inputs.length}: ` +
          `${inputs.map(({ name, shape }) => `${name} ${formatSizes(shape)}`).join(", ")}.`,
      );
    }
    const sizes = new Map<string, number>();
    inputs.forEach(({ name, dtype, shape }, index) => {
      const input: unknown = given[index];
      requireInstance("GraphModel", name, input, Tensor);
      const fits = shape.every((size, axis) => {
        const actual = input.shape[axis] as number;
        const symbol = symbolOf(size);
        if (symbol === undefined) return size === actual;
        if (!sizes.has(symbol)) sizes.set(symbol, actual);
        return sizes.get(symbol) === actual;
      });
      if (!fits || input.rank !== shape.length) {
        throw new ShapeError(
          `GraphModel: received shape ${formatShape(input.shape)} as ${name}, expected ${formatSizes(shape)}` +
            `${describeSizes(sizes)}.`,
        );
      }
      if (input.dtype !== dtype) {
        throw new DTypeError(
          `GraphModel: received ${input.dtype} as ${name}, expected ${dtype}; convert it with .cast("${dtype}").`,
        );
      }
    });
    return sizes;
  }

  #build(inputs: readonly Node[], sizes: Sizes): Node {
    const state = ({ attributes }: StoredNode<"state">): Node =>
      (this.#states.get(attributes.name) as Tensor).node;
    const value = (stored: StoredNode<"value">, shape: Shape): Node =>
      leafOf(this.#storageOf(stored, shape), shape);
    return buildGraph(this.#document, { inputs, state, value }, sizes)[0] as Node;
  }

  #storageOf(stored: StoredNode<"value">, shape: Shape): Storage {
    const found = this.#values.get(stored);
    if (found) return found;
    const elements = stored.attributes.elements.map((each) => readNumber(each) as number);
    if (elements.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new ShapeError(`received ${elements.length} elements for shape ${formatShape(shape)}.`);
    }
    const storage = Storage.of(stored.dtype, makeArray(stored.dtype, elements));
    this.#values.set(stored, storage);
    return storage;
  }

  // The names are those of another model, which no property of this one could have.

  override namedParameters(): Map<string, Parameter> {
    return new Map(
      [...this.#states].filter(
        (entry): entry is [string, Parameter] => entry[1] instanceof Parameter,
      ),
    );
  }

  override namedBuffers(): Map<string, Buffer> {
    return new Map(
      [...this.#states].filter((entry): entry is [string, Buffer] => entry[1] instanceof Buffer),
    );
  }
}

/** The tensor that a node of the graph reads, if it is one of that kind. */
function requireState(
  { attributes, dtype, shape }: StoredNode<"state">,
  value: Tensor | undefined,
): Tensor {
  const { name, role } = attributes;
  const sizes = shape.map((size) => evaluateSize(size, new Map()));
  const isTrained = role === "parameter" && !isFloating(dtype);
  if (value && value.dtype === dtype && sameShape(value.shape, sizes) && !isTrained) return value;
  const received = value ? `${value.dtype} ${formatShape(value.shape)}` : "nothing";
  const kind = isTrained
    ? "a floating dtype, as it is a parameter"
    : `${dtype} ${formatSizes(shape)}`;
  throw new ArgumentError(
    `GraphModel.fromJSON: received ${received} for ${name}, expected ${kind}; the state has to be that which was ` +
      "saved with the graph.",
  );
}

const stateOf = (name: string, role: StateRole, value: Tensor): Parameter | Buffer =>
  role === "parameter" ? new Parameter(value, name) : new Buffer(value, name);

const describeSizes = (sizes: Sizes): string =>
  sizes.size === 0
    ? ""
    : ` with ${[...sizes].map(([symbol, size]) => `${symbol} = ${size}`).join(", ")}`;
