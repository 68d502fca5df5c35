import { formatSize, type GraphDocument, type StoredArgument } from "@versant/core";
import { ArgumentError, formatBytes } from "@versant/core/internal";
import { versantVersion } from "../version.js";
import type { StoredTensor } from "../weights/safetensors.js";
import { attributeProtos } from "./attributes.js";
import { valueInfo } from "./info.js";
import { writeNodes } from "./nodes.js";
import { prune } from "./prune.js";
import { encodeModel, type GraphProto, type TensorProto } from "./schema.js";
import { tensorProto } from "./tensors.js";
import { GraphWriter, type Symbols } from "./writer.js";

/** How scores become probabilities: over the classes, axis 1, or each for itself. */
export type Probabilities = "softmax" | "sigmoid";

export interface OnnxOptions {
  /** What makes a second output, "probabilities", of the first. Default: there is none. */
  readonly probabilities?: Probabilities | undefined;
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
  const { probabilities, metadata = {} } = options;
  return encodeModel({
    irVersion,
    producerName: "versant",
    producerVersion: versantVersion(),
    opsetImport: [{ domain: "", version: opset }],
    graph: graphOf(document, weights, probabilities),
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
  let bytes = 0;
  const weights = [...names].map((name) => {
    const tensor = state.get(name);
    if (!tensor) {
      throw new ArgumentError(
        `onnx: received a state without ${name}, which the graph reads; expected the tensors that ` +
          "were saved with it.",
      );
    }
    bytes += tensor.data.byteLength;
    return tensorProto(tensor.dtype, tensor.shape, tensor.data, name);
  });
  if (bytes <= largest) return weights;
  throw new ArgumentError(
    `onnx: received ${formatBytes(bytes)} of tensors, expected less than 2 GiB, which is what one ONNX ` +
      "file holds; export it as safetensors.",
  );
}

function graphOf(
  document: GraphDocument,
  weights: readonly TensorProto[],
  probabilities: Probabilities | undefined,
): GraphProto {
  const names = document.inputs.map(({ name }) => name);
  const taken = [...names, ...weights.map(({ name = "" }) => name), "output", "probabilities"];
  const writer = GraphWriter.outermost(taken, symbolsOf(document));
  const scope = writeNodes(document, names, writer);
  const result = document.outputs[0] as number;
  const name = scope.name(result);
  const isComputed = writer.nodes.some(({ output }) => output.includes(name));
  const last = isComputed ? name : writer.add("Identity", [name]);
  const { dtype, shape } = scope.node(result);
  const graph = prune({
    name: "versant",
    node: writer.nodes,
    initializer: [...weights, ...writer.initializers],
    input: document.inputs.map((input) => valueInfo(input.name, input)),
    output: [valueInfo(last, { dtype, shape })],
  });
  return withOutputs(graph, { dtype, shape }, probabilities);
}

/** The graph with its last value as "output", which nothing in it reads, and with the probabilities. */
function withOutputs(
  graph: GraphProto,
  argument: StoredArgument,
  probabilities: Probabilities | undefined,
): GraphProto {
  const last = graph.output[0]?.name;
  const node = graph.node.map((each) => ({
    ...each,
    output: each.output.map((name) => (name === last ? "output" : name)),
  }));
  const output = [valueInfo("output", argument)];
  if (probabilities) {
    node.push({
      name: "probabilities",
      opType: probabilities === "softmax" ? "Softmax" : "Sigmoid",
      input: ["output"],
      output: ["probabilities"],
      attribute: attributeProtos(probabilities === "softmax" ? { axis: 1 } : {}),
    });
    output.push(valueInfo("probabilities", argument));
  }
  return { ...graph, node, output };
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
