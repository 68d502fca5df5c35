import type { DType, Shape, TypedArray } from "@versant/core";
import type { StoredTensor } from "../weights/safetensors.js";
import { type Attribute, attributeProtos } from "./attributes.js";
import { Names } from "./names.js";
import type { NodeProto, TensorProto } from "./schema.js";
import { type AnySize, constantOf, polynomialOf } from "./sizes.js";
import { int64Proto, tensorProto } from "./tensors.js";

/** Where the run finds what a symbol stands for: the size of an axis of an input. */
export type Symbols = ReadonlyMap<string, { readonly input: string; readonly axis: number }>;

/** What the graph of a model and the bodies of its loops have in common. */
interface Shared {
  readonly names: Names;
  readonly symbols: Symbols;
  readonly initializers: TensorProto[];
}

/**
 * Collects the nodes of one graph. The body of a loop has a writer of its own, which knows the names
 * of the graph around it; tensors with content stand in the outermost graph.
 */
export class GraphWriter {
  readonly nodes: NodeProto[] = [];
  /** Names of what was computed before and need not be again. */
  readonly #known = new Map<string, string>();

  private constructor(
    private readonly shared: Shared,
    private readonly outer: GraphWriter | null,
  ) {}

  /** The writer of a whole model. @param taken names that nothing else may have */
  static outermost(taken: Iterable<string>, symbols: Symbols): GraphWriter {
    return new GraphWriter({ names: new Names(taken), symbols, initializers: [] }, null);
  }

  /** The writer of a body in this graph. */
  inner(): GraphWriter {
    return new GraphWriter(this.shared, this);
  }

  /** The tensors with content. */
  get initializers(): readonly TensorProto[] {
    return this.shared.initializers;
  }

  /** A name that nothing has yet. */
  fresh(stem: string): string {
    return this.shared.names.fresh(stem);
  }

  /** Adds a node with one result, and gives its name. */
  add(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    return this.addAll(opType, inputs, 1, attributes)[0] as string;
  }

  /** Adds a node with `count` results, and gives their names. */
  addAll(
    opType: string,
    inputs: readonly string[],
    count: number,
    attributes: Readonly<Record<string, Attribute>>,
  ): string[] {
    const output = Array.from({ length: count }, () => this.fresh(opType));
    this.nodes.push({
      name: output[0] as string,
      opType,
      input: inputs,
      output,
      attribute: attributeProtos(attributes),
    });
    return output;
  }

  /** The name of something that a node computes: what is read as it stands goes through an Identity. */
  computed(name: string): string {
    const isComputed = this.nodes.some(({ output }) => output.includes(name));
    return isComputed ? name : this.add("Identity", [name]);
  }

  /** Adds a tensor of the model's state; it keeps its name, unless that is taken. */
  addWeight(name: string, { dtype, shape, data }: StoredTensor): void {
    this.#once(`weight ${name}`, () => {
      const called = this.fresh(name);
      this.shared.initializers.push(tensorProto(dtype, shape, data, called));
      return called;
    });
  }

  /** The name of a tensor of the model's state. */
  weight(name: string): string {
    const called = this.#find(`weight ${name}`);
    if (called === undefined) throw new Error(`the weight ${name} was not added`);
    return called;
  }

  /** A tensor with content that is no weight of the model. */
  tensor(dtype: DType, shape: Shape, data: TypedArray): string {
    return this.#tensor(
      `${dtype}(${shape})`,
      (name) => tensorProto(dtype, shape, data, name),
      data,
    );
  }

  /** A list of whole numbers, as shapes and axes are given. */
  integers(values: readonly number[]): string {
    return this.#tensor("int64", (name) => int64Proto(values, name), values);
  }

  /** One whole number without an axis. */
  integer(value: number): string {
    return this.#tensor(
      "int64()",
      (name) => tensorProto("int64", [], BigInt64Array.of(BigInt(value)), name),
      [value],
    );
  }

  /** Sizes as a list: a constant where none depends on the run. */
  sizes(sizes: readonly AnySize[]): string {
    const numbers = sizes.map(constantOf);
    if (numbers.every((each) => each !== null)) return this.integers(numbers);
    const parts = sizes.map((size) => this.#size(size));
    if (parts.length === 1) return parts[0] as string;
    return this.#once(`[${parts}]`, () => this.add("Concat", parts, { axis: 0 }));
  }

  /** A size as a list of one. */
  #size(size: AnySize): string {
    const number = constantOf(size);
    if (number !== null) return this.integers([number]);
    const terms = [...polynomialOf(size)].map(([key, factor]) => {
      const factors = key === "" ? [] : key.split("*").map((symbol) => this.#symbol(symbol));
      if (factor !== 1 || factors.length === 0) factors.push(this.integers([factor]));
      return this.#joined("Mul", factors);
    });
    return this.#joined("Add", terms);
  }

  #joined(opType: string, [first, ...rest]: readonly string[]): string {
    return rest.reduce<string>(
      (left, right) =>
        this.#once(`${opType}(${left},${right})`, () => this.add(opType, [left, right])),
      first as string,
    );
  }

  #symbol(symbol: string): string {
    const place = this.shared.symbols.get(symbol);
    if (!place) throw new Error(`no input has an axis of size ${symbol}`);
    const { input, axis } = place;
    return this.#once(symbol, () => this.add("Shape", [input], { start: axis, end: axis + 1 }));
  }

  #once(key: string, make: () => string): string {
    const known = this.#find(key);
    if (known !== undefined) return known;
    const name = make();
    this.#known.set(key, name);
    return name;
  }

  #find(key: string): string | undefined {
    const found = this.#known.get(key);
    return found === undefined && this.outer ? this.outer.#find(key) : found;
  }

  #tensor(
    type: string,
    make: (name: string) => TensorProto,
    content: readonly number[] | TypedArray,
  ): string {
    const store = (): string => {
      const name = this.fresh("constant");
      this.shared.initializers.push(make(name));
      return name;
    };
    // What is small is looked up; -0 is not 0.
    if (content.length > 64) return store();
    const elements = Array.from(content, (each) => (Object.is(each, -0) ? "-0" : each));
    return this.#once(`${type}:${elements}`, store);
  }
}
