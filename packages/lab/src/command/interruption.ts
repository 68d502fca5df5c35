import { constants } from "node:os";

type Signal = "SIGINT" | "SIGTERM";

/** By convention a process that a signal ends has 128 and the signal's number as its exit code. */
const exitCodeOf = (signal: Signal): number => 128 + constants.signals[signal];

/**
 * Turns the first Ctrl-C (or SIGTERM) into a request that training can honour after its batch, and
 * the second into an immediate exit.
 */
export class Interruption {
  readonly #controller = new AbortController();
  #received: Signal | undefined;

  readonly #receive = (signal: Signal): void => {
    if (this.#received) process.exit(exitCodeOf(signal));
    this.#received = signal;
    this.#controller.abort(`interrupted by ${signal}`);
  };

  /** From here on the process ends itself. */
  listen(): void {
    process.on("SIGINT", this.#receive);
    process.on("SIGTERM", this.#receive);
  }

  /** From here on a signal ends the process, as usual. */
  release(): void {
    process.off("SIGINT", this.#receive);
    process.off("SIGTERM", this.#receive);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Which signal came, if one did. */
  get received(): Signal | undefined {
    return this.#received;
  }

  get exitCode(): number {
    return this.#received ? exitCodeOf(this.#received) : 0;
  }
}
