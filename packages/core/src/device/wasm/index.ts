import type { Storage, TypedArray } from "../../array/index.js";
import { writtenBuffers } from "../../program/buffers.js";
import { encode } from "../../program/encode.js";
import type { Program } from "../../program/index.js";
import type { Device, Executable, Failure, Loadable, MachineLimits } from "../device.js";
import { failureOf, outOfMemory } from "../failure.js";
import { threadCount } from "../threads.js";
import { instantiateKernel } from "./kernel.js";
import { LinearMemory } from "./memory.js";
import { WasmResident } from "./resident.js";

export interface WasmOptions {
  /** Default: `VERSANT_THREADS`, or else as many as the machine runs at once; 1 in browsers. */
  readonly threads?: number;
  /** false: multiply and add separately even where the engine can fuse them. */
  readonly relaxed?: boolean;
  /** Fills scratch with NaN before each run, so that a test sees what reads stale bytes. */
  readonly poison?: boolean;
}

/**
 * The kernel compiled to WebAssembly, with relaxed SIMD where the engine has it.
 *
 * @throws Error with the reason in one sentence where it cannot run
 */
export async function loadWasm(options: WasmOptions = {}): Promise<Device> {
  const asked = threadCount(options.threads);
  const { exports, threads } = await instantiateKernel(options.relaxed ?? true, asked);
  const fused = exports.start(Number(options.poison ?? false), threads) !== 0;
  const arithmetic = fused ? "wasm-relaxed" : "wasm-simd";
  return new WasmDevice(new LinearMemory(exports), arithmetic, threads);
}

class WasmDevice implements Device {
  readonly name = "wasm";
  readonly description: string;
  readonly #unloaded: FinalizationRegistry<number>;

  constructor(
    readonly memory: LinearMemory,
    readonly arithmetic: "wasm-relaxed" | "wasm-simd",
    readonly threads: number,
  ) {
    const simd = arithmetic === "wasm-relaxed" ? "relaxed SIMD" : "SIMD";
    const count = threads === 1 ? "1 thread" : `${threads} threads`;
    this.description = `WebAssembly with ${simd}, ${count}`;
    this.#unloaded = new FinalizationRegistry((program) => memory.kernel.unload(program));
  }

  load(loadable: Loadable): Executable {
    const program = loadable.program();
    const { words, constants, labels } = encode(program);
    const { kernel } = this.memory;
    const wordsAt = this.memory.copyIn(words);
    const constantsAt = this.memory.copyIn(constants);
    const handle = kernel.load(wordsAt, words.length, constantsAt, constants.length);
    kernel.release(wordsAt);
    kernel.release(constantsAt);
    if (handle === 0) throw new Error(this.memory.textAt(kernel.reason()));
    const executable = new WasmExecutable(this, handle, program, labels);
    this.#unloaded.register(executable, handle);
    return executable;
  }

  measureLimits(): MachineLimits {
    const at = this.memory.allocate(16);
    const measured = this.memory.kernel.limits(at);
    const [operationsPerSecond, bytesPerSecond] = [...this.memory.doublesAt(at, 2)] as [
      number,
      number,
    ];
    this.memory.release(at);
    if (!measured) throw outOfMemory(0);
    return { operationsPerSecond, bytesPerSecond };
  }
}

const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

class WasmExecutable implements Executable {
  readonly #bound: (Storage | null)[];
  /** Slots that the commit writes: after a run only the device has their content. */
  readonly #written: readonly number[];
  /** Where the addresses of slots, inputs and outputs are kept. */
  readonly #external: number;
  /** How many bytes each of those has. */
  readonly #bytes: readonly number[];
  readonly #stagingBytes: number;
  #staging = -1;

  constructor(
    readonly device: WasmDevice,
    readonly handle: number,
    readonly program: Program,
    readonly labels: readonly string[],
  ) {
    const { kernel } = device.memory;
    this.#bound = new Array<Storage | null>(program.slots).fill(null);
    this.#written = writtenSlots(program);
    this.#external = kernel.external(handle) >>> 0;
    const count = program.slots + program.inputs + program.outputs;
    this.#bytes = device.memory.lengthsAt(kernel.externalBytes(handle), count);
    this.#stagingBytes = this.#bytes
      .slice(program.slots)
      .reduce((total, bytes) => total + align(bytes), align(8 * program.scalars));
  }

  bind(slot: number, storage: Storage): void {
    const { memory } = this.device;
    const needed = this.#bytes[slot];
    if (needed === undefined) throw new Error("no such slot");
    const resident = WasmResident.of(memory, storage);
    if (resident.bytes < needed) throw new Error("the array bound to a slot is too short");
    resident.users++;
    const before = this.#bound[slot];
    if (before) WasmResident.leave(memory, before);
    this.#bound[slot] = storage;
    memory.words()[this.#external / 4 + slot] = resident.address;
  }

  run(
    inputs: readonly TypedArray[],
    outputs: readonly TypedArray[],
    scalars: Float64Array,
    times?: Float64Array,
  ): Failure | null {
    const { memory } = this.device;
    const { kernel } = memory;
    const { slots } = this.program;
    for (let slot = 0; slot < slots; slot++) {
      if (!this.#bound[slot] && this.#bytes[slot] !== 0) throw new Error("a slot is not bound");
    }
    this.#stage();
    let address = this.#staging;
    memory.write(address, scalars, 8 * this.program.scalars);
    address += align(8 * this.program.scalars);
    let external = slots;
    for (const input of inputs) {
      const bytes = this.#bytes[external++] as number;
      memory.write(address, input, bytes);
      address += align(bytes);
    }
    const timesAt = times ? memory.copyIn(times) : 0;
    const status = kernel.run(this.handle, this.#staging, timesAt);
    if (times) {
      times.set(memory.doublesAt(timesAt, times.length));
      memory.release(timesAt);
    }
    if (status !== 0) return failureOf(status, memory.doublesAt(kernel.info(), 3), this.labels);
    for (const output of outputs) {
      const bytes = this.#bytes[external++] as number;
      memory.read(address, output, bytes);
      address += align(bytes);
    }
    for (const slot of this.#written) {
      const storage = this.#bound[slot];
      if (storage) storage.host = null;
    }
    return null;
  }

  /** Tells the kernel where inputs and outputs stand, anew where the staging area has moved. */
  #stage(): void {
    const { memory } = this.device;
    const { slots, scalars } = this.program;
    const staging = memory.staging(this.#stagingBytes);
    if (staging === this.#staging) return;
    this.#staging = staging;
    let address = staging + align(8 * scalars);
    const words = memory.words();
    for (let external = slots; external < this.#bytes.length; external++) {
      words[this.#external / 4 + external] = address;
      address += align(this.#bytes[external] as number);
    }
  }
}

function writtenSlots(program: Program): number[] {
  const slots = new Set<number>();
  const write = (index: number): void => {
    let buffer = program.buffers[index];
    while (buffer?.place.kind === "moving") buffer = program.buffers[buffer.place.of];
    if (buffer?.place.kind === "bound") slots.add(buffer.place.slot);
  };
  const visit = (instructions: Program["commit"]): void => {
    for (const instruction of instructions) {
      writtenBuffers(instruction).forEach(write);
      if (instruction.kind === "repeat") visit(instruction.body);
    }
  };
  visit(program.commit);
  return [...slots];
}
