// Runs in a worker thread: prepares the samples of each order and hands their memory over.
import { parentPort, workerData } from "node:worker_threads";
import type { TypedArray } from "@versant/core";
import { sizeOf } from "@versant/core/internal";
import { bytesOf, elementsOf } from "../weights/safetensors.js";
import type { Delivery, Order, Samples, WorkerSetup } from "./samples.js";

const { module, options, columns } = workerData as WorkerSetup;
const widths = columns.map(({ shape }) => sizeOf(shape));

async function deliver(samples: Samples, { id, epoch, indices }: Order): Promise<Delivery> {
  const room = columns.map(({ dtype }, index) =>
    elementsOf(dtype, new ArrayBuffer(indices.length * (widths[index] ?? 0) * bytesOf(dtype))),
  );
  const skipped: string[] = [];
  let filled = 0;
  for (const index of indices) {
    const targets = room.map((array, column) => {
      const width = widths[column] ?? 0;
      return array.subarray(filled * width, (filled + 1) * width);
    });
    try {
      const prepared = samples.prepare(index, epoch, targets);
      if (typeof prepared === "boolean" ? prepared : await prepared) filled++;
      else skipped.push(samples.nameOf(index));
    } catch (error) {
      return { id, problem: `${samples.nameOf(index)}: ${(error as Error).message}` };
    }
  }
  const whole = filled === indices.length;
  const cut = (array: TypedArray, column: number): TypedArray =>
    whole ? array : array.slice(0, filled * (widths[column] ?? 0));
  return { id, columns: room.map(cut), skipped };
}

const { samples: make } = (await import(module)) as { samples(options: unknown): Samples };
const samples = make(options);
let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (order: Order) => {
  // One after the other, because samples may be prepared asynchronously.
  last = last.then(async () => {
    const delivery = await deliver(samples, order);
    const memory = "columns" in delivery ? delivery.columns.map(({ buffer }) => buffer) : [];
    parentPort?.postMessage(delivery, memory as ArrayBuffer[]);
  });
});
