import type { ServerResponse } from "node:http";
import { nameNonFinite } from "../files/canonical.js";
import type { StreamMessages } from "./api/index.js";

export type MessageName = keyof StreamMessages;

/** Bytes that wait for a browser that does not read, such as one on a sleeping machine. */
const mostWaiting = 2 ** 22;

/** One browser that listens: server-sent events over one answer that does not end. */
export class Listener {
  readonly #response: ServerResponse;

  /**
   * @param run whose events it wants; undefined for how all runs stand
   */
  constructor(
    response: ServerResponse,
    readonly run: string | undefined,
  ) {
    this.#response = response;
    // A browser that was cut off comes back after so many milliseconds.
    response.write("retry: 1000\n\n");
  }

  /** @param id the event of the ledger that the browser goes on behind, when it comes back */
  send<N extends MessageName>(name: N, data: StreamMessages[N], id?: number): void {
    const lines = [
      `event: ${name}`,
      ...(id === undefined ? [] : [`id: ${id}`]),
      // One line: JSON has no line breaks of its own.
      `data: ${JSON.stringify(data, nameNonFinite)}`,
    ];
    this.#response.write(`${lines.join("\n")}\n\n`);
    // It comes back by itself, and is told what it has missed.
    if (this.#response.writableLength > mostWaiting) this.#response.destroy();
  }

  get isOpen(): boolean {
    return !this.#response.destroyed;
  }

  end(): void {
    this.#response.destroy();
  }
}
