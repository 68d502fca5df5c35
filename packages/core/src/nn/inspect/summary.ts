import { formatShape, type Shape, sizeOf } from "../../array/index.js";
import { noGradient, type Parameter, Tensor, zeros } from "../../tensor/index.js";
import type { AnyModule, Module } from "../module.js";

export interface SummaryRow {
  /** Path in the model; "" for the model itself. */
  readonly name: string;
  readonly type: string;
  /** Null where the forward pass did not call it, or it does not return one tensor. */
  readonly outputShape: Shape | null;
  /** Parameters that are this module's own, each counted in one row only. */
  readonly parameters: number;
}

export interface Summary {
  /** The layers, in the order in which they were first called. */
  readonly rows: readonly SummaryRow[];
  readonly total: number;
  readonly trainable: number;
  readonly frozen: number;
  /** The table for people. */
  toString(): string;
}

/** Runs `run` while `onCall` and `onReturn` hear of every call of a module's `forward`. */
function watchCalls(
  modules: readonly AnyModule[],
  onCall: (module: AnyModule) => void,
  onReturn: (module: AnyModule, output: unknown) => void,
  run: () => void,
): void {
  const own = modules.map((module) => Object.getOwnPropertyDescriptor(module, "forward"));
  for (const module of modules) {
    const { forward } = module;
    const watched = (...inputs: never): unknown => {
      onCall(module);
      const output = forward.apply(module, inputs);
      onReturn(module, output);
      return output;
    };
    Object.defineProperty(module, "forward", { value: watched, configurable: true });
  }
  try {
    run();
  } finally {
    modules.forEach((module, index) => {
      const descriptor = own[index];
      if (descriptor) Object.defineProperty(module, "forward", descriptor);
      else Reflect.deleteProperty(module, "forward");
    });
  }
}

/**
 * The layers of a model with output shapes and numbers of parameters. The forward pass is run in
 * evaluation mode but nothing is computed, and the model is left as it was.
 *
 * @param inputShape whole shape of the input, batch included: (1, 784)
 */
export function summary(model: Module, inputShape: Shape): Summary {
  const paths = new Map([...model.namedModules()].map(([path, module]) => [module, path]));
  const modules = [...paths.keys()];
  const modes = modules.map((module) => module.training);
  const called = new Map<AnyModule, Shape | null>();
  const onReturn = (module: AnyModule, output: unknown): void => {
    called.set(module, called.get(module) ?? (output instanceof Tensor ? output.shape : null));
  };
  model.eval();
  try {
    const start = (module: AnyModule) => called.set(module, called.get(module) ?? null);
    watchCalls(modules, start, onReturn, () => {
      noGradient(() => model.forward(zeros(inputShape)));
    });
  } finally {
    modules.forEach((module, index) => {
      module.training = modes[index] as boolean;
    });
  }
  const all = model.parameters();
  const uncounted = new Set(all);
  const rows = [...new Set([...called.keys(), ...modules])].flatMap((module): SummaryRow[] => {
    const own = ownParameters(module).filter((parameter) => uncounted.delete(parameter));
    if (own.length === 0 && module.children().length > 0) return [];
    const outputShape = called.get(module) ?? null;
    const name = paths.get(module) ?? "";
    return [{ name, type: module.constructor.name, outputShape, parameters: count(own) }];
  });
  const total = count(all);
  const trainable = count(all.filter(({ requiresGrad }) => requiresGrad));
  const totals = { total, trainable, frozen: total - trainable };
  return { rows, ...totals, toString: () => format(rows, totals) };
}

/** The parameters of a module without those of its children. */
function ownParameters(module: AnyModule): Parameter[] {
  const below = new Set(module.children().flatMap((child) => child.parameters()));
  return module.parameters().filter((parameter) => !below.has(parameter));
}

const count = (parameters: readonly Parameter[]): number =>
  parameters.reduce((total, { shape }) => total + sizeOf(shape), 0);

const grouped = (value: number): string => value.toLocaleString("en-US");

function format(
  rows: readonly SummaryRow[],
  { total, trainable, frozen }: { total: number; trainable: number; frozen: number },
): string {
  const cells = rows.map(({ name, type, outputShape, parameters }) => [
    name ? `${name} (${type})` : type,
    outputShape ? formatShape(outputShape) : "not called",
    grouped(parameters),
  ]);
  const table = [["layer", "output shape", "parameters"], ...cells];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...table.map((row) => (row[column] as string).length)),
  ) as [number, number, number];
  const lines = table.map(([layer = "", shape = "", parameters = ""]) =>
    [layer.padEnd(widths[0]), shape.padEnd(widths[1]), parameters.padStart(widths[2])].join("  "),
  );
  const rule = "-".repeat(widths[0] + widths[1] + widths[2] + 4);
  const counts = `${grouped(total)} parameters: ${grouped(trainable)} trainable, ${grouped(frozen)} frozen`;
  return [lines[0], rule, ...lines.slice(1), rule, counts].join("\n");
}
