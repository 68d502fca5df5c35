import { ArgumentError } from "@versant/core/internal";
import type { Draft, Payloads } from "../ledger/events.js";
import type { Ledger } from "../ledger/ledger.js";
import { RunLock } from "../ledger/lock.js";
import type { TrialRecord } from "../ledger/searchEvents.js";
import { makeName } from "../recording/name.js";

/** One search in the ledger while it goes on: this process alone writes it. */
export class SearchPage {
  readonly #lock: RunLock;

  private constructor(
    readonly ledger: Ledger,
    readonly name: string,
    lock: RunLock,
  ) {
    this.#lock = lock;
  }

  static make(ledger: Ledger, experiment: string): SearchPage {
    return SearchPage.open(ledger, makeName(`${experiment} search`));
  }

  /** @throws ArgumentError while another process goes on with it */
  static open(ledger: Ledger, name: string): SearchPage {
    const lock = RunLock.take(ledger.folder, name);
    if (lock) return new SearchPage(ledger, name, lock);
    throw new ArgumentError(
      `the search ${name} is going on in another process, expected one that is not; Ctrl-C ends it there.`,
    );
  }

  start(payload: Payloads["search.started"]): Promise<void> {
    return this.#append({ type: "search.started", run: this.name, payload });
  }

  resume(payload: Payloads["search.resumed"]): Promise<void> {
    return this.#append({ type: "search.resumed", run: this.name, payload });
  }

  trial(payload: Payloads["search.trial"]): Promise<void> {
    return this.#append({ type: "search.trial", run: this.name, payload });
  }

  end(payload: Payloads["search.ended"]): Promise<void> {
    return this.#append({ type: "search.ended", run: this.name, payload });
  }

  /** Ends the run of a trial whose process is gone; how much memory it took nobody knows. */
  async endLostRun({ run, reason, seconds }: TrialRecord): Promise<void> {
    if (run === null) return;
    const epochs = await this.ledger.events({ run, types: ["epoch"] });
    const { epoch = 0, step = 0 } = epochs.at(-1)?.payload ?? {};
    const place = { epoch: epoch + 1, batch: 0, step };
    const ended = {
      state: "failed",
      place,
      weights: null,
      seconds,
      peakMemoryMB: Number.NaN,
    } as const;
    const payload = { ...ended, ...(reason !== undefined && { reason }) };
    await this.#append({ type: "run.ended", run, payload });
  }

  /** Lets others go on with the search. */
  release(): void {
    this.#lock.release();
  }

  async #append(draft: Draft): Promise<void> {
    await this.ledger.append([draft]);
  }
}
