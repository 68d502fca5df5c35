import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A child process that answers every JSON line with one. */
export class Peer {
  #child;
  #answers;
  #errors = "";

  constructor(name, command, environment = {}) {
    this.name = name;
    this.#child = spawn(command[0], command.slice(1), {
      env: { ...process.env, ...environment },
      stdio: ["pipe", "pipe", "pipe"],
    });
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

  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) {
      const lines = this.#errors.trim().split("\n");
      const reason = lines.findLast((line) => line.includes("Error")) ?? lines.at(-1);
      throw new Error(`${this.name} is absent: ${reason || "it ended without a word"}`);
    }
    return JSON.parse(value);
  }

  end() {
    this.#child.stdin.end();
  }
}
