import {
  ArgumentError,
  type DType,
  makeArray,
  type Shape,
  Storage,
  sameShape,
  sizeOf,
} from "../array/index.js";
import { explainGraph } from "../compile/index.js";
import { type Device, defaultDevice } from "../device/index.js";
import {
  type Graph,
  Node as GraphNode,
  inventoryOf,
  type Node,
  type StateCell,
} from "../graph/index.js";
import { eagerSlot } from "./backward.js";
import { type Capture, type Guard, isCapturing, leafOf, recordCapture } from "./capture.js";
import { diagnose } from "./diagnose.js";
import { failureError } from "./evaluate.js";
import { type Loaded, load } from "./load.js";
import { countDraws } from "./random.js";
import type { GradientOwner } from "./slots.js";
import { Tensor } from "./tensor.js";

export interface CompileOptions {
  /** Store the gradients of the run on `parameter.grad`. Default false: they are never kept. */
  readonly keepGradients?: boolean;
  /** How many Programs (argument shapes, modes) are kept. Default 16. */
  readonly capacity?: number;
}

/** A compiled function; `programs` counts how often it was compiled. */
export type Compiled<A extends readonly Tensor[], R> = ((...args: A) => R) & {
  readonly programs: number;
};

interface Argument {
  readonly shape: Shape;
  readonly dtype: DType;
}

interface CapturedFunction {
  readonly graph: Graph;
  readonly capture: Capture;
  /** The function returned one tensor, not a list. */
  readonly single: boolean;
  /** The outputs after those of the function: gradients to keep. */
  readonly gradientOwners: readonly GradientOwner[];
}

interface CachedProgram extends CapturedFunction {
  readonly device: Device;
  readonly args: readonly Argument[];
  readonly loaded: Loaded;
  readonly scalars: Float64Array;
  /** The storage bound to each slot. */
  readonly bound: (Storage | null)[];
  readonly updated: readonly StateCell[];
}

const warnAfter = 32;

/** Runs `fn` once on placeholders and records what it computes, changes and depends on. */
function captureFunction<A extends readonly Tensor[]>(
  fn: (...args: A) => Tensor | readonly Tensor[],
  args: readonly Argument[],
  keepGradients: boolean,
): CapturedFunction {
  const inputs = args.map(
    ({ shape, dtype }, index) => new GraphNode("input", [], { index, shape, dtype }, false),
  );
  const placeholders = inputs.map((node) => new Tensor(node));
  const { capture, result } = recordCapture(() => {
    const returned = fn(...(placeholders as unknown as A));
    const list: readonly Tensor[] = returned instanceof Tensor ? [returned] : returned;
    if (!Array.isArray(list) || !list.every((each) => each instanceof Tensor)) {
      throw new ArgumentError(
        "compile: the function has to return a Tensor or a list of Tensors, synchronously.",
      );
    }
    return { nodes: list.map((each) => each.node), single: returned instanceof Tensor };
  });
  const outputs: Node[] = [...result.nodes];
  const gradientOwners: GradientOwner[] = [];
  if (keepGradients) {
    for (const owner of capture.gradients.owners) {
      const { gradient } = capture.gradients.of(owner);
      if (!gradient) continue;
      gradientOwners.push(owner);
      outputs.push(gradient);
    }
  }
  const updates = capture.updates();
  const checks = updates.length > 0 ? capture.checks : [];
  const graph = { inputs, outputs, updates, checks };
  return { graph, capture, single: result.single, gradientOwners };
}

const holds = ({ read, value }: Guard): boolean => read() === value;

function fits(program: CachedProgram, device: Device, args: readonly Tensor[]): boolean {
  if (program.device !== device || program.args.length !== args.length) return false;
  for (let i = 0; i < args.length; i++) {
    const expected = program.args[i] as Argument;
    const received = args[i] as Tensor;
    if (expected.dtype !== received.dtype || !sameShape(expected.shape, received.shape)) {
      return false;
    }
  }
  return program.capture.guards.every(holds);
}

/**
 * Bytes that somebody outside still refers to stay as they are: the cell goes on with a copy, which
 * the Program may then overwrite.
 */
function bindStates({ loaded, bound, updated }: CachedProgram): void {
  for (const cell of updated) {
    if (!cell.storage.held) continue;
    cell.storage = Storage.of(cell.dtype, cell.storage.read().slice());
  }
  const { bindings } = loaded.inventory;
  for (let slot = 0; slot < bindings.length; slot++) {
    const binding = bindings[slot];
    if (!binding) continue;
    const storage = binding.kind === "state" ? binding.cell.storage : binding.storage;
    if (bound[slot] === storage) continue;
    loaded.executable.bind(slot, storage);
    bound[slot] = storage;
  }
}

function run(program: CachedProgram, args: readonly Tensor[]): Tensor[] {
  const { graph, loaded, scalars, capture } = program;
  bindStates(program);
  const sources = loaded.inventory.scalars;
  for (let i = 0; i < scalars.length; i++) scalars[i] = (sources[i] as { read(): number }).read();
  const inputs = args.map((arg) => {
    const { node } = arg;
    return node.storage ? node.storage.read() : readArgument(arg);
  });
  const outputs = graph.outputs.map((node) => makeArray(node.dtype, sizeOf(node.shape)));
  const failure = loaded.executable.run(inputs, outputs, scalars);
  if (failure) {
    throw failure.kind === "nonFinite"
      ? diagnose(program.device, graph, failure.label, inputs)
      : failureError(failure);
  }
  countDraws(capture.draws);
  return graph.outputs.map(({ dtype, shape }, index) => {
    const data = outputs[index] as (typeof outputs)[number];
    return new Tensor(leafOf(Storage.of(dtype, data), shape));
  });
}

function readArgument(arg: Tensor) {
  arg.dataSync();
  return (arg.node.storage as Storage).read();
}

/**
 * Compiles a function of tensors: it runs once to record what it computes, and from then on as one
 * Program. What it assigns to parameters, buffers and optimiser state is updated in place; if an
 * index is out of range, or the loss or a gradient is not finite, the run throws and changes
 * nothing. Programs are kept by the arguments' shapes and dtypes, and by the modes and frozen
 * parameters that the function looked at.
 */
export function compile<A extends readonly Tensor[], R extends Tensor | readonly Tensor[]>(
  fn: (...args: A) => R,
  { keepGradients = false, capacity = 16 }: CompileOptions = {},
): Compiled<A, R> {
  const cache: CachedProgram[] = [];
  let compiled = 0;

  const prepare = (device: Device, args: readonly Tensor[]): CachedProgram => {
    const signature = args.map(({ shape, dtype }) => ({ shape, dtype }));
    const captured = captureFunction(fn, signature, keepGradients);
    const loaded = load(device, captured.graph);
    compiled++;
    if (compiled === warnAfter) {
      console.warn(
        `versant: ${fn.name || "a compiled function"} has been compiled ${compiled} times; calls ` +
          "differ in shapes or modes. Pad inputs to few shapes, or raise `capacity`.",
      );
    }
    return {
      ...captured,
      device,
      args: signature,
      loaded,
      scalars: new Float64Array(loaded.inventory.scalars.length),
      bound: loaded.inventory.bindings.map(() => null),
      updated: captured.graph.updates.map(({ state }) => state.attributes.cell),
    };
  };

  const call = (...args: A): R => {
    if (isCapturing()) return fn(...args);
    const device = defaultDevice();
    let position = 0;
    while (position < cache.length && !fits(cache[position] as CachedProgram, device, args)) {
      position++;
    }
    const program = cache[position] ?? prepare(device, args);
    if (position > 0 || cache.length === 0) {
      // The most recent stands first, and the one that waited longest goes.
      cache.splice(position, 1);
      cache.unshift(program);
      if (cache.length > capacity) cache.pop();
    }
    const results = run(program, args);
    const returned = program.graph.outputs.length - program.gradientOwners.length;
    program.gradientOwners.forEach((owner, index) => {
      const slot = eagerSlot(owner);
      slot.gradient = (results[returned + index] as Tensor).node;
      slot.spent = true;
    });
    const own = program.gradientOwners.length > 0 ? results.slice(0, returned) : results;
    return (program.single ? own[0] : own) as R;
  };
  return Object.defineProperty(call, "programs", { get: () => compiled }) as Compiled<A, R>;
}

/** What each pass of the compiler makes of `fn` for arguments like these, as text. */
export function explain<A extends readonly Tensor[]>(
  fn: (...args: A) => Tensor | readonly Tensor[],
  ...args: A
): string {
  const signature = args.map(({ shape, dtype }) => ({ shape, dtype }));
  const { graph } = captureFunction(fn, signature, false);
  return explainGraph(graph, inventoryOf(graph));
}
