import type { Ledger } from "../ledger/ledger.js";
import { findRun, type RunSummary } from "../ledger/runs.js";
import { type RecordedRun, readRecorded } from "../recording/recordedRun.js";
import { withLedger } from "./withLedger.js";

/** A run of the ledger that is trained on, or anew. */
export interface Found {
  readonly ledger: Ledger;
  readonly summary: RunSummary;
  readonly recorded: RecordedRun;
}

/**
 * Finds a run and asks for the device that it was last trained on, unless the user asked for one. What
 * `action` imports of core comes after that: core chooses its device when it is loaded.
 */
export const withRecordedRun = (
  word: string,
  action: (found: Found) => Promise<number>,
): Promise<number> =>
  withLedger("write", async (ledger) => {
    const summary = await findRun(ledger, word);
    const recorded = readRecorded(await ledger.events({ run: summary.id }));
    process.env.VERSANT_DEVICE ||= recorded.basis.environment.device;
    return action({ ledger, summary, recorded });
  });
