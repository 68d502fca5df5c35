import type { Storage, TypedArray } from "../array/index.js";
import type { Graph, Inventory } from "../graph/index.js";
import type { Program } from "../program/index.js";

/** Why a run failed; no state has changed. */
export type Failure =
  /** The value of an index, and the size it has to stay below. */
  | {
      readonly kind: "index";
      readonly label: string;
      readonly index: number;
      readonly size: number;
    }
  | { readonly kind: "nonFinite"; readonly label: string };

/** A loaded Program. */
export interface Executable {
  /**
   * Binds the bytes of a state or constant; they stay bound until bound anew. A device with memory
   * of its own copies them there once and keeps the copy in `storage.resident`.
   */
  bind(slot: number, storage: Storage): void;
  /**
   * Runs once. Inputs are read, outputs are written: ordinary arrays of the declared length.
   * `scalars` holds the run-time scalars as float64 (seeds and bases are integers below 2^53).
   * Where `times` is given, what each instruction took is added to it, in nanoseconds, in the order
   * in which `encode` numbers them.
   * After a run the device, not `storage.host`, is the truth of every bound state that changed.
   */
  run(
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    scalars: Float64Array,
    times?: Float64Array,
  ): Failure | null;
  /** What runs, and can be timed; null where no Program is compiled. */
  readonly program: Program | null;
}

/** What a machine can do at best, with all threads of a device. */
export interface MachineLimits {
  /** Floating-point operations a second; a multiply-add counts as two. */
  readonly operationsPerSecond: number;
  /** Bytes to and from memory a second: a = b + 3 c over rows larger than the caches. */
  readonly bytesPerSecond: number;
}

/** A graph and what the passes made of it. */
export interface Loadable {
  /** As it was captured, before any pass: what the reference device interprets. */
  readonly graph: Graph;
  /** What the bound slots and run-time scalars stand for. */
  readonly inventory: Inventory;
  /** Compiles the graph; called by devices that run Programs. */
  readonly program: () => Program;
}

/** A place where Programs run. Asynchronous devices fit by reading through `Resident.readAsync`. */
export interface Device {
  readonly name: string;
  /** What decides the last bits of a result: "native-fma", "wasm-relaxed", "wasm-simd", "float64". */
  readonly arithmetic: string;
  /** Threads in use, 1 or more. */
  readonly threads: number;
  /** A sentence for people: instruction set, threads. */
  readonly description: string;
  load(loadable: Loadable): Executable;
  /** Measures the machine, which takes some tenths of a second; null for devices without a kernel. */
  measureLimits(): MachineLimits | null;
}
