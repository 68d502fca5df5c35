import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LandscapeRequest, LandscapeWork } from "./api/index.js";
import { StudioError } from "./problem.js";

const command = fileURLToPath(new URL("../../bin/versant.mjs", import.meta.url));

/** Characters of what the command says of a failure that are kept. */
const longestSaid = 4000;

type Progress = Pick<LandscapeWork, "stage" | "done" | "total">;

/**
 * `versant landscape` in a process of its own, one at a time: it runs the experiment's file, as training does, if that
 * is still the one that was recorded.
 */
export class LandscapeProcess {
  readonly #ledger: string;
  readonly #failures = new Map<string, string>();
  #child: ChildProcess | undefined;
  #work: LandscapeWork | null = null;

  /** @param ledger the folder of the ledger */
  constructor(ledger: string) {
    this.#ledger = ledger;
  }

  /** What is being measured now. */
  get work(): LandscapeWork | null {
    return this.#work;
  }

  /** Why the last measurement of a run came to nothing. */
  failureOf(run: string): string | null {
    return this.#failures.get(run) ?? null;
  }

  /** @throws StudioError 409 while another one is being measured */
  start(run: string, { directions, part, grid, samples }: LandscapeRequest): LandscapeWork {
    if (this.#work) {
      throw new StudioError(
        409,
        `landscape: one of ${this.#work.run} is being measured, expected one at a time; it will be there soon.`,
      );
    }
    const flags = Object.entries({ directions, part, grid, samples }).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}`, String(value)],
    );
    const child = fork(command, ["landscape", ...flags, "--", run], {
      env: { ...process.env, VERSANT_LEDGER: this.#ledger },
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-longestSaid);
    });
    child.on("message", (progress) => {
      this.#work = { run, directions, ...(progress as Progress) };
    });
    child.once("error", (error) => this.#end(run, error.message));
    child.once("close", (code, signal) => {
      const ending = `the command ended with ${signal ?? `exit code ${code}`}.`;
      this.#end(run, code === 0 ? undefined : (lastLineOf(said) ?? ending));
    });
    this.#failures.delete(run);
    this.#child = child;
    this.#work = { run, directions, stage: "starting", done: 0, total: 0 };
    return this.#work;
  }

  close(): void {
    this.#child?.kill();
  }

  #end(run: string, failure: string | undefined): void {
    if (failure !== undefined) this.#failures.set(run, failure);
    this.#child = undefined;
    this.#work = null;
  }
}

/** What the command says last is why it ended. */
const lastLineOf = (said: string): string | undefined =>
  said
    .trimEnd()
    .split("\n")
    .findLast((line) => line.startsWith("versant: "))
    ?.slice("versant: ".length);
