// Runs in a worker thread: the keys of the rows that it is sent, whose memory it gives back.
import { parentPort } from "node:worker_threads";
import type { KeyOrder } from "./keyMaker.js";
import { keysOf } from "./rowKeys.js";

parentPort?.on("message", ({ rows, count }: KeyOrder) => {
  const keys = keysOf(rows, count);
  const memory = rows.buffer as ArrayBuffer;
  parentPort?.postMessage({ keys, memory }, [memory, keys.buffer as ArrayBuffer]);
});
