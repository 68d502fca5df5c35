import {
  ArgumentError,
  describeValue,
  dtypes,
  requireOptions,
  requirePlain,
} from "../array/index.js";
import { attributeKinds, isShape } from "./attributes.js";
import type { GraphDocument, StoredGraph, StoredNode, StoredPrimitive } from "./document.js";
import type { Size } from "./size.js";

const caller = "GraphModel.fromJSON";
/** Loops in loops; a document that goes deeper was made to break its reader. */
const deepest = 16;

function refuse(what: string, value: unknown, expected: string): never {
  throw new ArgumentError(
    `${caller}: received ${describeValue(value)} as ${what}, expected ${expected}; the document is damaged, ` +
      "or not one that GraphModel wrote.",
  );
}

type Fields = Readonly<Record<string, unknown>>;

/** An object that has these fields and no others. */
function fieldsOf(what: string, value: unknown, names: readonly string[]): Fields {
  requirePlain(caller, what, value, `it has ${names.join(", ")}`);
  requireOptions(caller, value, names, what);
  return value as Fields;
}

const isPosition = (value: unknown, count: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;

function listAt(what: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(what, value, "a list");
}

function requirePositions(what: string, value: unknown, count: number): void {
  for (const each of listAt(what, value)) {
    if (!isPosition(each, count))
      refuse(what, each, `the position of one of the ${count} nodes before`);
  }
}

function requireType(what: string, { dtype, shape }: Fields, symbols: ReadonlySet<string>): void {
  if (typeof dtype !== "string" || !Object.hasOwn(dtypes, dtype)) {
    refuse(`the dtype of ${what}`, dtype, `one of ${Object.keys(dtypes).join(", ")}`);
  }
  if (!isShape(shape, symbols)) refuse(`the shape of ${what}`, shape, "a list of sizes");
}

function requireNode(what: string, node: unknown, position: number, context: Context): void {
  const names = ["primitive", "inputs", "attributes", "shape", "dtype"];
  const fields = fieldsOf(what, node, names);
  const { primitive } = fields;
  if (typeof primitive !== "string" || !Object.hasOwn(attributeKinds, primitive)) {
    refuse(
      `the primitive of ${what}`,
      primitive,
      `one of ${Object.keys(attributeKinds).join(", ")}`,
    );
  }
  requirePositions(`an input of ${what}`, fields.inputs, position);
  requireType(what, fields, context.symbols);
  const kinds = Object.entries(attributeKinds[primitive as StoredPrimitive]);
  const title = `the attributes of ${what}, ${primitive}`;
  const attributes = fieldsOf(
    title,
    fields.attributes,
    kinds.map(([name]) => name),
  );
  for (const [name, kind] of kinds) {
    const value = attributes[name];
    if (value === undefined && kind.optional) continue;
    if (!kind.isValid(value, context.symbols))
      refuse(`${name} of ${what}, ${primitive}`, value, kind.expected);
  }
  const stored = node as StoredNode;
  if (stored.primitive === "input" && !isPosition(stored.attributes.index, context.inputs)) {
    refuse(
      `the index of ${what}`,
      stored.attributes.index,
      `that of one of ${context.inputs} inputs`,
    );
  }
  const isLeafOutside = stored.primitive === "state" || stored.primitive === "value";
  if (context.depth > 0 && isLeafOutside) {
    refuse(
      `the primitive of ${what}`,
      primitive,
      "what the body of a loop may have; it takes tensors as inputs",
    );
  }
  if (stored.primitive === "scan") {
    const body = fieldsOf(`the body of ${what}`, stored.attributes.body, [
      "inputs",
      "nodes",
      "outputs",
    ]);
    requireGraph(`${what}, body, `, body, { ...context, depth: context.depth + 1 });
  }
}

interface Context {
  readonly symbols: ReadonlySet<string>;
  readonly inputs: number;
  readonly depth: number;
}

function requireGraph(
  where: string,
  graph: Fields,
  { symbols, depth }: Omit<Context, "inputs">,
): void {
  if (depth > deepest) refuse(`${where}a loop`, graph, `at most ${deepest} loops in one another`);
  const inputs = listAt(`${where}inputs`, graph.inputs);
  if (depth > 0) {
    inputs.forEach((input, index) => {
      const what = `${where}input ${index}`;
      requireType(what, fieldsOf(what, input, ["dtype", "shape"]), symbols);
    });
  }
  const nodes = listAt(`${where}nodes`, graph.nodes);
  const context = { symbols, inputs: inputs.length, depth };
  nodes.forEach((node, position) => {
    requireNode(`${where}node ${position}`, node, position, context);
  });
  requirePositions(`${where}outputs`, graph.outputs, nodes.length);
  const { outputs } = graph as unknown as StoredGraph;
  for (const output of outputs) {
    const { primitive } = nodes[output] as StoredNode;
    if (primitive === "scan") refuse(`${where}output ${output}`, primitive, "a result of the scan");
  }
}

/**
 * What JSON holds, as a document: every field is there and of its kind, and nodes read earlier ones.
 *
 * @throws ArgumentError naming the first thing that is not in order
 */
export function readDocument(given: unknown): GraphDocument {
  const names = ["format", "symbols", "traced", "inputs", "nodes", "outputs"];
  const document = fieldsOf("the document", given, names);
  if (document.format !== 1) {
    refuse("the format", document.format, "1; a newer Versant may have written it");
  }
  const list = listAt("the symbols", document.symbols);
  const symbols = new Set(
    list.map((each) => (typeof each === "string" ? each : refuse("a symbol", each, "a name"))),
  );
  if (symbols.size !== list.length) refuse("the symbols", list, "different names");
  const traced = listAt("the sizes traced", document.traced);
  const counts = traced.every((size) => Number.isInteger(size) && (size as number) > 0);
  if (!counts || traced.length !== list.length)
    refuse("the sizes traced", traced, "one for each symbol");
  const inputs = listAt("the inputs", document.inputs);
  inputs.forEach((input, index) => {
    const what = `input ${index}`;
    const fields = fieldsOf(what, input, ["name", "dtype", "shape"]);
    if (typeof fields.name !== "string") refuse(`the name of ${what}`, fields.name, "a text");
    requireType(what, fields, symbols);
  });
  requireBound(
    symbols,
    (inputs as readonly { shape: readonly Size[] }[]).flatMap(({ shape }) => shape),
  );
  requireGraph("", document, { symbols, depth: 0 });
  const outputs = document.outputs as readonly unknown[];
  if (outputs.length !== 1) refuse("the outputs", outputs, "one");
  return given as GraphDocument;
}

function requireBound(symbols: ReadonlySet<string>, sizes: readonly Size[]): void {
  const bound = new Set<string>();
  for (const size of sizes) {
    if (typeof size === "number") continue;
    const [coefficient, symbol] = size[0] ?? [];
    if (size.length !== 1 || coefficient !== 1 || symbol === undefined || size[0]?.length !== 2) {
      refuse("a size of an input", size, "a number or one symbol");
    }
    bound.add(symbol);
  }
  for (const symbol of symbols) {
    if (!bound.has(symbol)) refuse("the symbols", symbol, "a size of one of the inputs");
  }
}
