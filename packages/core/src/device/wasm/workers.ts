import type { KernelExports } from "./memory.js";

const stackBytes = 256 * 1024;

/** An instance of the same module on the same memory, with a stack of its own, that never returns. */
const script = `
  const { module, memory, stack } = require("node:worker_threads").workerData;
  const { exports } = new WebAssembly.Instance(module, { env: { memory, now: () => 0 } });
  exports.__stack_pointer.value = stack;
  exports.work();
`;

/**
 * Starts `count` threads that take parts of instructions. They sleep while nothing runs, and do not
 * keep the process alive.
 */
export function startWorkers(
  process: NodeJS.Process,
  module: object,
  memory: object,
  kernel: KernelExports,
  count: number,
): void {
  const { Worker } = process.getBuiltinModule("node:worker_threads");
  for (let i = 0; i < count; i++) {
    const stack = (kernel.allocate(stackBytes) >>> 0) + stackBytes;
    const workerData = { module, memory, stack };
    // Without the process's own flags, which may say that what is evaluated is a module.
    new Worker(script, { eval: true, execArgv: [], workerData }).unref();
  }
}
