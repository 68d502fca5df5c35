import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Problem, Session } from "versant/studio-api";
import { admissions, get, refusal } from "../api/client.js";
import { type Handlers, listen, type StreamOptions } from "../api/stream.js";
import { openSession } from "./session.js";

/** Whether the last stream that was opened is answered; true as long as none was. */
export const isConnected = signal(true);

/** What is wrong with the ledger; null where it can be read. */
export const ledgerProblem = signal<Problem | null>(null);

/** Whether it is this browser that is not answered: whoever asks finds out. */
const findRefusal = (): void => void get<Session>("/api/session").catch(() => {});

/**
 * Listens while a page is shown, and again when this browser was let in anew: then as after `reset`. Not before
 * `isReady`, so that `after` is known.
 *
 * @param handlers those of the first drawing count: they may hold signals, not values
 */
export function useStream(
  handlers: Handlers,
  { run, after, isReady }: StreamOptions & { readonly isReady: boolean },
): void {
  const admission = admissions.value;
  const first = useRef(admission);
  useEffect(() => {
    if (!isReady) return;
    const isAnew = admission !== first.current;
    if (isAnew) handlers.reset?.({ sequence: after ?? -1 });
    const stop = listen(
      {
        ...handlers,
        ledger: ({ problem }) => {
          ledgerProblem.value = problem;
        },
      },
      {
        ...(run !== undefined && { run }),
        ...(after !== undefined && !isAnew && { after }),
        onConnection: (now) => {
          isConnected.value = now;
          // Another tab of this browser was let in.
          if (now && refusal.value) void openSession();
        },
        onRefusal: findRefusal,
      },
    );
    return () => {
      stop();
      isConnected.value = true;
      ledgerProblem.value = null;
    };
  }, [run, isReady, admission]);
}
