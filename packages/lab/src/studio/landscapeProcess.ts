import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LandscapeProgress } from "../landscape/landscape.js";
import type { LandscapeRequest, LandscapeWork } from "./api/index.js";
import { StudioError } from "./problem.js";

const command = fileURLToPath(new URL("../../bin/versant.mjs", import.meta.url));

/** Characters of what the command says of a failure that are kept. */
const longestSaid = 4000;

/** Milliseconds in which the last words of a process that is gone come through. */
const lastWords = 500;

/**
 * `versant landscape` in a process of its own, one at a time: it runs the experiment's file, as training does, if that
 * is still the one that was recorded. That file may do anything, so that nothing here waits for it: to end, to obey a
 * signal, or to close what it has opened.
 */
export class LandscapeProcess {
  readonly #ledger: string;
  readonly #failures = new Map<string, string>();
  #child: ChildProcess | undefined;
  #isStopped = false;
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
    const child = fork(command, ["landscape", "--for-studio", ...flags, "--", run], {
      env: { ...process.env, VERSANT_LEDGER: this.#ledger },
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-longestSaid);
    });
    child.on("message", (message) => {
      if (isProgress(message)) this.#work = { run, directions, ...progressIn(message) };
    });
    child.once("error", ({ message }) => this.#end(child, run, message));
    // A process that it started may hold the pipe for ever.
    child.once("exit", () => setTimeout(() => child.stderr?.destroy(), lastWords));
    child.once("close", (code, signal) => {
      const ending = `the command ended with ${signal ?? `exit code ${code}`}.`;
      this.#end(child, run, code === 0 ? undefined : (lastLineOf(said) ?? ending));
    });
    this.#failures.delete(run);
    this.#child = child;
    this.#isStopped = false;
    this.#work = { run, directions, stage: "starting", done: 0, total: 0 };
    return this.#work;
  }

  /** Ends what is being measured; resolves when its process is gone. Nothing is recorded by halves. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#isStopped = true;
    const closed = new Promise((resolve) => child.once("close", resolve));
    // Other signals can be ignored.
    child.kill("SIGKILL");
    await closed;
  }

  #end(child: ChildProcess, run: string, failure: string | undefined): void {
    // What could not be started fails, and may be closed besides.
    if (child !== this.#child) return;
    if (failure !== undefined && !this.#isStopped) this.#failures.set(run, failure);
    this.#child = undefined;
    this.#work = null;
  }
}

const stages: readonly unknown[] = ["training", "measuring"] satisfies LandscapeProgress["stage"][];

/** The file of an experiment can send messages of its own. */
function isProgress(message: unknown): message is LandscapeProgress {
  if (typeof message !== "object" || message === null) return false;
  const { stage, done, total } = message as Partial<LandscapeProgress>;
  return stages.includes(stage) && Number.isFinite(done) && Number.isFinite(total);
}

const progressIn = ({ stage, done, total }: LandscapeProgress): LandscapeProgress => ({
  stage,
  done,
  total,
});

/** What the command says last is why it ended. */
const lastLineOf = (said: string): string | undefined =>
  said
    .trimEnd()
    .split("\n")
    .findLast((line) => line.startsWith("versant: "))
    ?.slice("versant: ".length);
