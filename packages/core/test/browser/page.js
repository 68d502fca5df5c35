import { report } from "./program.js";

const inWorker = new Promise((resolve, reject) => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }) => resolve(data));
  worker.addEventListener("error", ({ message }) => reject(new Error(`in the Worker: ${message}`)));
});

globalThis.outcome = { page: await report(), worker: await inWorker };
