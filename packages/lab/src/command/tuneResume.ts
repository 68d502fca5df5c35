import { relative } from "node:path";
import type { Command } from "commander";
import { OutputFile } from "../files/outputFile.js";
import type { Ledger } from "../ledger/ledger.js";
import { findRun } from "../ledger/runs.js";
import type { TrialRecord } from "../ledger/searchEvents.js";
import { findSearch } from "../ledger/searches.js";
import { row } from "../progress/format.js";
import { recordCode } from "../provenance/code.js";
import { recordedFile } from "../provenance/root.js";
import { addDeviceOptions } from "./deviceOptions.js";
import type { FixedCommand } from "./fixedCommand.js";
import { addLimitOptions, type LimitOptions } from "./searchOptions.js";
import { withLedger } from "./withLedger.js";

interface ResumeOptions extends LimitOptions {
  readonly resume: string;
}

/** Goes on with a search that was interrupted or killed, or that is to have more trials. */
export const tuneResumeCommand: FixedCommand = {
  name: "tune",
  usage: "FILE [options] | --resume SEARCH [options]",
  description: "search an experiment's hyper-parameters, or go on with a search",
  configure: (command: Command, done) => {
    command.requiredOption("--resume <search>", "its name, the beginning of it, or last");
    addLimitOptions(command, "trials in all (default: as many as before)");
    addDeviceOptions(command);
    command.addHelpText(
      "after",
      "\nEverything else is as the search began with it, so that it makes the trials that it would have made.",
    );
    command.action(async (options: ResumeOptions) => {
      done(await withLedger("write", (ledger) => resumeSearch(ledger, options)));
    });
  },
};

async function resumeSearch(
  ledger: Ledger,
  { resume, trials, time: seconds, report: path }: ResumeOptions,
): Promise<number> {
  const search = await findSearch(ledger, resume);
  const file = relative(process.cwd(), await recordedFile(ledger.folder, search.record.file));
  const [{ loadExperiment }, { conductSearch }, { recordedSpace }, { SearchPage }] =
    await Promise.all([
      import("../experiment/load.js"),
      import("./conductSearch.js"),
      import("../tune/space.js"),
      import("../tune/searchPage.js"),
    ]);
  const experiment = await loadExperiment(file);
  for (const line of await changedSince(ledger, search.trials, file)) console.log(line);
  const record = { ...search.record, trials: trials ?? search.record.trials };
  const space = recordedSpace(experiment, record);
  const report = path === undefined ? undefined : new OutputFile("--report", path);
  const page = SearchPage.open(ledger, search.name);
  try {
    await page.resume({ trials: record.trials });
    const finished = search.trials;
    return await conductSearch({
      ...{ page, record, file, experiment, space, report, seconds, finished },
    });
  } finally {
    page.release();
  }
}

/** With other code the trials to come are those of another search: whoever wants that shall know. */
async function changedSince(
  ledger: Ledger,
  trials: readonly TrialRecord[],
  file: string,
): Promise<string[]> {
  const last = trials.findLast(({ run }) => run !== null);
  if (!last?.run) return [];
  const [{ code }, { hash }] = await Promise.all([
    findRun(ledger, last.run),
    recordCode(file, ledger.objects),
  ]);
  const text = `the code is not what trial ${last.number} was trained with: trials may not compare`;
  return code === hash ? [] : [row("changed", text)];
}
