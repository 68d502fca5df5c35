import type { Drawing, LayoutRequest } from "./drawing.js";

let worker: Worker | undefined;
let asked = 0;

/** Places boxes off the main thread; the last question alone is answered. */
export function layOut(request: LayoutRequest, signal: AbortSignal): Promise<Drawing> {
  worker ??= new Worker(new URL("./layoutWorker.ts", import.meta.url), { type: "module" });
  const busy = worker;
  const id = ++asked;
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const over = (): void => stop.abort();
    busy.addEventListener(
      "message",
      ({ data }: MessageEvent<{ id: number; drawing: Drawing }>) => {
        if (data.id !== id) return;
        over();
        resolve(data.drawing);
      },
      { signal: stop.signal },
    );
    busy.addEventListener(
      "error",
      ({ message }) => {
        over();
        worker = undefined;
        reject(new Error(message));
      },
      { signal: stop.signal },
    );
    // What nobody waits for any more must not keep the next question waiting.
    signal.addEventListener("abort", () => {
      if (stop.signal.aborted) return;
      over();
      busy.terminate();
      if (worker === busy) worker = undefined;
      reject(signal.reason);
    });
    busy.postMessage({ id, request });
  });
}
