import type { ServerResponse } from "node:http";
import { nameNonFinite } from "../files/canonical.js";
import type { StreamMessages } from "./api/index.js";
import { idOf, type Place } from "./place.js";

export type MessageName = keyof StreamMessages;

/** Bytes that wait for a browser that does not read, such as one on a sleeping machine. */
const mostWaiting = 2 ** 22;

/** @param place what the browser goes on behind, when it comes back */
export function messageOf<N extends MessageName>(
  name: N,
  data: StreamMessages[N],
  place?: Place,
): string {
  const lines = [
    `event: ${name}`,
    ...(place === undefined ? [] : [`id: ${idOf(place)}`]),
    // One line: JSON has no line breaks of its own.
    `data: ${JSON.stringify(data, nameNonFinite)}`,
  ];
  return `${lines.join("\n")}\n\n`;
}

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

  /** @param message as `messageOf` writes it: the same one for all who are told */
  send(message: string): void {
    this.#response.write(message);
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
