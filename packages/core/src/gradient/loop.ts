import type { Shape } from "../array/index.js";
import { makeNode, Node } from "../graph/index.js";

/**
 * A scan while it is built. Each input is given together with what the body knows it as, in a scan's
 * order: carries, sequences, constants.
 */
export class Loop {
  readonly #inputs: Node[] = [];
  readonly #formals: Node<"input">[] = [];
  #carries = 0;
  /** The sequences by what the body knows their slices as. */
  readonly #sequences = new Map<Node, Node>();

  #formal(input: Node, shape: Shape, tracked: boolean): Node<"input"> {
    const attributes = { index: this.#formals.length, shape, dtype: input.dtype };
    const formal = new Node("input", [], attributes, tracked);
    this.#inputs.push(input);
    this.#formals.push(formal);
    return formal;
  }

  carry(initial: Node): Node<"input"> {
    this.#carries++;
    return this.#formal(initial, initial.shape, true);
  }

  sequence(stack: Node, tracked: boolean): Node<"input"> {
    const slice = this.#formal(stack, stack.shape.slice(1), tracked);
    this.#sequences.set(slice, stack);
    return slice;
  }

  constant(value: Node, tracked: boolean): Node<"input"> {
    return this.#formal(value, value.shape, tracked);
  }

  /** What stands outside for each formal input of the body. */
  get outside(): ReadonlyMap<Node, Node> {
    return new Map(this.#formals.map((formal, index) => [formal, this.#inputs[index] as Node]));
  }

  /**
   * Makes the scan.
   *
   * @param next the next carries
   * @param needed nodes of the body whose values are needed of every iteration
   * @returns the final carries, and the values of one of the needed nodes, stacked
   */
  close(
    next: readonly Node[],
    needed: readonly Node[],
    { length, reverse }: { readonly length: number; readonly reverse: boolean },
  ): { carries: Node[]; stackOf: (node: Node) => Node } {
    const outputs = [...new Set(needed.filter((node) => !this.#sequences.has(node)))];
    const scan = makeNode("scan", this.#inputs, {
      body: { inputs: this.#formals, outputs: [...next, ...outputs] },
      carries: this.#carries,
      sequences: this.#sequences.size,
      length,
      reverse,
    });
    const result = (index: number): Node => makeNode("result", [scan], { index });
    return {
      carries: next.map((_, index) => result(index)),
      stackOf: (node) => this.#sequences.get(node) ?? result(next.length + outputs.indexOf(node)),
    };
  }
}
