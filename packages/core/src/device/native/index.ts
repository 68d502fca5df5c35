import { ArgumentError, type Storage, type TypedArray } from "../../array/index.js";
import { encode } from "../../program/encode.js";
import type { Program } from "../../program/index.js";
import type { Device, Executable, Failure, Loadable, MachineLimits } from "../device.js";
import { failureOf } from "../failure.js";
import { nodejs } from "../nodejs.js";
import { threadCount } from "../threads.js";

/** What kernel/src/addon.cc exports. */
interface Addon {
  /** A new device; throws where this machine cannot run it. */
  open(threads: number, isa: string, poison: boolean): number;
  /** The name of a device's instruction set. */
  name(device: number): string;
  load(device: number, words: Int32Array, constants: Float64Array): number;
  unload(program: number): void;
  bind(program: number, slot: number, array: TypedArray): void;
  /** Writes operations and bytes a second. */
  limits(device: number, results: Float64Array): void;
  /** What runs read scalars from, report a failure in, and add times to. */
  attach(
    program: number,
    scalars: Float64Array,
    info: Float64Array,
    times: Float64Array | null,
  ): void;
  run(program: number, ...inputsThenOutputs: readonly TypedArray[]): number;
}

export interface NativeOptions {
  /** Default: `VERSANT_THREADS`, or else as many as the machine runs at once. */
  readonly threads?: number;
  /** "avx2", "avx512" or "neon". Default: `VERSANT_ISA`, or else the widest there is. */
  readonly isa?: string;
  /** Fills scratch with NaN before each run, so that a test sees what reads stale bytes. */
  readonly poison?: boolean;
}

/**
 * The kernel compiled for this machine.
 *
 * @throws Error with the reason in one sentence where it cannot run
 */
export async function loadNative(options: NativeOptions = {}): Promise<Device> {
  if (!nodejs) throw new Error("Native code runs in Node only.");
  const addon = requireAddon(nodejs);
  const threads = threadCount(options.threads);
  const isa = options.isa ?? nodejs.env.VERSANT_ISA ?? "";
  if (!isas.includes(isa)) {
    throw new ArgumentError(
      `VERSANT_ISA: received "${isa}", expected one of ${isas.filter(Boolean).join(", ")}, or nothing ` +
        "for the widest of this machine.",
    );
  }
  return new NativeDevice(addon, addon.open(threads, isa, options.poison ?? false), threads);
}

function requireAddon(process: NodeJS.Process): Addon {
  const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);
  let path: string;
  try {
    path = require.resolve("../../../kernel/build/Release/versant.node");
  } catch {
    throw new Error("The native kernel was not built: npm install found no C++20 compiler.");
  }
  return require(path) as Addon;
}

const isas = ["", "avx2", "avx512", "neon"];

class NativeDevice implements Device {
  readonly name = "native";
  readonly arithmetic = "native-fma";
  readonly description: string;
  readonly #unloaded: FinalizationRegistry<number>;

  constructor(
    readonly addon: Addon,
    readonly handle: number,
    readonly threads: number,
  ) {
    this.description = `${addon.name(handle)}, ${threads} ${threads === 1 ? "thread" : "threads"}`;
    this.#unloaded = new FinalizationRegistry((program) => addon.unload(program));
  }

  load(loadable: Loadable): Executable {
    const program = loadable.program();
    const { words, constants, labels } = encode(program);
    const handle = this.addon.load(this.handle, words, constants);
    const executable = new NativeExecutable(this.addon, handle, program, labels);
    this.#unloaded.register(executable, handle);
    return executable;
  }

  measureLimits(): MachineLimits {
    const results = new Float64Array(2);
    this.addon.limits(this.handle, results);
    const [operationsPerSecond, bytesPerSecond] = results as unknown as [number, number];
    return { operationsPerSecond, bytesPerSecond };
  }
}

/** V8 keeps the bytes of arrays up to this length in its heap, and moves them out for native code. */
const heapBytes = 64;

class NativeExecutable implements Executable {
  readonly #info = new Float64Array(3);
  /** By output, what short ones are written to; copying costs less than moving a new array out. */
  readonly #short: (TypedArray | undefined)[] = [];
  #scalars: Float64Array | null = null;
  #times: Float64Array | null = null;

  constructor(
    readonly addon: Addon,
    readonly handle: number,
    readonly program: Program,
    readonly labels: readonly string[],
  ) {}

  bind(slot: number, storage: Storage): void {
    // What another device holds comes home first: states are updated where they stand.
    storage.host ??= storage.read();
    this.addon.bind(this.handle, slot, storage.host);
  }

  run(
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    scalars: Float64Array,
    times: Float64Array | null = null,
  ): Failure | null {
    if (scalars !== this.#scalars || times !== this.#times) {
      this.addon.attach(this.handle, scalars, this.#info, times);
      this.#scalars = scalars;
      this.#times = times;
    }
    const given: TypedArray[] = [];
    for (const input of inputs) given.push(input);
    for (const output of outputs) {
      const short = output.byteLength <= heapBytes;
      given.push(short ? this.#shortFor(given.length - inputs.length, output) : output);
    }
    const status = this.addon.run(this.handle, ...given);
    if (status !== 0) return failureOf(status, this.#info, this.labels);
    for (let index = 0; index < outputs.length; index++) {
      const output = outputs[index] as TypedArray;
      const written = given[inputs.length + index] as TypedArray;
      if (written === output) continue;
      for (let i = 0; i < output.length; i++) output[i] = written[i] as number;
    }
    return null;
  }

  #shortFor(index: number, output: TypedArray): TypedArray {
    let short = this.#short[index];
    if (short?.length !== output.length) {
      short = output.slice();
      this.#short[index] = short;
    }
    return short;
  }
}
