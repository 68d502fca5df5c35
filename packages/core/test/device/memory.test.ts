import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { ExecutionError, Storage } from "../../src/array/index.js";
import { loadNative } from "../../src/device/native/index.js";
import { loadWasm } from "../../src/device/wasm/index.js";
import type { Loop, MatMul, Program, Reduce } from "../../src/program/index.js";
import { kernels, load, named, natives, operand, ProgramBuilder, runOn } from "./programs.js";

/** Arrays in the middle of larger ones: what surrounds them is neither read nor written. */
test.each([1, 3, 10, 15, 17, 31, 33, 100, 257])("nothing outside arrays of %i is touched", (n) => {
  const guard = 64;
  const results = [Number.NaN, 1e30].map((poison) => {
    const guarded = (length: number): Float32Array => {
      const whole = new Float32Array(length + 2 * guard).fill(poison);
      const inside = whole.subarray(guard, guard + length);
      inside.forEach((_, e) => {
        inside[e] = ((e * 37) % 11) - 5;
      });
      return inside;
    };
    const builder = new ProgramBuilder();
    const x = builder.input("float32", guarded(n));
    const matrix = builder.input("float32", guarded(n * 3));
    const outputs = [n, 1, n * 3, n * n].map((length) => builder.output("float32", length));
    const [sum = 0, total = 0, table = 0, product = 0] = outputs;
    const loop: Loop = {
      kind: "loop",
      label: "loop",
      shape: [n],
      inputs: [{ register: 0, operand: operand(x, [1]) }],
      uniforms: [],
      code: [{ operation: "add", target: 1, sources: [0, 0] }],
      registers: 2,
      outputs: [{ register: 1, operand: operand(sum, [1]) }],
    };
    const rows: Loop = {
      ...loop,
      shape: [3, n],
      inputs: [{ register: 0, operand: operand(x, [0, 1]) }],
      outputs: [{ register: 1, operand: operand(table, [1, 3]) }],
    };
    const reduce: Reduce = {
      ...loop,
      kind: "reduce",
      code: [],
      reduction: "sum",
      reducedAxes: 1,
      columns: false,
      results: [{ register: 0, output: operand(total) }],
    };
    const matmul: MatMul = {
      kind: "matmul",
      label: "matmul",
      batch: [],
      m: [n],
      n: [n],
      k: [3],
      a: operand(matrix, [3, 1]),
      b: operand(matrix, [n, 1]),
      epilogue: [],
      c: operand(product, [n, 1]),
    };
    const program = builder.build([loop, rows, reduce, matmul]);
    return kernels.map((device) => {
      const executable = load(device, program);
      const written = builder.outputs.map(({ length }) => guarded(length));
      executable.run(builder.inputs, written, new Float64Array(0));
      for (const array of [...written, ...(builder.inputs as Float32Array[])]) {
        const whole = new Float32Array(array.buffer);
        const outside = [...whole.subarray(0, guard), ...whole.subarray(guard + array.length)];
        expect(outside.every((value) => Object.is(value, Math.fround(poison)))).toBe(true);
      }
      return written.map((array) => [...array]);
    });
  });
  expect(results[0]).toEqual(results[1]);
  expect(new Set(results[0]?.map((each) => JSON.stringify(each))).size).toBe(1);
});

function counter(length: number) {
  const builder = new ProgramBuilder();
  const state = builder.state("float32", new Float32Array(length));
  const out = builder.output("float32", length);
  const increment: Loop = {
    kind: "loop",
    label: "increment",
    shape: [length],
    inputs: [{ register: 0, operand: operand(state, [1]) }],
    uniforms: [{ register: 1, integer: false, value: 1 }],
    code: [{ operation: "add", target: 2, sources: [0, 1] }],
    registers: 3,
    outputs: [{ register: 2, operand: operand(out, [1]) }],
  };
  const commit: Loop = { ...increment, outputs: [{ register: 2, operand: operand(state, [1]) }] };
  return { builder, program: builder.build([increment], [commit]) };
}

test("a state moves between devices with its content", () => {
  const { program } = counter(10);
  const storage = Storage.zeros("float32", 10);
  const out = new Float32Array(10);
  for (const device of [...kernels, ...kernels]) {
    const executable = load(device, program);
    executable.bind(0, storage);
    executable.run([], [out], new Float64Array(0));
  }
  expect(storage.read()[9]).toBe(2 * kernels.length);
  expect(out[0]).toBe(2 * kernels.length);
});

test("wasm keeps the truth of a state, copies constants once, and frees what is bound no more", async () => {
  const device = await loadWasm();
  const { program } = counter(1 << 20);
  const executable = load(device, program);
  const state = Storage.zeros("float32", 1 << 20);
  executable.bind(0, state);
  const out = new Float32Array(1 << 20);
  executable.run([], [out], new Float64Array(0));
  expect(state.host).toBeNull();
  expect(state.read()[5]).toBe(1);
  expect((await state.readAsync())[5]).toBe(1);
  // 400 MB of states pass through; without freeing, memory would have to hold them all.
  const reader = new ProgramBuilder();
  const constant = reader.state("float32", new Float32Array(1 << 20));
  const total = reader.output("float32", 1);
  const sum: Reduce = {
    kind: "reduce",
    label: "sum",
    shape: [1 << 20],
    inputs: [{ register: 0, operand: operand(constant, [1]) }],
    uniforms: [],
    code: [],
    registers: 1,
    reduction: "sum",
    reducedAxes: 1,
    columns: false,
    results: [{ register: 0, output: operand(total) }],
  };
  const summing = load(device, reader.build([sum]));
  const bytes = (): number =>
    (device as unknown as { memory: { words(): Int32Array } }).memory.words().byteLength;
  const result = new Float32Array(1);
  const ones = new Float32Array(1 << 20).fill(1);
  summing.bind(0, Storage.of("float32", ones));
  const before = bytes();
  for (let round = 0; round < 100; round++) {
    const one = Storage.of("float32", ones);
    summing.bind(0, one);
    summing.run([], [result], new Float64Array(0));
    expect(one.host).not.toBeNull();
  }
  expect(result[0]).toBe(1 << 20);
  expect(bytes() - before).toBeLessThan(16 << 20);
});

// Beyond 4 GiB, where 32 bits would cut the size short, and below.
test.each([40_000, 46_000, 32_000])("wasm says how much memory %i^2 floats need", async (n) => {
  const builder = new ProgramBuilder();
  const x = builder.input("float32", new Float32Array(n));
  const matmul: MatMul = {
    kind: "matmul",
    label: "matmul",
    batch: [],
    m: [n],
    n: [n],
    k: [1],
    a: operand(x, [1, 1]),
    b: operand(x, [n, 1]),
    epilogue: [],
    c: operand(builder.scratch("float32", n * n), [n, 1]),
  };
  const inScratch = builder.build([matmul]);
  const asOutput: Program = {
    ...inScratch,
    outputs: 1,
    buffers: inScratch.buffers.map((buffer) =>
      buffer.place.kind === "arena" ? { ...buffer, place: { kind: "output", index: 0 } } : buffer,
    ),
  };
  const device = await loadWasm();
  for (const program of [inScratch, asOutput, asOutput]) {
    const act = () => load(device, program).run(builder.inputs, [], new Float64Array(0));
    expect(act).toThrow(ExecutionError);
    const gigabytes = ((4 * n * n) / 2 ** 30).toFixed(1);
    expect(act).toThrow(
      new RegExp(`^out of memory: \\d+ bytes \\(${gigabytes} GiB\\) were needed`),
    );
  }
  // The device goes on.
  const { program } = counter(10);
  const executable = load(device, program);
  executable.bind(0, Storage.zeros("float32", 10));
  const out = new Float32Array(10);
  executable.run([], [out], new Float64Array(0));
  expect(out[0]).toBe(1);
});

test.each(named)("denormals are flushed natively and the setting is restored, %s", (_, device) => {
  const builder = new ProgramBuilder();
  const x = builder.input("float32", new Float32Array(64).fill(1e-30));
  const out = builder.output("float32", 64);
  const square: Loop = {
    kind: "loop",
    label: "square",
    shape: [64],
    inputs: [{ register: 0, operand: operand(x, [1]) }],
    uniforms: [],
    code: [
      { operation: "multiply", target: 1, sources: [0, 0] },
      { operation: "multiply", target: 1, sources: [1, 0] },
    ],
    registers: 2,
    outputs: [{ register: 1, operand: operand(out, [1]) }],
  };
  expect(runOn(device, builder, builder.build([square])).outputs[0]?.[0]).toBe(0);
  const tiny = Float32Array.of(1e-30, 1e-10);
  expect((tiny[0] as number) * (tiny[1] as number)).toBeGreaterThan(0);
  expect(Math.fround((tiny[0] as number) * (tiny[1] as number))).toBeGreaterThan(0);
});

test.runIf(natives.length > 0)(
  "the environment chooses, and a wrong choice is explained",
  async () => {
    await expect(loadNative({ isa: "sse9" })).rejects.toThrow(
      /VERSANT_ISA: received "sse9", expected one of/,
    );
    await expect(loadNative({ threads: 0 })).rejects.toThrow(
      "received 0, expected an integer from 1 to 64",
    );
    process.env.VERSANT_THREADS = "2";
    try {
      expect((await loadNative()).threads).toBe(2);
    } finally {
      delete process.env.VERSANT_THREADS;
    }
  },
);

test.runIf(natives.length > 0)("workers run Programs at the same time and end", async () => {
  const addon = new URL("../../kernel/build/Release/versant.node", import.meta.url).pathname;
  // A sum of 10^6 ones, split among threads, 50 times in each of 3 workers.
  const builder = new ProgramBuilder();
  const x = builder.input("float32", new Float32Array(1_000_000).fill(1));
  const out = builder.output("float32", 1);
  const sum: Reduce = {
    kind: "reduce",
    label: "sum",
    shape: [1_000_000],
    inputs: [{ register: 0, operand: operand(x, [1]) }],
    uniforms: [],
    code: [],
    registers: 1,
    reduction: "sum",
    reducedAxes: 1,
    columns: false,
    results: [{ register: 0, output: operand(out) }],
  };
  const { encode } = await import("../../src/program/encode.js");
  const { words, constants } = encode(builder.build([sum]));
  const source = `
    const { workerData, parentPort } = require("node:worker_threads");
    const addon = require(workerData.addon);
    const program = addon.load(addon.open(3, "", false), workerData.words, workerData.constants);
    addon.attach(program, new Float64Array(0), new Float64Array(3), null);
    const x = new Float32Array(1000000).fill(1), out = new Float32Array(1);
    let total = 0;
    for (let i = 0; i < 50; i++) { addon.run(program, x, out); total += out[0]; }
    parentPort.postMessage(total);`;
  const totals = await Promise.all(
    [1, 2, 3].map(
      () =>
        new Promise<number>((resolve, reject) => {
          const worker = new Worker(source, {
            eval: true,
            workerData: { addon, words, constants },
          });
          let total = 0;
          worker.on("message", (message: number) => {
            total = message;
          });
          worker.on("error", reject);
          worker.on("exit", () => resolve(total));
        }),
    ),
  );
  expect(totals).toEqual([5e7, 5e7, 5e7]);
});
