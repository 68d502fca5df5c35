import { type ChildProcess, fork } from "node:child_process";
import type { TrialReport } from "../ledger/searchEvents.js";
import type { Request, Response, TrialOrder, TrialOutcome, WorkerSetup } from "./protocol.js";

/** Beside the sources as well as beside what is built of them: workers run what is built. */
const script = new URL("../../dist/tune/worker.js", import.meta.url);

/** Milliseconds that an interrupted trial has to come to the end of its batch. */
const graceMilliseconds = 5000;

/** Characters of a dying worker's last words. */
const wordsKept = 300;

export interface WorkerOptions {
  readonly setup: WorkerSetup;
  /** Threads of its device. */
  readonly threads: number;
  /** Seconds that a trial may take, without the time that it waits for others; default any. */
  readonly trialSeconds?: number;
  readonly signal: AbortSignal;
}

/** What whoever orders a trial is told on the way. */
export interface TrialListener {
  started(run: string): void;
  epoch(epoch: number): void;
  report(report: TrialReport): Promise<string | undefined>;
}

/** A process that trains, started when it is needed, and anew when it has died. */
export class WorkerProcess {
  readonly #options: WorkerOptions;
  #child: ChildProcess | undefined;
  #words = "";
  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Makes a trial. A process that dies or hangs is an outcome as well. */
  run(order: TrialOrder, listener: TrialListener): Promise<TrialOutcome> {
    const { signal, trialSeconds } = this.#options;
    const child = this.#started();
    return new Promise((resolve) => {
      let epochs = 0;
      let clock: NodeJS.Timeout | undefined;
      const limit = 1000 * (trialSeconds ?? 0);
      let left = limit;
      let since = 0;
      let isOver = false;
      const wind = (): void => {
        if (trialSeconds === undefined || isOver) return;
        since = performance.now();
        clock = setTimeout(() => fail(`took longer than ${trialSeconds} s`), left);
      };
      const halt = (): void => {
        clearTimeout(clock);
        left -= performance.now() - since;
      };
      const finish = (outcome: TrialOutcome): void => {
        isOver = true;
        halt();
        child.off("message", hear);
        child.off("exit", mourn);
        signal.removeEventListener("abort", interrupt);
        resolve(outcome);
      };
      const fail = (reason: string): void => {
        this.#kill();
        const state = signal.aborted ? "interrupted" : "failed";
        finish({ state, objectives: [], constraints: [], epochs, reason, isLost: true });
      };
      const mourn = (code: number | null, killedBy: string | null): void =>
        fail(`the process ended with ${killedBy ?? `exit code ${code}`}${this.#lastWords()}`);
      const interrupt = (): void => {
        halt();
        send(child, { kind: "interrupt" });
        clock = setTimeout(() => fail("did not end when it was asked to"), graceMilliseconds);
      };
      const hear = async (response: Response): Promise<void> => {
        switch (response.kind) {
          case "ready":
            // What it took to load is no part of the trial.
            halt();
            left = limit;
            if (!signal.aborted) wind();
            break;
          case "started":
            listener.started(response.run);
            break;
          case "epoch":
            epochs = response.epoch;
            listener.epoch(epochs);
            break;
          case "report": {
            if (!signal.aborted) halt();
            const reason = await listener.report(response.report);
            // What others had come to by then may not be all that a verdict depends on.
            if (signal.aborted || isOver) return;
            wind();
            send(child, { kind: "verdict", reason });
            break;
          }
          case "ended":
            finish(response.outcome);
        }
      };
      child.on("message", hear);
      child.once("exit", mourn);
      signal.addEventListener("abort", interrupt, { once: true });
      wind();
      send(child, { kind: "trial", order });
      if (signal.aborted) interrupt();
    });
  }

  /** Ends the process. */
  close(): void {
    this.#kill();
  }

  #kill(): void {
    this.#child?.removeAllListeners("exit");
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #started(): ChildProcess {
    const { setup, threads } = this.#options;
    if (this.#child?.connected) return this.#child;
    const child = fork(script, {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      env: { ...process.env, VERSANT_THREADS: String(threads) },
    });
    this.#words = "";
    child.stderr?.on("data", (text) => {
      this.#words = `${this.#words}${text}`.slice(-10 * wordsKept);
    });
    send(child, { kind: "setup", setup });
    this.#child = child;
    return child;
  }

  /** What a process says when it dies stands in the first line that names an error, as a rule. */
  #lastWords(): string {
    const lines = this.#words.split("\n").map((line) => line.trim());
    const words = lines.find((line) => /error/i.test(line)) ?? lines.find(Boolean);
    return words ? `: ${words.slice(0, wordsKept)}` : "";
  }
}

/** A process that has just died is told of by its exit. */
const send = (child: ChildProcess, request: Request): void => {
  child.send(request, () => {});
};
