import type { DType, TypedArray } from "../../src/array/index.js";
import { makeArray, Storage } from "../../src/array/index.js";
import type { Device, Executable, Failure } from "../../src/device/device.js";
import { loadNative } from "../../src/device/native/index.js";
import { loadWasm } from "../../src/device/wasm/index.js";
import type { BufferDeclaration, Instruction, Operand, Program } from "../../src/program/index.js";
import { interpret } from "./interpreter.js";

async function available(loaders: readonly (() => Promise<Device>)[]): Promise<Device[]> {
  const results = await Promise.allSettled(loaders.map((load) => load()));
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

/** The instruction sets of this machine, and 3 threads: all must give the same bits. */
export const natives = await available([
  () => loadNative({ isa: "avx2", threads: 1, poison: true }),
  () => loadNative({ isa: "avx512", threads: 1, poison: true }),
  () => loadNative({ isa: "neon", threads: 1, poison: true }),
  () => loadNative({ threads: 3, poison: true }),
]);
const wasms = [await loadWasm({ poison: true }), await loadWasm({ relaxed: false, poison: true })];
/** Every build of the kernel that runs here. */
export const kernels: readonly Device[] = [...natives, ...wasms];

/** Names that differ, for `test.each`. */
export const named = kernels.map((device): [string, Device] => [
  `${device.name}: ${device.description}`,
  device,
]);

type Data = Exclude<DType, "float64">;

/** A Program under construction: arrays become buffers. */
export class ProgramBuilder {
  readonly buffers: BufferDeclaration[] = [];
  readonly inputs: TypedArray[] = [];
  readonly states: Storage[] = [];
  readonly outputs: TypedArray[] = [];
  arenaBytes = 0;
  scalars: number[] = [];

  private add(declaration: BufferDeclaration): number {
    return this.buffers.push(declaration) - 1;
  }
  input(dtype: Data, data: TypedArray): number {
    const index = this.inputs.push(data) - 1;
    return this.add({ dtype, length: data.length, place: { kind: "input", index } });
  }
  output(dtype: Data, length: number): number {
    const index = this.outputs.push(makeArray(dtype, length)) - 1;
    return this.add({ dtype, length, place: { kind: "output", index } });
  }
  state(dtype: Data, data: TypedArray): number {
    const slot = this.states.push(Storage.of(dtype, data)) - 1;
    return this.add({ dtype, length: data.length, place: { kind: "bound", slot } });
  }
  scratch(dtype: Data, length: number): number {
    const offset = this.arenaBytes;
    this.arenaBytes += Math.ceil((length * 4) / 64) * 64;
    return this.add({ dtype, length, place: { kind: "arena", offset } });
  }
  moving(of: number, length: number, stride: number): number {
    const { dtype } = this.buffers[of] as BufferDeclaration;
    return this.add({ dtype, length, place: { kind: "moving", of, stride } });
  }
  scalar(value: number): number {
    return this.scalars.push(value) - 1;
  }

  build(compute: readonly Instruction[], commit: readonly Instruction[] = []): Program {
    return {
      buffers: this.buffers,
      arenaBytes: this.arenaBytes,
      slots: this.states.length,
      inputs: this.inputs.length,
      outputs: this.outputs.length,
      scalars: this.scalars.length,
      compute,
      commit,
    };
  }
}

export interface Outcome {
  readonly failure: Failure | null;
  readonly outputs: readonly TypedArray[];
  readonly states: readonly TypedArray[];
}

export const load = (device: Device, program: Program): Executable =>
  device.load({
    graph: { inputs: [], outputs: [], updates: [], checks: [] },
    program: () => program,
    inventory: { bindings: [], slotOf: new Map(), scalars: [], scalarOf: new Map() },
  });

/** Runs on copies of the builder's arrays, `times` times with the states of the run before. */
export function runOn(
  device: Device,
  builder: ProgramBuilder,
  program: Program,
  times = 1,
): Outcome {
  const executable = load(device, program);
  const states = builder.states.map(({ dtype, host }) =>
    Storage.of(dtype, (host as TypedArray).slice()),
  );
  for (const [slot, storage] of states.entries()) executable.bind(slot, storage);
  const outputs = builder.outputs.map((output) => output.slice());
  const scalars = Float64Array.from(builder.scalars);
  let failure: Failure | null = null;
  for (let time = 0; time < times; time++) {
    failure = executable.run(
      builder.inputs.map((input) => input.slice()),
      outputs,
      scalars,
    );
  }
  return { failure, outputs, states: states.map((storage) => storage.read()) };
}

/** What the Program means, computed plainly in this folder's interpreter. */
export function expected(builder: ProgramBuilder, program: Program): Outcome {
  const states = builder.states.map(({ host }) => (host as TypedArray).slice());
  const outputs = builder.outputs.map((output) => output.slice());
  const failure = interpret(program, { states, inputs: builder.inputs, outputs }, builder.scalars);
  return { failure, outputs, states };
}

export const operand = (buffer: number, strides: readonly number[] = [], offset = 0): Operand => ({
  buffer,
  offset,
  strides,
});

/** The bytes of all results, to compare bits. */
export const bitsOf = ({ outputs, states }: Outcome): string =>
  [...outputs, ...states]
    .map((array) =>
      Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64"),
    )
    .join(" ");
