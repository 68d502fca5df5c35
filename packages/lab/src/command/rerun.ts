import { resolve } from "node:path";
import type { Command } from "commander";
import { loadExperiment } from "../experiment/load.js";
import { Run } from "../experiment/run.js";
import { inspectData } from "../honesty/inspectData.js";
import { Ledger } from "../ledger/ledger.js";
import { projectFolder } from "../ledger/location.js";
import { findRun } from "../ledger/runs.js";
import { outline } from "../progress/outline.js";
import { recordCode } from "../provenance/code.js";
import { uninspectedData } from "../provenance/data.js";
import { recordEnvironment } from "../provenance/environment.js";
import { startedPayload } from "../provenance/started.js";
import { differences } from "../recording/differences.js";
import { RunPage } from "../recording/runPage.js";
import { conduct } from "./conduct.js";
import {
  addConductOptions,
  type ConductOptions,
  callbacksOf,
  outputFiles,
  progressOf,
  recorderOptions,
  write,
} from "./conductOptions.js";
import { settingsOf, startOf } from "./resume.js";
import type { Subcommand } from "./subcommand.js";

/** Trains a run anew: same code, data, seeds, and what people did to it, at the same batches. */
export const rerunCommand: Subcommand = {
  name: "rerun",
  usage: "RUN [options]",
  description: "train a run anew, and compare the bits",
  configure: (command: Command, done) => {
    command.argument("RUN", "its name, the beginning of it, or last");
    addConductOptions(command);
    command.action(async (word: string, options: ConductOptions) =>
      done(await rerun(word, options)),
    );
  },
};

async function rerun(word: string, options: ConductOptions): Promise<number> {
  const files = outputFiles(options);
  const progress = progressOf(options);
  const ledger = Ledger.open();
  let page: RunPage | undefined;
  try {
    const first = await findRun(ledger, word);
    const events = await ledger.events({ run: first.id });
    const { payload: started } = startOf(events);
    const file = resolve(projectFolder(), started.file);
    const experiment = await loadExperiment(file);
    page = RunPage.make(ledger, experiment.name, recorderOptions(options));
    const applied = events.filter((event) => event.type === "steer.applied");
    page.recorder.steerer.repeat(applied.map(({ payload }) => payload));
    const run = await Run.prepare(experiment, {
      ...settingsOf(started),
      ...callbacksOf(page, progress),
    });
    write(...outline(run, page.run));
    const isInspected = started.data.hash !== uninspectedData.hash;
    const data = isInspected ? await inspectData(run.setup.data) : uninspectedData;
    const payload = await startedPayload({
      run,
      file: started.file,
      command: process.argv.slice(2),
      code: await recordCode(file, ledger.objects),
      data,
      environment: recordEnvironment(),
      repeats: first.id,
    });
    await page.start(payload);
    const outcome = await conduct({ run, page, files, data });
    const isSame = outcome.weightsSha256 === first.weights;
    write(
      first.weights === null
        ? `repeats ${first.id}, which has no end to compare with`
        : isSame
          ? `repeats ${first.id}: the same weights, to the bit`
          : `repeats ${first.id}, with other weights: ${describeCause(differences(started, payload))}`,
    );
    return outcome.exitCode || (isSame ? 0 : 1);
  } finally {
    await (page ? page.close() : ledger.close());
  }
}

const describeCause = (changes: readonly string[]): string =>
  changes.length > 0
    ? `there is ${changes.join(", ")}`
    : "code, data and arithmetic are the same; does the experiment draw from elsewhere?";
