import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Handlers, listen, type StreamOptions } from "../api/stream.js";

/** Whether the last stream that was opened is answered; true as long as none was. */
export const isConnected = signal(true);

/** What is wrong with the ledger; null where it can be read. */
export const ledgerProblem = signal<string | null>(null);

/**
 * Listens while a page is shown; not before `isReady`, so that `after` is known.
 *
 * @param handlers those of the first drawing count: they may hold signals, not values
 */
export function useStream(
  handlers: Handlers,
  { run, after, isReady }: StreamOptions & { readonly isReady: boolean },
): void {
  useEffect(() => {
    if (!isReady) return;
    const stop = listen(
      {
        ...handlers,
        ledger: ({ problem }) => {
          ledgerProblem.value = problem;
        },
      },
      {
        ...(run !== undefined && { run }),
        ...(after !== undefined && { after }),
        onConnection: (now) => {
          isConnected.value = now;
        },
      },
    );
    return () => {
      stop();
      isConnected.value = true;
      ledgerProblem.value = null;
    };
  }, [run, isReady]);
}
