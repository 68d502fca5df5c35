import { Worker } from "node:worker_threads";
import { ArgumentError, ExecutionError } from "@versant/core";
import type { Delivery, Order, WorkerSetup } from "./samples.js";

/** Beside the sources as well as beside what is built of them: workers run what is built. */
const script = new URL("../../dist/loading/worker.js", import.meta.url);

type Delivered = Extract<Delivery, { skipped: readonly string[] }>;

interface Awaited {
  readonly resolve: (delivery: Delivered) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker and the orders it has not delivered. */
interface Member {
  readonly worker: Worker;
  readonly waiting: Map<number, Awaited>;
}

/**
 * Worker threads that prepare samples. They keep the process alive only while something is awaited
 * of them, so that a program ends without closing them.
 */
export class WorkerPool {
  readonly #setup: WorkerSetup;
  readonly #members: Member[];
  #isClosed = false;
  #orders = 0;
  #failure: unknown;

  constructor(setup: WorkerSetup, workers: number) {
    this.#setup = setup;
    this.#members = Array.from({ length: workers }, () => this.#start());
  }

  /** Set once a worker has died: the pool is of no use any more. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** @throws ExecutionError when `close` was called */
  requireOpen(): void {
    if (this.#isClosed) throw this.#failure;
  }

  /**
   * The samples, from the worker that has least to do.
   *
   * @throws ArgumentError, as a rejection, when a sample cannot be prepared; ExecutionError when the
   *   worker dies
   */
  prepare(order: Omit<Order, "id">): Promise<Delivered> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const [first, ...others] = this.#members;
    const member = others.reduce(
      (least, each) => (least && least.waiting.size <= each.waiting.size ? least : each),
      first,
    );
    return new Promise((resolve, reject) => {
      if (!member) return;
      const id = this.#orders++;
      member.waiting.set(id, { resolve, reject });
      member.worker.ref();
      member.worker.postMessage({ ...order, id });
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#failure ??= new ExecutionError(
      "loading: the source was closed while an epoch was read, expected that after its end; close " +
        "it behind the loop.",
    );
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  #start(): Member {
    const worker = new Worker(script, { workerData: this.#setup });
    const waiting = new Map<number, Awaited>();
    worker.on("message", (delivery: Delivery) => {
      const awaited = waiting.get(delivery.id);
      waiting.delete(delivery.id);
      if (waiting.size === 0) worker.unref();
      if ("problem" in delivery) awaited?.reject(new ArgumentError(delivery.problem));
      else awaited?.resolve(delivery);
    });
    worker.on("error", (error) => this.#fail(`failed: ${error.message}`, error));
    worker.on("exit", (code) => this.#fail(`ended with exit code ${code}`));
    // After the listeners: the first one for messages would make the process wait again.
    worker.unref();
    return { worker, waiting };
  }

  /** Nobody may wait for what will not come. */
  #fail(what: string, cause?: unknown): void {
    this.#failure ??= new ExecutionError(
      `loading: a worker that prepares samples ${what}, expected it to run until it is closed; ` +
        `look for process.exit() or memory that runs out in ${this.#setup.module}.`,
      { cause },
    );
    for (const { worker, waiting } of this.#members) {
      for (const { reject } of waiting.values()) reject(this.#failure);
      waiting.clear();
      worker.unref();
      void worker.terminate();
    }
  }
}
