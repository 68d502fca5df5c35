import { ArgumentError } from "@versant/core/internal";
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

type Action = (found: Found) => Promise<number>;

/**
 * Finds a run, and trains it on the device that it was last trained on, unless the user asked for one.
 *
 * @param load imports core, which chooses its device when it is loaded
 * @throws ArgumentError when that device is not there
 */
export const withRecordedRun = (word: string, load: () => Promise<Action>): Promise<number> =>
  withLedger("write", async (ledger) => {
    const summary = await findRun(ledger, word);
    const recorded = readRecorded(await ledger.events({ run: summary.id }));
    const action = await loadOn(recorded.basis.environment.device, summary.id, load);
    return action({ ledger, summary, recorded });
  });

async function loadOn(device: string, run: string, load: () => Promise<Action>): Promise<Action> {
  if (process.env.VERSANT_DEVICE) return load();
  process.env.VERSANT_DEVICE = device;
  return load().catch((error: Error) => {
    throw new ArgumentError(
      `${run} was trained on the device ${device}, which cannot be had: ${error.message} Another one, ` +
        "by --device, comes to other bits.",
    );
  });
}
