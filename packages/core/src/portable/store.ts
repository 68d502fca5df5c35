import {
  ArgumentError,
  describeValue,
  type Shape,
  type Storage,
  sameShape,
  type TypedArray,
} from "../array/index.js";
import { substitute } from "../gradient/index.js";
import {
  labelOf,
  type Node,
  type Primitive,
  type StateCell,
  topologicalOrder,
} from "../graph/index.js";
import { attributeKinds } from "./attributes.js";
import type {
  StateRole,
  StoredArgument,
  StoredGraph,
  StoredNode,
  StoredPrimitive,
  UnstoredPrimitive,
} from "./document.js";
import { storeNumber } from "./numbers.js";
import type { Grid, Size, Sizes } from "./size.js";

/** Constants of more elements are tensors of the state. */
const mostInline = 32;

/** A tensor that the graph reads, with its name in the document. */
export interface NamedState {
  readonly name: string;
  readonly role: StateRole;
  readonly shape: Shape;
  readonly storage: Storage;
}

type Refused = Exclude<UnstoredPrimitive, "detach" | "custom">;

const mends: { readonly [P in Refused]: string } = {
  random:
    "draws random numbers in evaluation mode, expected an answer that is the same every time; draw only " +
    "where this.training is true",
  scalar:
    "is a RunTimeScalar, which another process does not have, expected a number or a Buffer of the model",
};

const branchMend = "leave out the branch on a shape, or leave that axis fixed by the option axes";

/** One node of the function at each point of the grid. */
type Alike<P extends Primitive = Primitive> = readonly [Node<P>, ...Node<P>[]];

function refuse(node: Node, what: string): never {
  throw new ArgumentError(`GraphModel.trace: ${labelOf(node)} ${what}.`);
}

/** Writes the graphs of one function, captured at the points of a grid, as one. */
export class GraphWriter {
  /** What the document's `state` nodes stand for, in the order of the graph. */
  readonly states = new Map<string, NamedState>();
  readonly #constants = new Map<Storage | StateCell, string>();
  readonly #taken: Set<string>;

  constructor(
    readonly grid: Grid,
    /** Name and role of the model's states. */
    readonly known: ReadonlyMap<StateCell, { readonly name: string; readonly role: StateRole }>,
  ) {
    this.#taken = new Set([...known.values()].map(({ name }) => name));
  }

  /** @param graphs of each point what comes in and what comes out */
  write(
    graphs: readonly { readonly inputs: readonly Node[]; readonly outputs: readonly Node[] }[],
  ): StoredGraph {
    const outputs = graphs.map((graph) => withoutTraining(graph.outputs));
    const orders = outputs.map((each) => topologicalOrder(each));
    const nodes: StoredNode[] = [];
    const positions = new Map<string, number>();
    const places = orders.map(() => new Map<Node, number>());
    const placesOf = (point: number, of: readonly Node[]): number[] =>
      of.map((node) => places[point]?.get(node) ?? -1);
    const length = Math.max(...orders.map((order) => order.length));
    for (let step = 0; step < length; step++) {
      const alike = this.#alike(orders.map((order) => order[step]));
      const inputs = placesOf(0, alike[0].inputs);
      alike.forEach((node, point) => {
        const same = `${placesOf(point, node.inputs)}` === `${inputs}`;
        if (!same) this.#differs(alike[0], node, point, "of other operands");
      });
      const stored = this.#node(alike, inputs);
      const text = JSON.stringify(stored);
      const position = positions.get(text) ?? nodes.push(stored) - 1;
      positions.set(text, position);
      for (const [point, node] of alike.entries()) places[point]?.set(node, position);
    }
    const formals = graphs.map(({ inputs }) => inputs);
    return {
      inputs: (formals[0] ?? []).map((_, index) =>
        this.argument(formals.map((each) => each[index] as Node)),
      ),
      nodes,
      outputs: placesOf(0, outputs[0] ?? []),
    };
  }

  /** Dtype and shape of one node at all points. */
  argument(alike: readonly Node[]): StoredArgument {
    const [node] = alike as [Node];
    const shape = node.shape.map((_, axis) => this.#size(alike, axis));
    return { dtype: node.dtype, shape };
  }

  #size(alike: readonly Node[], axis: number): Size {
    const values = alike.map(({ shape }) => shape[axis] ?? -1);
    return (
      this.grid.fit(values) ??
      refuse(
        alike[0] as Node,
        `has size ${values.join(", ")} on axis ${axis} for ${this.grid.points.map(formatPoint).join("; ")}, ` +
          "expected a sum of products of these; leave such an axis fixed by the option axes",
      )
    );
  }

  /** The nodes of one step, which have to be the same operation. */
  #alike(nodes: readonly (Node | undefined)[]): Alike {
    const first = nodes.find((node) => node !== undefined) as Node;
    nodes.forEach((node, point) => {
      const { primitive, dtype, shape } = first;
      const fits = node?.primitive === primitive && node.dtype === dtype;
      if (!fits || node.shape.length !== shape.length) this.#differs(first, node, point, "");
    });
    return nodes as readonly Node[] as Alike;
  }

  #differs(first: Node, node: Node | undefined, point: number, how: string): never {
    const other = node ? `${labelOf(node)} ${how}`.trimEnd() : "nothing";
    refuse(
      first,
      `at ${formatPoint(this.grid.points[0])} is ${other} at ${formatPoint(this.grid.points[point])}, expected the ` +
        `same operations for every size; ${branchMend}`,
    );
  }

  #node(alike: Alike, inputs: readonly number[]): StoredNode {
    const [node] = alike;
    const mend = mends[node.primitive as Refused] as string | undefined;
    if (mend) refuse(node, mend);
    if (node.is("state")) return this.#state(alike as readonly Node[] as Alike<"state">);
    if (node.is("value")) return this.#value(alike as readonly Node[] as Alike<"value">);
    // The results of a scan tell its shapes; its own is nominal.
    const { dtype, shape } = this.argument(alike);
    const primitive = node.primitive as StoredPrimitive;
    const attributes = node.is("scan")
      ? this.#scan(alike as readonly Node[] as Alike<"scan">)
      : this.#attributes(alike, primitive);
    return { primitive, inputs, attributes, shape, dtype } as StoredNode;
  }

  #attributes(
    alike: readonly Node[],
    primitive: StoredPrimitive,
  ): Readonly<Record<string, unknown>> {
    const stored: Record<string, unknown> = {};
    for (const [name, kind] of Object.entries(attributeKinds[primitive])) {
      const values = alike.map(
        ({ attributes }) => (attributes as Readonly<Record<string, unknown>>)[name],
      );
      if (values.every((value) => value === undefined) && kind.optional) continue;
      const written = kind.write(values, this.grid);
      if (written === undefined) {
        refuse(
          alike[0] as Node,
          `has ${name} ${values.map(describeNumbers).join(", ")} for ${this.grid.points.map(formatPoint).join("; ")}, ` +
            `expected a sum of products of these; ${branchMend}`,
        );
      }
      stored[name] = written;
    }
    return stored;
  }

  #scan(alike: Alike<"scan">): StoredNode<"scan">["attributes"] {
    const [node] = alike;
    const { carries, sequences, reverse } = node.attributes;
    alike.forEach(({ attributes: other }, point) => {
      const same =
        other.carries === carries && other.sequences === sequences && other.reverse === reverse;
      if (!same) this.#differs(node, node, point, "of another kind");
    });
    const body = this.write(alike.map(({ attributes }) => attributes.body));
    return { carries, sequences, reverse, body };
  }

  /** A state of the model, or one from elsewhere, which is a constant from here on. */
  #state(alike: Alike<"state">): StoredNode {
    const [node] = alike;
    const { cell } = node.attributes;
    alike.forEach(({ attributes }, point) => {
      if (attributes.cell !== cell) this.#differs(node, node, point, `of ${attributes.cell.name}`);
    });
    const { name, role } = this.known.get(cell) ?? this.#constant(cell);
    return this.#named(node, { name, role, storage: cell.storage });
  }

  #named(
    { shape, dtype }: Node,
    { name, role, storage }: Omit<NamedState, "shape">,
  ): StoredNode<"state"> {
    this.states.set(name, { name, role, shape, storage });
    return { primitive: "state", inputs: [], attributes: { name, role }, shape, dtype };
  }

  #value(alike: Alike<"value">): StoredNode {
    const [node] = alike;
    const { storage } = node.attributes;
    const { shape, dtype } = node;
    const elements = storage.read();
    const same = alike.every(
      (other) =>
        sameShape(other.shape, shape) && sameElements(other.attributes.storage.read(), elements),
    );
    if (!same) {
      refuse(
        node,
        "is made of numbers that differ with the sizes of the inputs, expected the same ones; compute them with " +
          "operations such as arange, or once for the largest size, and take a slice",
      );
    }
    if (elements.length > mostInline) {
      return this.#named(node, { ...this.#constant(storage), storage });
    }
    const attributes = { elements: Array.from(elements, storeNumber) };
    return { primitive: "value", inputs: [], attributes, shape, dtype };
  }

  /** The same name for the same tensor, and none that the model has. */
  #constant(key: Storage | StateCell): { readonly name: string; readonly role: StateRole } {
    let name = this.#constants.get(key);
    for (let number = 0; name === undefined; number++) {
      const free = `constant.${number}`;
      if (!this.#taken.has(free)) name = free;
    }
    this.#taken.add(name);
    this.#constants.set(key, name);
    return { name, role: "constant" };
  }
}

/** The same values without what only gradients need. */
const withoutTraining = (outputs: readonly Node[]): Node[] =>
  substitute(outputs, new Map(), (node, inputs) =>
    node.is("detach") || node.is("custom") ? inputs[0] : undefined,
  );

function sameElements(a: TypedArray, b: TypedArray): boolean {
  return a === b || (a.length === b.length && a.every((each, place) => Object.is(each, b[place])));
}

const describeNumbers = (value: unknown): string =>
  Array.isArray(value) ? `[${value.join(", ")}]` : describeValue(value);

const formatPoint = (sizes: Sizes | undefined): string =>
  [...(sizes ?? [])].map(([symbol, size]) => `${symbol} = ${size}`).join(", ");
