import {
  makeArray,
  type Resident,
  requireCount,
  requireFlag,
  requireInstance,
  requireOptions,
  Storage,
  sameShape,
  sizeOf,
  type TypedArray,
} from "../array/index.js";
import { type CompilerPasses, explainGraph, passesOf } from "../compile/index.js";
import { type Device, defaultDevice } from "../device/index.js";
import { inventoryOf, type ScalarSource, type StateCell } from "../graph/index.js";
import { eagerSlot } from "./backward.js";
import { isCapturing, leafOf } from "./capture.js";
import { type Argument, type CapturedFunction, captureFunction, signatureOf } from "./captured.js";
import { diagnose } from "./diagnose.js";
import { failureError, readNow } from "./evaluate.js";
import { type Loaded, load } from "./load.js";
import { recording } from "./profile.js";
import { countDraws } from "./random.js";
import { Tensor } from "./tensor.js";

export interface CompileOptions {
  /** Store the gradients of the run on `parameter.grad`. Default false: they are never kept. */
  readonly keepGradients?: boolean;
  /** How many Programs (argument shapes, modes) are kept. Default 16. */
  readonly capacity?: number;
}

/**
 * A compiled function. `programs` counts how often it was compiled, and `compileMilliseconds` says how
 * long that took in all: recording, gradients, the passes and loading, without a run.
 */
export type Compiled<A extends readonly Tensor[], R> = ((...args: A) => R) & {
  readonly programs: number;
  readonly compileMilliseconds: number;
};

interface CachedProgram extends CapturedFunction {
  readonly device: Device;
  readonly args: readonly Argument[];
  readonly loaded: Loaded;
  readonly scalars: Float64Array;
  /** The storage bound to each slot. */
  readonly bound: (Storage | null)[];
  readonly updated: readonly StateCell[];
  /** `deviceChanges` at the last run. */
  ranAt: number;
}

const warnAfter = 32;

/** The device of the last run, and how often it was another one than before. */
let lastDevice: Device | null = null;
let deviceChanges = 0;

function fits(program: CachedProgram, device: Device, args: readonly Tensor[]): boolean {
  if (program.device !== device || program.args.length !== args.length) return false;
  for (let i = 0; i < args.length; i++) {
    const expected = program.args[i] as Argument;
    const received: unknown = args[i];
    if (!(received instanceof Tensor)) return false;
    if (expected.dtype !== received.dtype || !sameShape(expected.shape, received.shape)) {
      return false;
    }
  }
  for (const { read, value } of program.guards) if (read() !== value) return false;
  return true;
}

/**
 * Bytes that somebody outside still refers to stay as they are: the cell goes on with a copy, which
 * the Program may then overwrite. So it does where another device may have a copy of its own, which
 * would be out of date.
 */
function bindStates(program: CachedProgram): void {
  const { loaded, bound, updated } = program;
  if (program.device !== lastDevice) {
    lastDevice = program.device;
    deviceChanges++;
  }
  const moved = program.ranAt !== deviceChanges;
  program.ranAt = deviceChanges;
  for (const cell of updated) {
    const { storage } = cell;
    const shared = storage.held || (moved && storage.resident);
    if (shared) cell.storage = Storage.of(cell.dtype, ownBytes(storage));
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

/** The bytes of a storage, for somebody who will change them. */
const ownBytes = ({ host, resident }: Storage): TypedArray =>
  host?.slice() ?? (resident as Resident).read();

/** This is the way of every step, however small the network: loops, and nothing made for nothing. */
function run(program: CachedProgram, args: readonly Tensor[]): Tensor[] {
  const { graph, loaded, scalars } = program;
  // Before the states are bound: an argument may be one of them, and then holds its bytes.
  const inputs: TypedArray[] = [];
  for (const { node } of args) inputs.push(readNow(node));
  bindStates(program);
  const sources = loaded.inventory.scalars;
  for (let i = 0; i < scalars.length; i++) scalars[i] = (sources[i] as ScalarSource).read();
  const outputs: TypedArray[] = [];
  for (const { dtype, shape } of graph.outputs) outputs.push(makeArray(dtype, sizeOf(shape)));
  const times = recording?.timesOf(loaded.executable);
  const failure = loaded.executable.run(inputs, outputs, scalars, times);
  if (failure) {
    throw failure.kind === "nonFinite"
      ? diagnose(program.device, graph, failure.label, inputs)
      : failureError(failure);
  }
  countDraws(program.draws);
  const results: Tensor[] = [];
  for (const { dtype, shape } of graph.outputs) {
    const data = outputs[results.length] as TypedArray;
    results.push(new Tensor(leafOf(Storage.of(dtype, data), shape)));
  }
  return results;
}

/** Hands on what a Program computes besides the results of its function. */
function deliver(further: readonly Tensor[], { gradientOwners, taps }: CachedProgram): void {
  gradientOwners.forEach((owner, index) => {
    const slot = eagerSlot(owner);
    slot.gradient = (further[index] as Tensor).node;
    slot.spent = true;
  });
  taps.forEach(({ receive }, index) => {
    receive(further[gradientOwners.length + index] as Tensor);
  });
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
  options: CompileOptions = {},
): Compiled<A, R> {
  requireInstance("compile", "the function", fn, Function);
  requireOptions("compile", options, ["keepGradients", "capacity"]);
  const { keepGradients = false, capacity = 16 } = options;
  requireFlag("compile", "keepGradients", keepGradients);
  requireCount("compile", "capacity", capacity);
  const cache: CachedProgram[] = [];
  let compiled = 0;
  let compileMilliseconds = 0;

  const prepare = (device: Device, args: readonly Tensor[]): CachedProgram => {
    const start = performance.now();
    const signature = signatureOf(args);
    const captured = captureFunction(fn, signature, keepGradients);
    const loaded = load(device, captured.graph);
    compiled++;
    compileMilliseconds += performance.now() - start;
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
      ranAt: -1,
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
    const { gradientOwners, taps } = program;
    const further = gradientOwners.length + taps.length;
    if (further > 0) deliver(results.splice(results.length - further), program);
    return (program.single ? results[0] : results) as R;
  };
  return Object.defineProperties(call, {
    programs: { get: () => compiled },
    compileMilliseconds: { get: () => compileMilliseconds },
  }) as Compiled<A, R>;
}

/** What each pass of the compiler makes of `fn` for arguments like these, as text. */
export function explain<A extends readonly Tensor[]>(
  fn: (...args: A) => Tensor | readonly Tensor[],
  ...args: A
): string {
  requireInstance("explain", "the function", fn, Function);
  const { graph } = captureFunction(fn, signatureOf(args), false);
  return explainGraph(graph, inventoryOf(graph));
}

/** What each pass of the compiler makes of `fn` for arguments like these, as data: graphs that can be drawn. */
export function compilerPasses<A extends readonly Tensor[]>(
  fn: (...args: A) => Tensor | readonly Tensor[],
  ...args: A
): CompilerPasses {
  requireInstance("compilerPasses", "the function", fn, Function);
  const { graph } = captureFunction(fn, signatureOf(args), false);
  return passesOf(graph, inventoryOf(graph));
}
