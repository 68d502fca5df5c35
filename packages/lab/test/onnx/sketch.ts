import {
  type DType,
  type GraphDocument,
  type Size,
  type StoredArgument,
  type StoredAttributes,
  type StoredNode,
  type StoredPrimitive,
  type Tensor,
  tensor,
} from "@versant/core";
import { RandomGenerator } from "@versant/core/internal";
import fc from "fast-check";

/** What decides a document: sizes of axes, whether the first is N, and numbers to choose with. */
export interface Choices {
  readonly sizes: readonly [number, number, number];
  readonly dynamic: boolean;
  readonly choices: readonly number[];
}

export const choices: fc.Arbitrary<Choices> = fc.record({
  sizes: fc.tuple(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
  ),
  dynamic: fc.boolean(),
  choices: fc.array(fc.nat(1000), { minLength: 6, maxLength: 6 }),
});

export const N: Size = [[1, "N"]];

/** What the elements of an input lie between; whole numbers for integers. */
export type Range = readonly [least: number, most: number];

interface Argument extends StoredArgument {
  readonly range: Range;
}

/** A document under construction: inputs first, then nodes. */
export class Sketch {
  readonly inputs: Argument[] = [];
  readonly nodes: StoredNode[] = [];
  readonly state = new Map<string, Tensor>();

  constructor(private readonly chosen: Choices) {}

  /** N or a number. */
  get first(): Size {
    return this.chosen.dynamic ? N : this.chosen.sizes[0];
  }
  get second(): number {
    return this.chosen.sizes[1];
  }
  get third(): number {
    return this.chosen.sizes[2];
  }
  get shape(): Size[] {
    return [this.first, this.second, this.third];
  }

  /** A number below `count`, the same for the same place. */
  choose(place: number, count: number): number {
    return (this.chosen.choices[place] as number) % count;
  }

  pick<T>(place: number, values: readonly T[]): T {
    return values[this.choose(place, values.length)] as T;
  }

  input(dtype: DType, shape: readonly Size[], range: Range = [-2, 2]): number {
    const index = this.inputs.length;
    this.inputs.push({ dtype, shape, range });
    return this.add("input", [], { index }, shape, dtype);
  }

  add<P extends StoredPrimitive>(
    primitive: P,
    inputs: readonly number[],
    attributes: StoredAttributes[P],
    shape: readonly Size[],
    dtype: DType,
  ): number {
    const node = { primitive, inputs, attributes, shape, dtype } as unknown as StoredNode;
    return this.nodes.push(node) - 1;
  }

  document(output: number): GraphDocument {
    return {
      format: 1,
      symbols: this.chosen.dynamic ? ["N"] : [],
      traced: this.chosen.dynamic ? [2] : [],
      inputs: this.inputs.map(({ dtype, shape }, index) => ({ name: `x${index}`, dtype, shape })),
      nodes: this.nodes,
      outputs: [output],
    };
  }

  /** Inputs for a size of N. */
  tensors(samples: number): Tensor[] {
    const generator = new RandomGenerator(this.choose(5, 1000), "dataset");
    return this.inputs.map(({ dtype, shape, range: [least, most] }) => {
      const sizes = shape.map((size) => (typeof size === "number" ? size : samples));
      const length = sizes.reduce((product, size) => product * size, 1);
      const draw = (): number => least + (most - least) * generator.uniform();
      const isWhole = dtype !== "float32";
      const data = Array.from({ length }, () => (isWhole ? Math.floor(draw()) : draw()));
      return tensor(dtype === "float32" ? Float32Array.from(data) : data, { shape: sizes, dtype });
    });
  }
}
