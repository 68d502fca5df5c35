import { relative, resolve } from "node:path";
import { ArgumentError } from "@versant/core";
import { Run } from "../experiment/run.js";
import { inspectData } from "../honesty/inspectData.js";
import { type LeakReport, reasonToRefuse } from "../honesty/leakCheck.js";
import { Ledger } from "../ledger/ledger.js";
import { projectFolder } from "../ledger/location.js";
import { leakLines } from "../progress/leakLines.js";
import { outline } from "../progress/outline.js";
import { recordCode } from "../provenance/code.js";
import { uninspectedData } from "../provenance/data.js";
import { recordEnvironment } from "../provenance/environment.js";
import { startedPayload } from "../provenance/started.js";
import { RunPage } from "../recording/runPage.js";
import { conduct, endedBy } from "./conduct.js";
import {
  addConductOptions,
  type ConductOptions,
  callbacksOf,
  type Files,
  outputFiles,
  progressOf,
  recorderOptions,
  write,
} from "./conductOptions.js";
import { UsageError } from "./errors.js";
import type { FileCommand } from "./invocation.js";
import { formatReport, makeReport } from "./report.js";

interface TrainOptions extends ConductOptions {
  readonly strict?: boolean;
  /** Commander's names for the absence of --no-leak-check and --no-ledger. */
  readonly leakCheck: boolean;
  readonly ledger: boolean;
}

/** Trains an experiment's model, tests it, and tells and records what came of it. */
export const trainCommand: FileCommand<TrainOptions> = {
  name: "train",
  description: "train the experiment's model, then test it",
  configure: (command) => {
    addConductOptions(command);
    command
      .option("--strict", "refuse rows to be measured on that stand in an earlier part")
      .option("--no-leak-check", "leave out the search for such rows")
      .option("--no-ledger", "record nothing");
  },
  async run({ file, experiment, hyperparameters, sources, seed, options }) {
    if (options.strict && !options.leakCheck) {
      throw new UsageError("--strict and --no-leak-check: received both, expected one of them.");
    }
    const files = outputFiles(options);
    const progress = progressOf(options);
    const page = options.ledger
      ? RunPage.make(Ledger.open(), experiment.name, recorderOptions(options))
      : undefined;
    try {
      const callbacks = callbacksOf(page, progress);
      const run = await Run.prepare(experiment, { hyperparameters, sources, seed, ...callbacks });
      write(...outline(run, page?.run));
      // Git works while the data are read.
      const [code, data] = await Promise.all([
        page && recordCode(file, page.ledger.objects),
        options.leakCheck ? inspectData(run.setup.data) : uninspectedData,
      ]);
      const { leaks } = data;
      write(...leakLines(leaks));
      if (page && code) {
        const known = { data, code, environment: recordEnvironment() };
        const path = relative(projectFolder(), resolve(file));
        const command = process.argv.slice(2);
        await page.start(await startedPayload({ run, file: path, command, ...known }));
      }
      const refused = options.strict && leaks !== "not checked" && reasonToRefuse(leaks);
      if (refused) return await refuse(run, page, files, leaks, refused);
      return (await conduct({ run, page, files, data })).exitCode;
    } finally {
      await page?.close();
    }
  },
};

/** A run that does not begin: what is known by then is kept. */
async function refuse(
  run: Run,
  page: RunPage | undefined,
  files: Files,
  leaks: LeakReport,
  reason: string,
): Promise<never> {
  const { bytes, sha256: weightsSha256 } = await run.weights();
  const report = makeReport(run, { leaks, failure: reason, weightsSha256 });
  files.report?.write(formatReport(report));
  await page?.end(endedBy(report, "failed"), bytes);
  throw new ArgumentError(`--strict: ${reason}`);
}
