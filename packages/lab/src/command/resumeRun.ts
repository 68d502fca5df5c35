import { ArgumentError } from "@versant/core/internal";
import { loadExperiment } from "../experiment/load.js";
import { uninspectedData } from "../honesty/data.js";
import type { Payloads } from "../ledger/events.js";
import { findRun, type RunSummary } from "../ledger/runs.js";
import { recordedFile } from "../provenance/root.js";
import { readCheckpoint } from "../recording/checkpoint.js";
import { type Basis, differences } from "../recording/differences.js";
import { recallOrigin } from "../recording/origin.js";
import { readRecorded } from "../recording/recordedRun.js";
import { RunPage } from "../recording/runPage.js";
import { conduct } from "./conduct.js";
import { outputFiles, recorderOptions } from "./conductOptions.js";
import { prepareRun } from "./prepareRun.js";
import type { ResumeOptions } from "./resume.js";
import { progressOf } from "./watchers.js";
import type { Found } from "./withRecordedRun.js";

/** Trains a run on from where it was left. */
export async function resumeRun(
  { ledger, summary: { id } }: Found,
  options: ResumeOptions,
): Promise<number> {
  const files = outputFiles(options);
  const progress = progressOf(options);
  // Before anything is read: from here on nobody else changes the run.
  const page = RunPage.open(ledger, id, recorderOptions(options));
  try {
    requireResumable(await findRun(ledger, id));
    const recorded = readRecorded(await ledger.events({ run: id }));
    const { started, basis: before, checkpoint } = recorded;
    const found = await recallOrigin(ledger, started);
    const settings = { ...recorded.settings, ...(found && { from: found.origin }) };
    const file = await recordedFile(ledger.folder, started.file);
    const experiment = await loadExperiment(file);
    const { run, data, basis } = await prepareRun({
      ...{ experiment, file, settings, page, progress },
      // Without a check at the start there is no hash to compare with.
      inspects: before.data.hash !== uninspectedData.hash,
    });
    const from = checkpoint && (await readCheckpoint(ledger.objects, id, checkpoint));
    const changes = differences(before, basis);
    if (changes.length > 0 && !options.despiteChanges) refuseChanges(id, changes);
    await page.resume({
      checkpoint: checkpoint?.loop ?? null,
      from: checkpoint?.place ?? { epoch: 1, batch: 0, step: 0 },
      environment: basis.environment,
      ...(changes.length > 0 && { changes }),
      ...changedRecords(before, basis),
    });
    return (await conduct({ run, page, files, data, from })).exitCode;
  } finally {
    page.release();
  }
}

/** Code and data, where they are not what the ledger holds already. */
const changedRecords = (
  before: Basis,
  { code, data }: Basis,
): Pick<Payloads["run.resumed"], "code" | "data"> => ({
  ...((code.hash !== before.code.hash || code.versant !== before.code.versant) && { code }),
  ...(data.hash !== before.data.hash && { data }),
});

function refuseChanges(id: string, changes: readonly string[]): never {
  throw new ArgumentError(
    `resume: since ${id} was last trained there is ${changes.join(", ")}, expected what it was trained ` +
      "with, for the same bits; --despite-changes goes on all the same, and records it.",
  );
}

function requireResumable({ id, state, reason }: RunSummary): void {
  // This process has the lock, so that a run without an end is one that was killed.
  if (["running", "killed", "interrupted", "failed"].includes(state)) return;
  throw new ArgumentError(
    `resume: the run ${id} has ended (${state}${reason ? `: ${reason}` : ""}), expected one that was ` +
      "killed, interrupted or failed; `versant rerun` trains it anew.",
  );
}
