import type { Size, StoredGraph, StoredNode, StoredPrimitive } from "@versant/core";
import { numberOf } from "./numbers.js";
import { type AnySize, sameSize, sameSizes } from "./sizes.js";
import type { GraphWriter } from "./writer.js";

/** The names of a node's results: one, but for loops. */
export type Results = readonly string[];

/** Writes one primitive of a document, and gives the names of its results. */
export type OnnxRule<P extends StoredPrimitive> = (
  node: StoredNode<P>,
  scope: Scope,
) => string | Results;

/** A value that others may read by broadcasting: its name, and its shape before that. */
export interface Operand {
  readonly name: string;
  readonly shape: readonly Size[];
}

/** The nodes of a document's graph, or of a loop's body, with the names of those already written. */
export class Scope {
  readonly #results: Results[] = [];

  constructor(
    readonly nodes: readonly StoredNode[],
    /** Names of what `input` leaves stand for, by index. */
    readonly inputs: readonly string[],
    readonly writer: GraphWriter,
    /** Adds what computes the body of a loop to a writer. */
    readonly write: (body: StoredGraph, inputs: readonly string[], writer: GraphWriter) => Scope,
  ) {}

  /** Notes the names of the next node's results. */
  push(results: string | Results): void {
    this.#results.push(typeof results === "string" ? [results] : results);
  }

  /** Node `index` of the graph. */
  node(index: number): StoredNode {
    return this.nodes[index] as StoredNode;
  }

  /** Node `index`, if it is a `primitive`. */
  find<P extends StoredPrimitive>(index: number | undefined, primitive: P): StoredNode<P> | null {
    const node = index === undefined ? undefined : this.nodes[index];
    return node?.primitive === primitive ? (node as StoredNode<P>) : null;
  }

  /** The name of result `result` of node `index`, which stands before its users. */
  name(index: number, result = 0): string {
    const name = this.#results[index]?.[result];
    if (name === undefined) throw new Error(`node ${index} was not written before its user`);
    return name;
  }

  /** The names of a node's inputs. */
  namesOf({ inputs }: StoredNode): string[] {
    return inputs.map((index) => this.name(index));
  }

  /** The node that is input `position` of `node`. */
  inputOf({ inputs }: StoredNode, position = 0): StoredNode {
    return this.node(inputs[position] as number);
  }

  /**
   * The names of a node's inputs for an operator that broadcasts as NumPy does: what is repeated is
   * given as it was before, as long as the result keeps its shape.
   */
  broadcast(node: StoredNode): string[] {
    const operands = node.inputs.map((index) => this.narrow(index));
    const covered = node.shape.every((size, axis) =>
      operands.some(({ shape }) => {
        const own = shape[axis - (node.shape.length - shape.length)];
        return own !== undefined && sameSize(own, size);
      }),
    );
    const [first] = this.namesOf(node);
    const names = operands.map(({ name }) => name);
    return covered ? names : [first as string, ...names.slice(1)];
  }

  /** Node `index` before it was repeated along axes, and before axes of size 1 came in front. */
  narrow(index: number): Operand {
    const node = this.node(index);
    const constant = this.find(index, "constant");
    if (constant) return { name: numberOf(constant, this.writer), shape: [] };
    const [source] = node.inputs;
    const repeats = node.primitive === "expand";
    if (source !== undefined && (repeats || this.#addsAxes(node, source)))
      return this.narrow(source);
    return { name: this.name(index), shape: node.shape };
  }

  #addsAxes({ primitive, shape }: StoredNode, source: number): boolean {
    if (primitive !== "reshape") return false;
    const before = this.node(source).shape;
    const added = shape.length - before.length;
    const ones = shape.slice(0, Math.max(0, added));
    return (
      added >= 0 &&
      ones.every((size: AnySize) => sameSize(size, 1)) &&
      sameSizes(shape.slice(added), before)
    );
  }
}
