import { Worker } from "node:worker_threads";
import { keysOf } from "./rowKeys.js";

/** What the thread is sent. */
export interface KeyOrder {
  readonly rows: Uint8Array;
  readonly count: number;
}

interface KeyDelivery {
  readonly keys: Uint8Array;
  /** That of the rows, to be used again. */
  readonly memory: ArrayBuffer;
}

/** Beside the sources as well as beside what is built of them: workers run what is built. */
const script = new URL("../../dist/honesty/keyWorker.js", import.meta.url);

/** Below this a thread takes longer to start than the rows to hash. */
const bytesBeforeThread = 2 ** 23;

/**
 * The keys of rows, as `keysOf` gives them: of many rows another thread makes them, while the next ones are
 * read. They come in the order in which they were asked for.
 */
export class KeyMaker {
  #bytes = 0;
  #worker: Worker | undefined;
  /** Memory of rows that were hashed. */
  readonly #free: ArrayBuffer[] = [];
  readonly #waiting: { resolve(keys: Uint8Array): void; reject(error: Error): void }[] = [];

  /** @param rows the bytes of `count` rows of one length, which are copied before this returns */
  keys(rows: Uint8Array, count: number): Uint8Array | Promise<Uint8Array> {
    this.#bytes += rows.length;
    if (this.#bytes < bytesBeforeThread) return keysOf(rows, count);
    this.#worker ??= this.#start();
    const copy = new Uint8Array(this.#memory(rows.length), 0, rows.length);
    copy.set(rows);
    this.#worker.postMessage({ rows: copy, count } satisfies KeyOrder, [copy.buffer]);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.removeAllListeners("exit");
    await worker?.terminate();
  }

  #memory(bytes: number): ArrayBuffer {
    const fitting = this.#free.findIndex(({ byteLength }) => byteLength >= bytes);
    return fitting < 0 ? new ArrayBuffer(bytes) : (this.#free.splice(fitting, 1)[0] as ArrayBuffer);
  }

  #start(): Worker {
    // It leaves short texts behind, which need no room to grow old in.
    const worker = new Worker(script, { resourceLimits: { maxYoungGenerationSizeMb: 2 } });
    worker.on("message", ({ keys, memory }: KeyDelivery) => {
      this.#free.push(memory);
      this.#waiting.shift()?.resolve(keys);
    });
    const fail = (error: Error): void => {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    worker.on("error", fail);
    worker.on("exit", (code) => fail(new Error(`the thread that hashes rows ended with ${code}`)));
    return worker;
  }
}
