import { ArgumentError } from "@versant/core";
import type { Run } from "../experiment/run.js";
import { type LeakReport, reasonToRefuse } from "../honesty/leakCheck.js";
import { Ledger } from "../ledger/ledger.js";
import { leakLines } from "../progress/leakLines.js";
import { formatReport, makeReport } from "../progress/report.js";
import { recordedPath } from "../provenance/root.js";
import { findOrigin, recordOrigin } from "../recording/origin.js";
import { RunPage } from "../recording/runPage.js";
import { startedPayload } from "../recording/started.js";
import { conduct, endedBy } from "./conduct.js";
import {
  addConductOptions,
  type ConductOptions,
  type Files,
  outputFiles,
  recorderOptions,
  write,
} from "./conductOptions.js";
import { UsageError } from "./errors.js";
import type { FileCommand } from "./invocation.js";
import { addOriginOptions, type OriginFlags, originOptions } from "./originOptions.js";
import { prepareRun } from "./prepareRun.js";
import { StudioProcess } from "./studioProcess.js";
import { progressOf } from "./watchers.js";

interface TrainOptions extends ConductOptions, OriginFlags {
  readonly strict?: boolean;
  /** Commander's names for the absence of --no-leak-check and --no-ledger. */
  readonly leakCheck: boolean;
  readonly ledger: boolean;
  readonly studio?: boolean;
  readonly open: boolean;
}

/** Trains an experiment's model, tests it, and tells and records what came of it. */
export const trainCommand: FileCommand<TrainOptions> = {
  name: "train",
  description: "train the experiment's model, then test it",
  configure: (command) => {
    addConductOptions(command);
    addOriginOptions(command);
    command
      .option("--strict", "refuse rows to be measured on that stand in an earlier part")
      .option("--no-leak-check", "leave out the search for such rows")
      .option("--no-ledger", "record nothing")
      .option("--studio", "show the run live, in a browser")
      .option("--no-open", "with --studio: print the address, and open nothing");
  },
  async run({ file, experiment, hyperparameters, sources, seed, options }) {
    if (options.strict && !options.leakCheck) {
      throw new UsageError("--strict and --no-leak-check: received both, expected one of them.");
    }
    if (options.studio && !options.ledger) {
      throw new UsageError("--studio and --no-ledger: received both, expected one of them.");
    }
    const from = originOptions(options);
    const files = outputFiles(options);
    const progress = progressOf(options);
    const ledger = options.ledger ? Ledger.open() : undefined;
    const page =
      ledger &&
      RunPage.make(
        ledger,
        experiment.name,
        recorderOptions({ ...options, insight: options.insight ?? options.studio ?? false }),
      );
    let studio: StudioProcess | undefined;
    try {
      const found = from && (await findOrigin(ledger, from));
      const { run, data, basis } = await prepareRun({
        ...{ experiment, file, page, progress },
        settings: { hyperparameters, sources, seed, ...(found && { from: found.origin }) },
        inspects: options.leakCheck,
      });
      const { leaks } = data;
      write(...leakLines(leaks));
      if (page && basis) {
        const path = await recordedPath(page.ledger.folder, file);
        const command = process.argv.slice(2);
        const origin = await recordOrigin(page.ledger, found, run);
        await page.start(await startedPayload({ run, file: path, command, ...basis, ...origin }));
        if (options.studio) studio = new StudioProcess(page.run, options.open);
      }
      const refused = options.strict && leaks !== "not checked" && reasonToRefuse(leaks);
      if (refused) return await refuse(run, page, files, leaks, refused);
      const { exitCode } = await conduct({ run, page, files, data });
      if (exitCode === 0) await studio?.lookedAt();
      return exitCode;
    } finally {
      studio?.end();
      page?.release();
      await ledger?.close();
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
