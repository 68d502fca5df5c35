import type { TypedArray } from "../../array/index.js";
import { outOfMemory } from "../failure.js";

/** What kernel/src/wasm.cc exports. Addresses are bytes from the start of the memory. */
export interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Whether multiply-adds round once. */
  start(poison: number, threads: number): number;
  allocate(bytes: number): number;
  release(address: number): void;
  /** The address of a Program, or 0. */
  load(words: number, wordCount: number, constants: number, constantCount: number): number;
  /** Why the last `load` gave 0. */
  reason(): number;
  unload(program: number): void;
  external(program: number): number;
  externalBytes(program: number): number;
  run(program: number, scalars: number, times: number): number;
  /** Writes operations and bytes a second; 0 if there is no memory to measure with. */
  limits(results: number): number;
  info(): number;
}

/** The kernel's memory. It may grow at any call, after which every view of it is taken anew. */
export class LinearMemory {
  #buffer: ArrayBuffer | null = null;
  #bytes = new Uint8Array(0);
  #words = new Int32Array(0);
  #floats = new Float32Array(0);
  #staging = 0;
  #stagingBytes = 0;

  constructor(readonly kernel: KernelExports) {}

  #refresh(): void {
    const { buffer } = this.kernel.memory;
    if (buffer === this.#buffer) return;
    this.#buffer = buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
    this.#floats = new Float32Array(buffer);
  }

  words(): Int32Array {
    this.#refresh();
    return this.#words;
  }

  allocate(bytes: number): number {
    // What passes into WebAssembly is cut to 32 bits; above 2^31 addresses come back negative.
    const address = bytes < 2 ** 32 ? this.kernel.allocate(bytes) >>> 0 : 0;
    if (address === 0) throw outOfMemory(bytes);
    return address;
  }

  release(address: number): void {
    this.kernel.release(address);
  }

  /** The area that inputs and outputs pass through, as large as the largest Program needs. */
  staging(bytes: number): number {
    if (bytes > this.#stagingBytes || this.#staging === 0) {
      if (this.#staging !== 0) this.release(this.#staging);
      this.#staging = 0;
      this.#stagingBytes = 0;
      this.#staging = this.allocate(bytes);
      this.#stagingBytes = bytes;
    }
    return this.#staging;
  }

  copyIn(data: TypedArray): number {
    const address = this.allocate(data.byteLength);
    this.write(address, data, data.byteLength);
    return address;
  }

  /** Copies an array that has to have at least `needed` bytes. */
  write(address: number, data: TypedArray, needed: number): void {
    if (data.byteLength < needed) throw new Error("an input is too short");
    this.#refresh();
    if (data instanceof Float32Array) this.#floats.set(data, address / 4);
    else if (data instanceof Int32Array) this.#words.set(data, address / 4);
    else this.#bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), address);
  }

  read(address: number, target: TypedArray, needed: number): void {
    if (target.byteLength < needed) throw new Error("an output is too short");
    this.#refresh();
    const bytes = new Uint8Array(target.buffer, target.byteOffset, needed);
    bytes.set(this.#bytes.subarray(address, address + needed));
  }

  doublesAt(address: number, count: number): Float64Array {
    return new Float64Array(this.kernel.memory.buffer, address >>> 0, count);
  }

  /** Integers of 64 bits. */
  lengthsAt(address: number, count: number): number[] {
    const start = address >>> 0;
    return Array.from(new BigInt64Array(this.kernel.memory.buffer, start, count), Number);
  }

  textAt(address: number): string {
    this.#refresh();
    const end = this.#bytes.indexOf(0, address >>> 0);
    // A copy: text is not decoded from shared memory.
    return new TextDecoder().decode(this.#bytes.slice(address >>> 0, end));
  }
}
