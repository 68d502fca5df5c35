import { type DType, formatSize, type GraphDocument, type StoredArgument } from "@versant/core";
import { ArgumentError, formatBytes, makeArray } from "@versant/core/internal";
import type { StoredScale } from "../signature/signature.js";
import { versantVersion } from "../version.js";
import type { StoredTensor } from "../weights/safetensors.js";
import { valueInfo } from "./info.js";
import { writeNodes } from "./nodes.js";
import { prune } from "./prune.js";
import { encodeModel, type GraphProto } from "./schema.js";
import { GraphWriter, type Symbols } from "./writer.js";

/** What makes of the model's output what people read: a second output of this name. */
export type Answers =
  /** Of scores: over the classes, axis 1, or of each for itself. */
  | { readonly name: "probabilities"; readonly by: "softmax" | "sigmoid" }
  /** output * deviation + mean, by the places of the last axis. */
  | { readonly name: "numbers"; readonly by: StoredScale };

interface NamedInput {
  readonly name: string;
  readonly scale?: StoredScale | undefined;
}

export interface OnnxOptions {
  /**
   * What the inputs are called, in their order, and their scales: with one the file takes what people know, and
   * the graph (x - mean) / deviation. Default: the document's names, and no scale.
   */
  readonly inputs?: readonly NamedInput[];
  /** Default: there is no second output. */
  readonly answers?: Answers | undefined;
  /** Texts by name, the format's `metadata_props`. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The operators that are used, and the version of the format that goes with them: ONNX 1.16. */
const opset = 21;
const irVersion = 10;

/** What a file of protocol buffers may hold. */
const largest = 2 ** 31 - 1;

/**
 * The bytes of an ONNX model that computes what a document describes, for any size of its symbols. The
 * graph has the document's inputs, an output "output", and the state's tensors by theirs.
 *
 * @throws ArgumentError when the tensors are too large for one file, or the state lacks one
 */
export function encodeOnnx(
  document: GraphDocument,
  state: ReadonlyMap<string, StoredTensor>,
  options: OnnxOptions = {},
): Uint8Array {
  const weights = weightsOf(document, state);
  const { metadata = {} } = options;
  return encodeModel({
    irVersion,
    producerName: "versant",
    producerVersion: versantVersion(),
    opsetImport: [{ domain: "", version: opset }],
    graph: graphOf(document, weights, options),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
}

/** The tensors that the graph reads. */
function weightsOf(
  { nodes }: GraphDocument,
  state: ReadonlyMap<string, StoredTensor>,
): Map<string, StoredTensor> {
  const weights = new Map<string, StoredTensor>();
  for (const { primitive, attributes } of nodes) {
    if (primitive !== "state") continue;
    const { name } = attributes;
    const tensor = state.get(name);
    if (!tensor) {
      throw new ArgumentError(
        `onnx: received a state without ${name}, which the graph reads; expected the tensors that were ` +
          "saved with it.",
      );
    }
    weights.set(name, tensor);
  }
  const bytes = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes <= largest) return weights;
  throw new ArgumentError(
    `onnx: received ${formatBytes(bytes)} of tensors, expected less than 2 GiB, which is what one ONNX ` +
      "file holds; export it as safetensors.",
  );
}

function graphOf(
  document: GraphDocument,
  weights: ReadonlyMap<string, StoredTensor>,
  { answers, inputs: named = document.inputs }: OnnxOptions,
): GraphProto {
  const given = document.inputs.map(({ dtype, shape }, index) => {
    const { name, scale } = named[index] as NamedInput;
    return { name, dtype, shape, scale };
  });
  const taken = [...given.map(({ name }) => name), "output", "probabilities", "numbers"];
  const writer = GraphWriter.outermost(taken, symbolsOf(document.symbols, given));
  for (const [name, weight] of weights) writer.addWeight(name, weight);
  const inputs = given.map(({ name, dtype, scale }) =>
    scale ? scaledDown(name, dtype, scale, writer) : name,
  );
  const scope = writeNodes(document, inputs, writer);
  const result = document.outputs[0] as number;
  const { dtype, shape } = scope.node(result);
  const outputs = new Map([[writer.computed(scope.name(result)), "output"]]);
  if (answers) outputs.set(writeAnswers(scope.name(result), dtype, answers, writer), answers.name);
  const graph = prune({
    name: "versant",
    node: writer.nodes,
    initializer: writer.initializers,
    input: given.map((input) => valueInfo(input.name, input)),
    output: [...outputs.keys()].map((name) => valueInfo(name, { dtype, shape })),
  });
  const called = (name: string): string => outputs.get(name) ?? name;
  return {
    ...graph,
    node: graph.node.map((each) => ({
      ...each,
      input: each.input.map(called),
      output: each.output.map(called),
    })),
    output: [...outputs.values()].map((name) => valueInfo(name, { dtype, shape })),
  };
}

const numbers = (dtype: DType, values: readonly number[], writer: GraphWriter): string =>
  writer.tensor(dtype, [values.length], makeArray(dtype, values));

function scaledDown(x: string, dtype: DType, scale: StoredScale, writer: GraphWriter): string {
  const centred = writer.add("Sub", [x, numbers(dtype, scale.mean, writer)]);
  return writer.add("Div", [centred, numbers(dtype, scale.deviation, writer)]);
}

function writeAnswers(output: string, dtype: DType, { by }: Answers, writer: GraphWriter): string {
  if (by === "softmax") return writer.add("Softmax", [output], { axis: 1 });
  if (by === "sigmoid") return writer.add("Sigmoid", [output]);
  const spread = writer.add("Mul", [output, numbers(dtype, by.deviation, writer)]);
  return writer.add("Add", [spread, numbers(dtype, by.mean, writer)]);
}

/** Of each symbol, an axis whose size it is. */
function symbolsOf(
  symbols: readonly string[],
  inputs: readonly (StoredArgument & { readonly name: string })[],
): Symbols {
  const places = inputs.flatMap(({ name, shape }) =>
    shape.map((size, axis) => ({ size: formatSize(size), input: name, axis })),
  );
  return new Map(
    symbols.flatMap((symbol) => {
      const place = places.find(({ size }) => size === symbol);
      return place ? [[symbol, place] as const] : [];
    }),
  );
}
