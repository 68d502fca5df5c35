import type { StreamMessages } from "versant/studio-api";
import { addressOf } from "./client.js";

/** What is done with each kind of message. */
export type Handlers = {
  readonly [Name in keyof StreamMessages]?: (message: StreamMessages[Name]) => void;
};

export interface StreamOptions {
  /** A run or a search; all runs where it is absent. */
  readonly run?: string;
  /** The last event of the ledger that is known already. */
  readonly after?: number;
  /** Told whether the server is there. */
  readonly onConnection?: (isConnected: boolean) => void;
  /** Told when the server is there, and does not answer this browser. */
  readonly onRefusal?: () => void;
}

const names = [
  "epoch",
  "steps",
  "state",
  "event",
  "search",
  "heartbeat",
  "reset",
  "ledger",
] as const;

/** Without a sign of life for so long, a connection is taken for dead (a machine that slept), in milliseconds. */
const silence = 16_000;
const retries = [500, 1000, 2000, 5000] as const;

/**
 * Listens to the ledger until it is closed. The browser itself goes on after short breaks; where it gives up, or
 * where nothing is heard for too long, a new connection begins behind the last event that came.
 *
 * @returns what ends it
 */
export function listen(handlers: Handlers, options: StreamOptions = {}): () => void {
  let after: string | number | undefined = options.after;
  let failures = 0;
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const wait = (milliseconds: number): void => {
    clearTimeout(timer);
    timer = setTimeout(reconnect, milliseconds);
  };
  const reconnect = (): void => {
    source?.close();
    options.onConnection?.(false);
    connect();
  };
  const heard = (event: MessageEvent<string>): void => {
    failures = 0;
    if (event.lastEventId !== "") after = event.lastEventId;
    wait(silence);
  };
  const connect = (): void => {
    source = new EventSource(addressOf("/api/stream", { run: options.run, after }));
    wait(silence);
    source.addEventListener("open", () => options.onConnection?.(true));
    source.addEventListener("error", () => {
      options.onConnection?.(false);
      // What the browser would try again by itself is a connection that broke.
      if (source?.readyState === EventSource.CLOSED) options.onRefusal?.();
      wait(retries[Math.min(failures++, retries.length - 1)] ?? silence);
    });
    for (const name of names) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        heard(event);
        // Each name has the message that the interface gives it.
        const handle = handlers[name] as ((message: unknown) => void) | undefined;
        handle?.(JSON.parse(event.data));
      });
    }
  };
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
