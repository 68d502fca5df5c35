/** Milliseconds that long work may keep the event loop waiting. */
const patience = 20;

/** Resolves after timers, signals and messages that are due have had their turn. */
const nextTask: () => Promise<void> =
  typeof setImmediate === "function"
    ? () => new Promise((resolve) => setImmediate(resolve))
    : () =>
        new Promise((resolve) => {
          // Unlike setTimeout, a message is not held back by 4 ms in browsers.
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener("message", () => {
            port1.close();
            resolve();
          });
          port1.start();
          port2.postMessage(null);
        });

let lastTurn = performance.now();

/** True when the event loop has waited long enough, whatever kept it waiting. */
export const isTurnDue = (): boolean => performance.now() - lastTurn > patience;

/** Gives the event loop its turn. */
export async function giveTurn(): Promise<void> {
  await nextTask();
  lastTurn = performance.now();
}
