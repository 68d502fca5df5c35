import { formatSize, type GraphDocument } from "@versant/core";
import { ArgumentError, formatBytes } from "@versant/core/internal";
import type { StoredScale } from "../signature/signature.js";
import { versantVersion } from "../version.js";
import type { StoredTensor } from "../weights/safetensors.js";
import { valueInfo } from "./info.js";
import { writeNodes } from "./nodes.js";
import { prune } from "./prune.js";
import { encodeModel, type GraphProto, type TensorProto } from "./schema.js";
import { tensorProto } from "./tensors.js";
import { GraphWriter, type Symbols } from "./writer.js";

/** What makes of the model's output what people read: a second output of this name. */
export type Answers =
  /** Of scores: over the classes, axis 1, or of each for itself. */
  | { readonly name: "probabilities"; readonly by: "softmax" | "sigmoid" }
  /** output * deviation + mean, by the places of the last axis. */
  | { readonly name: "numbers"; readonly by: StoredScale };

export interface OnnxOptions {
  /**
   * Scales of inputs, in their order, undefined for those that are taken as the graph takes them: of the
   * others the file takes what people know, and the graph (x - mean) / deviation. Default: none.
   */
  readonly scales?: readonly (StoredScale | undefined)[];
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
 * graph has the document's inputs by their names, an output "output", and the state's tensors, which
 * the graph reads, by theirs.
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

function weightsOf(
  { nodes }: GraphDocument,
  state: ReadonlyMap<string, StoredTensor>,
): TensorProto[] {
  const names = new Set(
    nodes.flatMap((node) => (node.primitive === "state" ? [node.attributes.name] : [])),
  );
  const stored = [...names].map((name) => {
    const tensor = state.get(name);
    if (tensor) return { name, ...tensor };
    throw new ArgumentError(
      `onnx: received a state without ${name}, which the graph reads; expected the tensors that were ` +
        "saved with it.",
    );
  });
  const bytes = stored.reduce((sum, { data }) => sum + data.byteLength, 0);
  if (bytes > largest) {
    throw new ArgumentError(
      `onnx: received ${formatBytes(bytes)} of tensors, expected less than 2 GiB, which is what one ONNX ` +
        "file holds; export it as safetensors.",
    );
  }
  return stored.map(({ name, dtype, shape, data }) => tensorProto(dtype, shape, data, name));
}

function graphOf(
  document: GraphDocument,
  weights: readonly TensorProto[],
  { answers, scales = [] }: OnnxOptions,
): GraphProto {
  const names = document.inputs.map(({ name }) => name);
  const taken = [
    ...names,
    ...weights.map(({ name = "" }) => name),
    "output",
    "probabilities",
    "numbers",
  ];
  const writer = GraphWriter.outermost(taken, symbolsOf(document));
  const inputs = names.map((name, index) => writeScale(name, scales[index], writer));
  const scope = writeNodes(document, inputs, writer);
  const result = document.outputs[0] as number;
  const { dtype, shape } = scope.node(result);
  const outputs = new Map([[writer.computed(scope.name(result)), "output"]]);
  if (answers) outputs.set(writeAnswers(scope.name(result), answers, writer), answers.name);
  const graph = prune({
    name: "versant",
    node: writer.nodes,
    initializer: [...weights, ...writer.initializers],
    input: document.inputs.map((input) => valueInfo(input.name, input)),
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

const floats = (numbers: readonly number[], writer: GraphWriter): string =>
  writer.tensor("float32", [numbers.length], Float32Array.from(numbers));

function writeScale(x: string, scale: StoredScale | undefined, writer: GraphWriter): string {
  if (!scale) return x;
  const centred = writer.add("Sub", [x, floats(scale.mean, writer)]);
  return writer.add("Div", [centred, floats(scale.deviation, writer)]);
}

function writeAnswers(output: string, { by }: Answers, writer: GraphWriter): string {
  if (by === "softmax") return writer.add("Softmax", [output], { axis: 1 });
  if (by === "sigmoid") return writer.add("Sigmoid", [output]);
  const spread = writer.add("Mul", [output, floats(by.deviation, writer)]);
  return writer.add("Add", [spread, floats(by.mean, writer)]);
}

/** Of each symbol, an axis whose size it is. */
function symbolsOf({ symbols, inputs }: GraphDocument): Symbols {
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
