import {
  ArgumentError,
  type GraphDocument,
  GraphModel,
  nn,
  type Tensor,
  VersantError,
} from "@versant/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Architecture, architectures, numbers } from "./architectures.js";

const of = (name: string): Architecture =>
  architectures.find((each) => each.name === name) as Architecture;

function written({ make, inputs, options }: Architecture): {
  text: string;
  state: Map<string, Tensor>;
} {
  const traced = GraphModel.trace(make(), inputs(2, 7), options);
  return { text: JSON.stringify(traced), state: traced.stateDict() };
}

describe("a document that is not in order", () => {
  const { text, state } = written({
    name: "",
    make: () => new nn.Linear(4, 3) as unknown as nn.Module<Tensor[]>,
    inputs: () => [numbers([2, 4])],
  });
  const nodeAt = (primitive: string): number =>
    (JSON.parse(text) as GraphDocument).nodes.findIndex((node) => node.primitive === primitive);
  const edits: readonly (readonly [string, readonly (string | number)[], unknown, string])[] = [
    ["another format", ["format"], 2, "received 2 as the format, expected 1; a newer Versant"],
    ["something beside", ["extra"], 1, 'received an option named "extra"'],
    ["no nodes", ["nodes"], {}, "received a plain object as nodes, expected a list"],
    ["a node that is none", ["nodes", 1], 7, "received 7 as node 1, expected a plain object"],
    [
      "an unknown primitive",
      ["nodes", 1, "primitive"],
      "eval",
      'received "eval" as the primitive of node 1, expected one of input,',
    ],
    ["a primitive of Object", ["nodes", 1, "primitive"], "toString", "the primitive of node 1"],
    ["random draws", ["nodes", 1, "primitive"], "random", "the primitive of node 1"],
    [
      "a node that reads itself",
      ["nodes", 3, "inputs"],
      [3],
      "received 3 as an input of node 3, expected the position of one of the 3 nodes before",
    ],
    [
      "a node that reads a later one",
      ["nodes", 3, "inputs"],
      [5, 0],
      "received 5 as an input of node 3",
    ],
    [
      "too few inputs",
      ["nodes", nodeAt("matmul"), "inputs"],
      [0],
      "matmul: expected 2 inputs, not 1.",
    ],
    [
      "an unknown dtype",
      ["nodes", 0, "dtype"],
      "float16",
      'received "float16" as the dtype of node 0',
    ],
    [
      "another dtype",
      ["nodes", nodeAt("add"), "dtype"],
      "int32",
      "received int32 (2, 3) as what comes out, expected float32 (2, 3)",
    ],
    [
      "another shape",
      ["nodes", nodeAt("matmul"), "shape"],
      [2, 5],
      "matmul: received float32 (2, 5) as what comes out, expected float32 (2, 3)",
    ],
    ["a shape of an unknown symbol", ["nodes", 0, "shape"], [[[1, "M"]], 4], "the shape of node 0"],
    [
      "a size with a symbol twice",
      ["nodes", 0, "shape"],
      [[[1, "N", "N"]], 4],
      "the shape of node 0",
    ],
    [
      "a negative size",
      ["nodes", nodeAt("expand"), "shape"],
      [-2, 3],
      "expected integers of at least 0",
    ],
    [
      "a huge size",
      ["nodes", nodeAt("expand"), "shape"],
      [2 ** 40, 3],
      "elements, expected at most 2147483647",
    ],
    [
      "axes in another order than there are",
      ["nodes", nodeAt("permute"), "attributes", "order"],
      [0, 0],
      "permute: expected each axis of (3, 4) once.",
    ],
    [
      "an order that is none",
      ["nodes", nodeAt("permute"), "attributes", "order"],
      "10",
      'received "10" as order of node',
    ],
    [
      "a state that is missing",
      ["nodes", nodeAt("state"), "attributes", "name"],
      "other",
      "received nothing for other, expected float32",
    ],
    [
      "an unknown role",
      ["nodes", nodeAt("state"), "attributes", "role"],
      "admin",
      'received "admin" as role of node',
    ],
    [
      "an input that is not there",
      ["nodes", 0, "attributes", "index"],
      1,
      "received 1 as the index of node 0",
    ],
    ["no output", ["outputs"], [], "as the outputs, expected one"],
    ["an output that is not there", ["outputs"], [99], "received 99 as outputs"],
    [
      "a symbol that no input has",
      ["symbols"],
      ["N", "T"],
      "as the sizes traced, expected one for each symbol",
    ],
    [
      "a symbol nothing decides",
      ["inputs", 0, "shape"],
      [2, 4],
      'received "N" as the symbols, expected a size of one of the inputs',
    ],
    [
      "an input of a computed size",
      ["inputs", 0, "shape"],
      [[[2, "N"]], 4],
      "as a size of an input, expected a number or one symbol",
    ],
    ["a size traced of 0", ["traced"], [0], "as the sizes traced"],
  ];

  test.each(edits)("%s", (_, path, value, message) => {
    const document = JSON.parse(text) as never;
    const last = path.at(-1) as string;
    const owner = path
      .slice(0, -1)
      .reduce<Record<string, never>>((at, key) => at[key] as never, document as never);
    owner[last] = value as never;
    const read = () => GraphModel.fromJSON(document, state);
    expect(read).toThrow(ArgumentError);
    expect(read).toThrow(message);
  });

  test("what is no document at all", () => {
    for (const given of [null, 3, "{}", [], () => 3, undefined]) {
      expect(() => GraphModel.fromJSON(given, state)).toThrow("GraphModel.fromJSON: received");
    }
    expect(() => GraphModel.fromJSON(JSON.parse(text), {} as never)).toThrow("as the state");
  });

  test("a tensor of another shape or dtype", () => {
    const with_ = (weight: Tensor) => () =>
      GraphModel.fromJSON(JSON.parse(text), new Map([...state, ["weight", weight]]));
    expect(with_(numbers([4, 3]))).toThrow(
      "received float32 (4, 3) for weight, expected float32 (3, 4)",
    );
    expect(with_(numbers([3, 4]).cast("int32"))).toThrow("received int32 (3, 4) for weight");
    expect(with_(numbers([3, 4]).cast("int32"))).toThrow(ArgumentError);
  });

  test("loops in loops without end", () => {
    const body = (inner: unknown): unknown => ({
      primitive: "scan",
      inputs: [],
      attributes: {
        carries: 0,
        sequences: 1,
        reverse: false,
        body: { inputs: [], nodes: [inner], outputs: [] },
      },
      shape: [],
      dtype: "float32",
    });
    let node: unknown = body({});
    for (let depth = 0; depth < 40; depth++) node = body(node);
    const document = { ...JSON.parse(text), nodes: [node] };
    expect(() => GraphModel.fromJSON(document, state)).toThrow(
      "expected at most 16 loops in one another",
    );
  });
});

/** A value somewhere in a document, by a walk that `choices` decide, replaced or left out. */
function damage(document: unknown, choices: readonly number[], replacement: unknown): void {
  let at = document as Record<string, unknown>;
  for (const [step, choice] of choices.entries()) {
    const keys = Object.keys(at);
    const key = keys[choice % keys.length];
    if (key === undefined) return;
    const inner = at[key];
    if (step === choices.length - 1 || typeof inner !== "object" || inner === null) {
      at[key] = replacement;
      return;
    }
    at = inner as Record<string, unknown>;
  }
}

test.each(["GRU both ways", "convolution, batch norm, pooling", "bag of words"])(
  "whatever is damaged, reading or running says so or works: %s",
  (name) => {
    const { text, state } = written(of(name));
    const inputs = of(name).inputs(2, 7);
    const values = fc.constantFrom<unknown>(
      ...[undefined, null, -1, 0, 1, 2, 3, 5, 0.5, 1e9, 2 ** 53, "", "N", "__proto__", true],
      ...[[], {}, [0], [1, 0], [0, 0], [[1, "N"]], [[[1, "N"]]], "float64", "bool", "scan", "relu"],
    );
    fc.assert(
      fc.property(
        fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }),
        values,
        (choices, value) => {
          const document: unknown = JSON.parse(text);
          damage(document, choices, structuredClone(value));
          let read: GraphModel;
          try {
            read = GraphModel.fromJSON(JSON.parse(JSON.stringify(document)), state);
          } catch (error) {
            expect(error).toBeInstanceOf(ArgumentError);
            return;
          }
          // What may take all memory there is has been seen to be a size, and is not tried.
          if (typeof value === "number" && value > 100) return;
          try {
            read.forward(...inputs).dataSync();
          } catch (error) {
            expect(error).toBeInstanceOf(VersantError);
          }
        },
      ),
      { numRuns: 400 },
    );
  },
);
