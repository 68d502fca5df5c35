import { loadExperiment } from "../experiment/load.js";
import { uninspectedData } from "../honesty/data.js";
import { recordedFile, recordedPath } from "../provenance/root.js";
import { circumstances, differences } from "../recording/differences.js";
import { recallOrigin, recordOrigin } from "../recording/origin.js";
import { RunPage } from "../recording/runPage.js";
import { startedPayload } from "../recording/started.js";
import { conduct } from "./conduct.js";
import { type ConductOptions, outputFiles, recorderOptions, write } from "./conductOptions.js";
import { prepareRun } from "./prepareRun.js";
import { progressOf } from "./watchers.js";
import type { Found } from "./withRecordedRun.js";

/** Trains a run a second time, as one of its own, and says whether it came to the same weights. */
export async function repeatRun(
  { ledger, summary: first, recorded }: Found,
  options: ConductOptions,
): Promise<number> {
  const files = outputFiles(options);
  const progress = progressOf(options);
  const { started, applied, basis: before } = recorded;
  const found = await recallOrigin(ledger, started);
  const settings = { ...recorded.settings, ...(found && { from: found.origin }) };
  const file = await recordedFile(ledger.folder, started.file);
  const experiment = await loadExperiment(file);
  const page = RunPage.make(ledger, experiment.name, recorderOptions(options));
  page.recorder.steerer.repeat(applied);
  try {
    const { run, data, basis } = await prepareRun({
      ...{ experiment, file, settings, page, progress },
      inspects: before.data.hash !== uninspectedData.hash,
    });
    const path = await recordedPath(ledger.folder, file);
    const known = { file: path, command: process.argv.slice(2), repeats: first.id };
    const origin = await recordOrigin(ledger, found, run);
    await page.start(await startedPayload({ run, ...known, ...basis, ...origin }));
    const outcome = await conduct({ run, page, files, data });
    // Who interrupted the first did not interrupt this one.
    const hasEnd = first.state === "completed" || first.state === "stopped";
    const isSame = outcome.weightsSha256 === first.weights;
    const causes = [
      ...recorded.changes.map((change) => `${change}, while ${first.id} was trained`),
      ...differences(before, basis),
      ...circumstances(before, basis),
    ];
    write(
      !hasEnd
        ? `repeats ${first.id}, which has no end to compare with: it is ${first.state}`
        : isSame
          ? `repeats ${first.id}: the same weights, to the bit`
          : `repeats ${first.id}, with other weights: ${describeCauses(causes)}`,
    );
    return outcome.exitCode || (isSame || !hasEnd ? 0 : 1);
  } finally {
    page.release();
  }
}

const describeCauses = (causes: readonly string[]): string =>
  causes.length > 0
    ? `there is ${causes.join(", ")}`
    : "code, data and arithmetic are the same; does the experiment draw from elsewhere?";
