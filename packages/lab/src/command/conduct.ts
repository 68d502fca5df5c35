import { type Callback, DivergenceError, plainLog, type TrainingState } from "@versant/core";
import { type Command, Option } from "commander";
import { real } from "../experiment/declarations.js";
import type { Run } from "../experiment/run.js";
import { OutputFile } from "../files/outputFile.js";
import type { LeakReport } from "../honesty/leakCheck.js";
import type { EndState } from "../ledger/events.js";
import { progressBar } from "../progress/bar.js";
import { conclusion } from "../progress/outline.js";
import type { RunPage } from "../recording/runPage.js";
import { type Applied, replay } from "../recording/steering.js";
import { UsageError } from "./errors.js";
import { Interruption } from "./interruption.js";
import { parseValue } from "./options.js";
import { formatReport, makeReport } from "./report.js";

/** Options of every command that trains. */
export interface ConductOptions {
  readonly report?: string;
  readonly weights?: string;
  readonly log?: "plain" | "bar";
  readonly checkpointEvery?: number;
}

const checkpointEvery = real(10, {
  min: 0.01,
  max: 1e6,
  about: "seconds between two checkpoints in an epoch",
});

export function addConductOptions(command: Command): void {
  const log = new Option("--log <kind>", "plain, or a bar (default: bar on a terminal)");
  const every = new Option(
    "--checkpoint-every <seconds>",
    "between two checkpoints in an epoch; a fifth at its end (default 10)",
  );
  command
    .option("--report <path>", "write settings, scores and the hash of the weights as JSON")
    .option("--weights <path>", "write the weights as safetensors, after Ctrl-C too")
    .addOption(log.choices(["plain", "bar"]))
    .addOption(
      every.argParser((text: string) => parseValue("checkpoint-every", checkpointEvery, text)),
    );
}

export const recorderOptions = ({ checkpointEvery }: ConductOptions) =>
  checkpointEvery === undefined ? {} : { checkpointEvery };

/**
 * Who watches and steers: the recorder is the last, so that it saves the states of all others, and they
 * are as many whether a run begins or goes on.
 */
export const callbacksOf = (
  page: RunPage | undefined,
  progress: Callback,
  applied: readonly Applied[] = [],
) => ({
  firstCallbacks: page ? [page.first] : [],
  callbacks: [progress, ...(page ? [replay(applied), page.recorder] : [])],
});

export const write = (...lines: string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

/** The log that was asked for. */
export function progressOf({ log = process.stdout.isTTY ? "bar" : "plain" }: ConductOptions) {
  if (log === "bar" && !process.stdout.isTTY) {
    throw new UsageError("--log: a bar needs a terminal, and the output is none; use --log plain.");
  }
  return log === "bar" ? progressBar(process.stdout) : plainLog({ write });
}

export interface Files {
  readonly report: OutputFile | undefined;
  readonly weights: OutputFile | undefined;
}

export function outputFiles({ report, weights }: ConductOptions): Files {
  const reportFile = report === undefined ? undefined : new OutputFile("--report", report);
  const weightsFile = weights === undefined ? undefined : new OutputFile("--weights", weights);
  if (reportFile && weightsFile?.isSameAs(reportFile)) {
    throw new UsageError(
      `--report and --weights: received ${report} for both, expected a file of its own for each.`,
    );
  }
  return { report: reportFile, weights: weightsFile };
}

export interface Conducted {
  readonly run: Run;
  /** Where it is recorded. */
  readonly page: RunPage | undefined;
  readonly files: Files;
  readonly leaks: LeakReport | "not checked";
  /** Hash of the test data. */
  readonly testData: string;
  /** Where an interrupted fit stood. */
  readonly from?: TrainingState | undefined;
}

export interface Outcome {
  readonly exitCode: number;
  readonly weightsSha256: string;
  readonly state: EndState;
}

/** Trains a prepared run, tests it, and tells and records what came of it. */
export async function conduct(conducted: Conducted): Promise<Outcome> {
  const { run, page, files, leaks, testData, from } = conducted;
  const { failure, interruption } = await fit(run, from);
  const isComplete = !failure && !interruption.received;
  await page?.keepEnd();
  // Before the test: what was learnt is kept even if somebody interrupts that.
  const { bytes, sha256: weightsSha256 } = await run.weights();
  files.weights?.write(bytes);
  const test = isComplete ? await run.test() : undefined;
  if (test) await page?.tested(testData, "test", test);
  const times = isComplete ? await run.timePrediction() : undefined;
  if (isComplete && run.setup.inspect) await page?.tested(testData, "inspect", null);
  const inspection = isComplete ? await run.inspect() : undefined;
  const stopped = run.training?.history.stopped;
  const report = makeReport(run, {
    ...(page && { run: page.run }),
    leaks,
    ...(stopped !== undefined && { stopped }),
    ...(failure && { failure: failure.message }),
    ...(interruption.received && { interrupted: true }),
    ...(test && { test }),
    ...times,
    ...(inspection?.report && { inspection: inspection.report }),
    weightsSha256,
  });
  files.report?.write(formatReport(report));
  write(...conclusion(report, inspection?.lines ?? []));
  const state = endOf(failure, interruption, page);
  const reason = failure?.message ?? stopped;
  const { seconds, peakMemoryMB } = report;
  await page?.end(
    {
      state,
      ...(reason !== undefined && { reason }),
      weights: weightsSha256,
      seconds,
      peakMemoryMB,
      ...(inspection?.report && { inspection: inspection.report }),
    },
    bytes,
  );
  if (interruption.received) write(whatWasKept(conducted, interruption.received));
  if (failure) throw failure;
  return { exitCode: interruption.exitCode, weightsSha256, state };
}

function endOf(failure: unknown, interruption: Interruption, page: RunPage | undefined): EndState {
  if (failure) return "failed";
  if (interruption.received) return "interrupted";
  return page?.recorder.wasStopped ? "stopped" : "completed";
}

/** Trains until the end, Ctrl-C, or a value that is not finite. */
async function fit(
  run: Run,
  from: TrainingState | undefined,
): Promise<{ failure: DivergenceError | undefined; interruption: Interruption }> {
  const interruption = new Interruption();
  interruption.listen();
  try {
    await run.fit({ signal: interruption.signal, ...(from && { from }) });
    return { failure: undefined, interruption };
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    return { failure: error, interruption };
  } finally {
    interruption.release();
  }
}

function whatWasKept({ run, page, files }: Conducted, signal: string): string {
  const { training } = run;
  const where = training
    ? `batch ${training.batch} of ${training.batches} of epoch ${training.epoch}`
    : "the initial weights";
  const path = files.weights?.path;
  const kept = [
    ...(path ? [`they are in ${path}`] : []),
    ...(page ? [`\`versant resume ${page.run}\` goes on from there`] : []),
  ];
  return (
    `Interrupted by ${signal} after ${where}. Kept are the weights after that batch, not tested; ` +
    `${kept.join("; ") || "with --weights PATH they would be in a file"}.`
  );
}
