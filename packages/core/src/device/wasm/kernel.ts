import { nodejs } from "../nodejs.js";
import type { KernelExports } from "./memory.js";
import { startWorkers } from "./workers.js";

/** The part of the global `WebAssembly` in use; neither Node's types nor the language's declare it. */
interface Engine {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports?: object): Promise<{ readonly exports: KernelExports }>;
  readonly Memory: new (pages: { initial: number; maximum: number; shared: boolean }) => object;
}

/** Written out in full: this is the form by which bundlers find files to take along. */
const files = {
  relaxed: new URL("../../../kernel/wasm/versant-relaxed.wasm", import.meta.url),
  simd: new URL("../../../kernel/wasm/versant-simd.wasm", import.meta.url),
};

/** The build that every engine with SIMD runs, for those who hand it on. */
export const simdKernel: URL = files.simd;

/** The clock of profiles, in milliseconds. */
const now = (): number => performance.now();

export interface Kernel {
  readonly exports: KernelExports;
  readonly threads: number;
}

/**
 * The kernel, ready to be called; with relaxed SIMD where `relaxed` allows it and the engine has it.
 * Threads need relaxed SIMD, and Node: pages may share memory only if they are isolated.
 *
 * @throws Error with the reason in one sentence where it cannot run
 */
export async function instantiateKernel(relaxed: boolean, threads: number): Promise<Kernel> {
  const engine = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;
  if (!engine) throw new Error("This engine has no WebAssembly.");
  if (!hasSimd(engine)) {
    throw new Error(
      "This engine's WebAssembly has no SIMD, which Chrome 91, Firefox 89, Safari 16.4 and later have.",
    );
  }
  const fused = relaxed && hasRelaxedSimd(engine);
  if (fused && nodejs && threads > 1) {
    // Resolved at run time, so that bundlers for browsers leave it behind.
    const folder = new URL(".", files.relaxed);
    const bytes = await readWithNode(nodejs, new URL(`${folder.href}versant-threads.wasm`));
    const module = await engine.compile(bytes);
    // As many pages of 64 KiB as the build declares at least, and at most.
    const memory = new engine.Memory({ initial: 32, maximum: 65535, shared: true });
    const { exports } = await engine.instantiate(module, { env: { memory, now } });
    startWorkers(nodejs, module, memory, exports, threads - 1);
    return { exports, threads };
  }
  const file = fused ? files.relaxed : files.simd;
  const bytes = nodejs ? await readWithNode(nodejs, file) : await download(file);
  const { exports } = await engine.instantiate(await engine.compile(bytes), { env: { now } });
  return { exports, threads: 1 };
}

async function readWithNode(process: NodeJS.Process, file: URL): Promise<Uint8Array> {
  try {
    return await process.getBuiltinModule("node:fs/promises").readFile(file);
  } catch {
    throw new Error(`The WebAssembly kernel is missing: ${file.href} cannot be read.`);
  }
}

/** Does without `compileStreaming`, which fails on servers that do not know the type of .wasm files. */
async function download(file: URL): Promise<Uint8Array> {
  const missing = (reason: string): Error =>
    new Error(
      `The WebAssembly kernel is missing: ${file.href} ${reason}. ` +
        "Serve the file of this name there; it is in the folder kernel/wasm of @versant/core.",
    );
  const response = await fetch(file).catch(() => {
    throw missing("cannot be reached");
  });
  if (!response.ok) throw missing(`was answered with status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Servers of single-page applications answer with a page instead of 404.
  if (!magic.every((byte, i) => bytes[i] === byte)) throw missing("is not a WebAssembly file");
  return bytes;
}

const magic = [0x00, 0x61, 0x73, 0x6d];

/** Whether the engine takes a function that leaves one vector by these instructions. */
const accepts = (engine: Engine, instructions: readonly number[]): boolean =>
  engine.validate(
    Uint8Array.from([
      ...[...magic, 1, 0, 0, 0],
      ...[1, 5, 1, 0x60, 0, 1, 0x7b], // types: () -> v128
      ...[3, 2, 1, 0], // functions
      ...[10, instructions.length + 4, 1, instructions.length + 2, 0, ...instructions, 0x0b], // code
    ]),
  );

const zeros = [0x41, 0, 0xfd, 0x11]; // i32.const 0, i32x4.splat
const relaxedMultiplyAdd = [0xfd, 0x85, 0x02]; // f32x4.relaxed_madd

const hasSimd = (engine: Engine): boolean => accepts(engine, zeros);

function hasRelaxedSimd(engine: Engine): boolean {
  // Node 20 knows relaxed SIMD only by this flag; later versions have it on.
  nodejs?.getBuiltinModule("node:v8").setFlagsFromString("--experimental-wasm-relaxed-simd");
  return accepts(engine, [...zeros, ...zeros, ...zeros, ...relaxedMultiplyAdd]);
}
