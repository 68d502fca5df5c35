import { resolve } from "node:path";
import { ArgumentError } from "@versant/core";
import type { Command } from "commander";
import { loadExperiment } from "../experiment/load.js";
import { Run } from "../experiment/run.js";
import { inspectData } from "../honesty/inspectData.js";
import type { LedgerEvent, Payloads } from "../ledger/events.js";
import { Ledger } from "../ledger/ledger.js";
import { projectFolder } from "../ledger/location.js";
import { findRun, type RunSummary } from "../ledger/runs.js";
import { outline } from "../progress/outline.js";
import { recordCode } from "../provenance/code.js";
import { uninspectedData } from "../provenance/data.js";
import { recordEnvironment } from "../provenance/environment.js";
import { readCheckpoint } from "../recording/checkpoint.js";
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
import type { Subcommand } from "./subcommand.js";

interface ResumeOptions extends ConductOptions {
  readonly despiteChanges?: boolean;
}

/** Goes on with a run that was killed, interrupted or failed, from its last checkpoint. */
export const resumeCommand: Subcommand = {
  name: "resume",
  usage: "RUN [options]",
  description: "go on with an interrupted run, from its last checkpoint",
  configure: (command: Command, done) => {
    command.argument("RUN", "its name, the beginning of it, or last");
    addConductOptions(command);
    command
      .option("--despite-changes", "go on although code or data are not those of its start")
      .action(async (word: string, options: ResumeOptions) => done(await resume(word, options)));
  },
};

async function resume(word: string, options: ResumeOptions): Promise<number> {
  const files = outputFiles(options);
  const progress = progressOf(options);
  const ledger = Ledger.open();
  let page: RunPage | undefined;
  try {
    const summary = await findRun(ledger, word);
    // Before anything is read: from here on nobody else changes the run.
    page = RunPage.open(ledger, summary.id, recorderOptions(options));
    requireResumable(await findRun(ledger, summary.id));
    const events = await ledger.events({ run: summary.id });
    const { payload: started } = startOf(events);
    const file = resolve(projectFolder(), started.file);
    const experiment = await loadExperiment(file);
    const run = await Run.prepare(experiment, {
      ...settingsOf(started),
      ...callbacksOf(page, progress),
    });
    const checkpoint = events.filter((event) => event.type === "checkpoint").at(-1)?.payload;
    const from = checkpoint && (await readCheckpoint(ledger.objects, summary.id, checkpoint));
    write(...outline(run, page.run));
    // Without a check at the start there is no hash to compare with.
    const isInspected = started.data.hash !== uninspectedData.hash;
    const data = isInspected ? await inspectData(run.setup.data) : uninspectedData;
    const code = await recordCode(file, ledger.objects);
    const environment = recordEnvironment();
    const changes = differences(started, { code, data, environment });
    if (changes.length > 0 && !options.despiteChanges) refuseChanges(summary.id, changes);
    await page.resume({
      checkpoint: checkpoint?.loop ?? null,
      from: checkpoint?.place ?? { epoch: 1, batch: 0, step: 0 },
      environment,
      ...(changes.length > 0 && { changes }),
    });
    return (await conduct({ run, page, files, data, from })).exitCode;
  } finally {
    await (page ? page.close() : ledger.close());
  }
}

function refuseChanges(id: string, changes: readonly string[]): never {
  throw new ArgumentError(
    `resume: since ${id} began there is ${changes.join(", ")}, expected what it began with, for the ` +
      "same bits; --despite-changes goes on all the same, and records it.",
  );
}

export type Started = Extract<LedgerEvent, { type: "run.started" }>;

export function startOf(events: readonly LedgerEvent[]): Started {
  const started = events.find((event) => event.type === "run.started");
  if (started) return started;
  throw new ArgumentError("the ledger holds no start of this run; run `versant ledger verify`.");
}

/** What `Run.prepare` takes of a run that was recorded. */
export const settingsOf = ({ hyperparameters, seed }: Payloads["run.started"]) => ({
  hyperparameters: Object.fromEntries(hyperparameters.map(({ name, value }) => [name, value])),
  seed,
});

function requireResumable({ id, state, reason }: RunSummary): void {
  // This process has the lock, so that a run without an end is one that was killed.
  if (["running", "killed", "interrupted", "failed"].includes(state)) return;
  throw new ArgumentError(
    `resume: the run ${id} has ended (${state}${reason ? `: ${reason}` : ""}), expected one that was ` +
      "killed, interrupted or failed; `versant rerun` trains it anew.",
  );
}
