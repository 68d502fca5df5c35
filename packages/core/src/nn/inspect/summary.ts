import {
  ArgumentError,
  type DType,
  dtypes,
  formatBytes,
  formatCount,
  formatShape,
  formatTable,
  requireInstance,
  requireOptions,
  type Shape,
  sizeOf,
} from "../../array/index.js";
import { type Parameter, Tensor, zeros } from "../../tensor/index.js";
import { type AnyModule, Module } from "../module.js";
import { costsOf, noCosts, ownParameters } from "./costs.js";

/** An input by its shape in float32, by shape and dtype, or as it is. */
export type SummaryInput = Shape | { readonly shape: Shape; readonly dtype?: DType } | Tensor;

export interface SummaryRow {
  /** Path in the model; "" for the model itself. */
  readonly name: string;
  /** As errors write it: "Linear(784, 40)". */
  readonly type: string;
  /** Of each tensor that it returned; null where the forward pass did not need it. */
  readonly outputShapes: readonly Shape[] | null;
  /** Parameters that are this module's own, each counted in one row only. */
  readonly parameters: number;
  /** Multiplications that are added up in products of matrices, without those of other rows. */
  readonly multiplyAdds: number;
  /** Bytes of what it returned, without what other layers have returned or hold already. */
  readonly activationBytes: number;
}

interface Totals {
  /** Parameters. */
  readonly total: number;
  readonly trainable: number;
  readonly frozen: number;
  readonly parameterBytes: number;
  readonly multiplyAdds: number;
  readonly activationBytes: number;
}

export interface Summary extends Totals {
  /** The layers, in the order in which they were first called. */
  readonly rows: readonly SummaryRow[];
  /** The table for people. */
  toString(): string;
}

/**
 * The layers of a model with output shapes, parameters, multiply-adds of the forward pass and bytes
 * of activations, the last three for inputs such as these: those of one sample if the batch is one
 * sample. The forward pass is written down in evaluation mode, but nothing is computed, and the model
 * is left as it was.
 *
 * ```ts
 * console.log(String(nn.summary(model, [1, 784])));
 * nn.summary(transformer, { shape: [1, 12], dtype: "int32" });
 * nn.summary(memoryNetwork, story, question);
 * ```
 *
 * Multiply-adds are counted in the graph that `forward` builds: m n k for each product of an (m, k)
 * and a (k, n) matrix, as often as a loop runs it. What works element by element counts nothing.
 *
 * @param inputs what `forward` takes, with the batch: shapes such as (1, 784), or tensors
 * @throws ArgumentError when `model` is no module or `forward` takes more inputs, and what the
 *   layers throw when an input does not fit
 */
export function summary(model: AnyModule, ...inputs: readonly SummaryInput[]): Summary {
  requireInstance<AnyModule>("summary", "the model", model, Module);
  const examples = examplesOf(model, inputs);
  const costs = costsOf(model, examples);
  const paths = new Map([...model.namedModules()].map(([path, module]) => [module, path]));
  const all = model.parameters();
  const uncounted = new Set(all);
  const rows = [...new Set([...costs.keys(), ...paths.keys()])].flatMap((module): SummaryRow[] => {
    const own = ownParameters(module).filter((parameter) => uncounted.delete(parameter));
    const { multiplyAdds, activationBytes } = costs.get(module) ?? noCosts;
    const hasOwn = own.length > 0 || multiplyAdds > 0 || activationBytes > 0;
    if (!hasOwn && module.children().length > 0) return [];
    const name = paths.get(module) ?? "";
    const outputShapes = costs.get(module)?.outputShapes ?? null;
    const parameters = count(own);
    return [
      { name, type: String(module), outputShapes, parameters, multiplyAdds, activationBytes },
    ];
  });
  const total = count(all);
  const trainable = count(all.filter(({ requiresGrad }) => requiresGrad));
  const totals: Totals = {
    total,
    trainable,
    frozen: total - trainable,
    parameterBytes: sum(all.map(({ dtype, size }) => dtypes[dtype].bytes * size)),
    multiplyAdds: sum(rows.map(({ multiplyAdds }) => multiplyAdds)),
    activationBytes: sum(rows.map(({ activationBytes }) => activationBytes)),
  };
  return { rows, ...totals, toString: () => format(rows, totals, examples) };
}

function examplesOf(model: AnyModule, inputs: readonly SummaryInput[]): Tensor[] {
  const expected = model.forward.length;
  if (inputs.length < expected) {
    throw new ArgumentError(
      `summary: received ${inputs.length} of the ${expected} inputs that ` +
        `${model.constructor.name}.forward takes, expected the shape of each, or { shape, dtype }.`,
    );
  }
  return inputs.map((input, index) => {
    if (input instanceof Tensor) return input;
    if (isShape(input)) return zeros(input);
    requireOptions("summary", input, ["shape", "dtype"], `input ${index}`);
    return zeros(input.shape, input.dtype);
  });
}

const isShape = (input: SummaryInput): input is Shape => Array.isArray(input);

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const count = (parameters: readonly Parameter[]): number =>
  sum(parameters.map(({ shape }) => sizeOf(shape)));

/** The first of several says most; the others are in the rows. */
function shapesText(shapes: readonly Shape[] | null): string {
  if (shapes === null) return "not called";
  const [first, ...rest] = shapes;
  return `${first ? formatShape(first) : ""}${rest.length > 0 ? ", …" : ""}`;
}

const header = ["path", "layer", "output shape", "parameters", "multiply-adds", "activations"];

function format(rows: readonly SummaryRow[], totals: Totals, inputs: readonly Tensor[]): string {
  const cells = rows.map((row) => [
    row.name,
    row.type,
    shapesText(row.outputShapes),
    formatCount(row.parameters),
    formatCount(row.multiplyAdds),
    formatBytes(row.activationBytes),
  ]);
  const { lines, rule } = formatTable({ header, rows: cells, numbersFrom: 3, cut: 1 });
  const { total, trainable, frozen, parameterBytes, multiplyAdds, activationBytes } = totals;
  const given = inputs.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(", ");
  return [
    ...lines,
    rule,
    `${formatCount(total)} parameters (${formatBytes(parameterBytes)}): ` +
      `${formatCount(trainable)} trainable, ${formatCount(frozen)} frozen`,
    `${formatCount(multiplyAdds)} multiply-adds, ${formatBytes(activationBytes)} of activations` +
      (given ? ` for ${given}` : ""),
  ].join("\n");
}
