import type { Callback, Scores, TrainingState } from "@versant/core";
import { ArgumentError } from "@versant/core/internal";
import type { Draft, Payloads, PlaceRecord } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { RunLock } from "../ledger/lock.js";
import { makeName } from "./name.js";
import { Recorder, type RecorderOptions } from "./recorder.js";
import { placeOf } from "./steering.js";

/** One run in the ledger while it is being trained: this process alone writes it. */
export class RunPage {
  readonly recorder: Recorder;
  readonly #lock: RunLock;
  /** Has to be the first callback: the others may tidy up when training ends. */
  readonly first: Callback;
  /** Where training ended, and its state, unless it failed. */
  #place: PlaceRecord = { epoch: 1, batch: 0, step: 0 };
  #state: TrainingState | undefined;
  #hasEnded = false;

  private constructor(
    readonly ledger: Ledger,
    readonly run: string,
    lock: RunLock,
    options: RecorderOptions,
  ) {
    this.recorder = new Recorder(ledger, run, options);
    this.#lock = lock;
    this.first = {
      onFitEnd: async (context) => {
        this.#place = placeOf(context);
        if (context.failure === undefined) this.#state = context.state();
        // The last callback is not called if another one throws.
        await this.recorder.onFitEnd(context);
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
    await this.recorder.goOn(payload.from);
    await this.ledger.append([{ type: "run.resumed", run: this.run, payload }]);
  }

  /** Records that somebody looked at the test data, and what came of it. */
  async tested(data: string, purpose: string, scores: Scores | null): Promise<void> {
    const payload = { data, purpose, scores };
    await this.ledger.append([{ type: "test", run: this.run, payload }]);
  }

  /** Keeps the state that training ended with; where that fails, what was learnt is not lost. */
  async keepEnd(): Promise<void> {
    try {
      if (this.#state) await this.recorder.keep(this.#state);
    } catch (error) {
      const { message } = error as Error;
      process.emitWarning(`the last checkpoint could not be written (${message}).`);
    }
  }

  /** @param before what is recorded with the end, and before it */
  async end(
    payload: Omit<Payloads["run.ended"], "place" | "object">,
    weights: Uint8Array,
    before: readonly Draft[] = [],
  ): Promise<void> {
    const object = await this.ledger.objects.put(weights);
    const ended = { ...payload, place: this.#place, object };
    this.#hasEnded = true;
    await this.ledger.append([...before, { type: "run.ended", run: this.run, payload: ended }]);
  }

  /**
   * Records what ended the run before its end, as far as that can be recorded.
   *
   * @param seconds that it took; default: as long as this process runs
   */
  async fail(error: unknown, seconds = process.uptime()): Promise<void> {
    if (this.#hasEnded) return;
    const reason = error instanceof Error ? error.message : String(error);
    const peakMemoryMB = (process.resourceUsage().maxRSS * 1024) / 1e6;
    const ended = { state: "failed", reason, place: this.#place, seconds, peakMemoryMB } as const;
    await this.ledger
      .append([{ type: "run.ended", run: this.run, payload: { ...ended, weights: null } }])
      // The first error is the one to tell.
      .catch(() => {});
  }

  /** Lets others train the run. */
  release(): void {
    this.#lock.release();
  }
}
