import { randomBytes } from "node:crypto";
import type { Callback, Scores, TrainingContext, TrainingState } from "@versant/core";
import { ArgumentError } from "@versant/core/internal";
import type { Payloads, PlaceRecord } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { RunLock } from "../ledger/lock.js";
import { placeOfState } from "./checkpointKeeper.js";
import { Recorder, type RecorderOptions } from "./recorder.js";

const alphabet = "abcdefghjkmnpqrstuvwxyz23456789";

/** A name that people can type, such as "mnist-k7f3qd". */
function makeName(experiment: string): string {
  const word = experiment
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 40);
  const letters = Array.from(randomBytes(6), (byte) => alphabet[byte % alphabet.length]);
  return `${word || "run"}-${letters.join("")}`;
}

/** One run in the ledger while it is being trained: this process alone writes it. */
export class RunPage {
  readonly recorder: Recorder;
  readonly #lock: RunLock;
  /** Has to be the first callback: the others may tidy up when training ends. */
  readonly first: Callback;
  #end: { readonly state: TrainingState; readonly context: TrainingContext } | undefined;

  private constructor(
    readonly ledger: Ledger,
    readonly run: string,
    lock: RunLock,
    options: RecorderOptions,
  ) {
    this.recorder = new Recorder(ledger, run, options);
    this.#lock = lock;
    this.first = {
      onFitEnd: (context) => {
        if (context.failure === undefined) this.#end = { state: context.state(), context };
      },
    };
  }

  /** A page for a new run; nothing stands on it until `start`. */
  static make(ledger: Ledger, experiment: string, options: RecorderOptions = {}): RunPage {
    return RunPage.open(ledger, makeName(experiment), options);
  }

  /**
   * The page of a run that goes on.
   *
   * @throws ArgumentError while another process trains it
   */
  static open(ledger: Ledger, run: string, options: RecorderOptions = {}): RunPage {
    const lock = RunLock.take(ledger.folder, run);
    if (lock) return new RunPage(ledger, run, lock, options);
    throw new ArgumentError(
      `the run ${run} is being trained by another process, expected one that is not; ` +
        `\`versant steer ${run} --stop --why "…"\` ends it.`,
    );
  }

  async start(payload: Payloads["run.started"]): Promise<void> {
    await this.ledger.append([{ type: "run.started", run: this.run, payload }]);
  }

  async resume(payload: Payloads["run.resumed"]): Promise<void> {
    await this.recorder.goOn();
    await this.ledger.append([{ type: "run.resumed", run: this.run, payload }]);
  }

  /** Records that somebody looked at the test data, and what came of it. */
  async tested(data: string, purpose: string, scores: Scores | null): Promise<void> {
    const payload = { data, purpose, scores };
    await this.ledger.append([{ type: "test", run: this.run, payload }]);
  }

  /** Keeps the state that training ended with. */
  async keepEnd(): Promise<void> {
    if (this.#end) await this.recorder.keep(this.#end.state);
  }

  async end(
    payload: Omit<Payloads["run.ended"], "place" | "object">,
    weights: Uint8Array,
  ): Promise<void> {
    const object = await this.ledger.objects.put(weights);
    const nowhere: PlaceRecord = { epoch: 1, batch: 0, step: 0 };
    const place = this.#end ? placeOfState(this.#end.state) : nowhere;
    const ended = { ...payload, place, object };
    await this.ledger.append([{ type: "run.ended", run: this.run, payload: ended }]);
  }

  async close(): Promise<void> {
    this.#lock.release();
    await this.ledger.close();
  }
}
