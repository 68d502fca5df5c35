import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { neutralEnvironment } from "./environment.mjs";

/** Why a peer gives no answer; it is named and left out. */
export class Absent extends Error {}

/** A child process that answers every JSON line with one. */
export class Peer {
  #child;
  #answers;
  #errors = "";

  /** @param {{ command: string[], environment?: Record<string, string> }} system */
  constructor({ command: [file, ...options], environment = {} }) {
    this.#child = spawn(file, options, { env: { ...neutralEnvironment, ...environment } });
    this.#child.on("error", (error) => {
      this.#errors += error.message;
    });
    this.#child.stderr.on("data", (text) => {
      this.#errors += text;
    });
    // A peer that has died is reported by `ask`, not by the broken pipe.
    this.#child.stdin.on("error", () => {});
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws Absent when the peer says so, has died, or takes longer than `seconds` */
  async ask(request, seconds = 60) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const enough = new AbortController();
    const late = setTimeout(1000 * seconds, "late", { signal: enough.signal }).catch(() => {});
    const answer = await Promise.race([this.#answers.next(), late]);
    enough.abort();
    if (answer === "late") {
      this.#child.kill("SIGKILL");
      throw new Absent(`no answer within ${seconds} s`);
    }
    if (answer.done) throw new Absent(this.#lastWords());
    const result = JSON.parse(answer.value);
    if (result?.absent) throw new Absent(result.absent);
    return result;
  }

  #lastWords() {
    const lines = this.#errors.trim().split("\n");
    const reason = lines.findLast((line) => /Error|ENOENT/.test(line)) ?? lines.at(-1);
    return reason || "it ended without a word";
  }

  get isAlive() {
    return this.#child.exitCode === null && this.#child.signalCode === null && !this.#child.killed;
  }

  kill() {
    this.#child.kill();
  }
}
