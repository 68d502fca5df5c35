import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { row } from "../progress/format.js";
import { write } from "./conductOptions.js";
import { Interruption } from "./interruption.js";

const command = fileURLToPath(new URL("../../bin/versant.mjs", import.meta.url));

/**
 * The studio beside a training, in a process of its own: neither waits for the other. It is gone when the
 * training's process is, however that ends; and when it is killed itself, the training goes on.
 */
export class StudioProcess {
  readonly #child: ChildProcess;

  /** @param opens whether a browser shows the run, or its address is printed only */
  constructor(run: string, opens: boolean) {
    this.#child = fork(command, ["studio", run, ...(opens ? [] : ["--no-open"])], {
      // A Ctrl-C is the training's, which goes on until its batch is over.
      detached: true,
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("error", () => {});
    this.#child.once("message", (message) => {
      write(row("studio", (message as { address: string }).address));
    });
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** Lets whoever sits at a terminal look at what came out, until Ctrl-C; elsewhere nobody does. */
  async lookedAt(): Promise<void> {
    const child = this.#child;
    if (!child.connected || !process.stdout.isTTY) return;
    write("The studio stays open; Ctrl-C ends it.");
    const interruption = new Interruption();
    interruption.listen();
    child.ref();
    await Promise.race([once(interruption.signal, "abort"), once(child, "exit")]);
    interruption.release();
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}
