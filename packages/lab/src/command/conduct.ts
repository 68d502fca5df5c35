import {
  ArgumentError,
  DivergenceError,
  NonFiniteLossError,
  type TrainingState,
} from "@versant/core";
import type { Inspection } from "../experiment/experiment.js";
import type { Run } from "../experiment/run.js";
import { canonicalJson } from "../files/canonical.js";
import type { DataRecord } from "../honesty/data.js";
import type { EndState } from "../ledger/events.js";
import { conclusion } from "../progress/outline.js";
import { formatReport, makeReport, type Report } from "../progress/report.js";
import { mistakeDrafts } from "../recording/mistakeDrafts.js";
import type { RunPage } from "../recording/runPage.js";
import { type Files, write } from "./conductOptions.js";
import { Interruption } from "./interruption.js";

export interface Conducted {
  readonly run: Run;
  /** Where it is recorded. */
  readonly page: RunPage | undefined;
  readonly files: Files;
  readonly data: DataRecord;
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
  try {
    return await trainAndTest(conducted);
  } catch (error) {
    await conducted.page?.fail(error);
    throw error;
  }
}

async function trainAndTest(conducted: Conducted): Promise<Outcome> {
  const { run, page, files, data } = conducted;
  const interruption = new Interruption();
  const trained = await fit(conducted, interruption);
  const isComplete = !trained.failure && !interruption.received;
  // Before the test: what was learnt is kept even if somebody interrupts that.
  const { bytes, sha256: weightsSha256, signature, unusable } = await run.weights();
  files.weights?.write(bytes);
  if (unusable !== undefined) write(`Only its own code can use this model: ${unusable}`);
  await page?.keepEnd();
  const tested = isComplete ? await attempt(() => measure(conducted)) : {};
  const found =
    page && signature && tested.result
      ? await mistakeDrafts(page, run, signature, data.parts.test?.hash)
      : [];
  const { inspection, ...measured } = tested.result ?? {};
  const failure = trained.failure ?? tested.failure;
  const stopped = run.training?.history.stopped;
  const report = makeReport(run, {
    ...(page && { run: page.run }),
    leaks: data.leaks,
    ...(stopped !== undefined && { stopped }),
    ...(failure && { failure: failure.message }),
    ...(interruption.received && { interrupted: true }),
    ...measured,
    ...(inspection?.report && { inspection: inspection.report }),
    weightsSha256,
  });
  files.report?.write(formatReport(report));
  write(...conclusion(report, inspection?.lines ?? []));
  const state = failure ? "failed" : endOf(interruption, page);
  await page?.end(endedBy(report, state), bytes, found);
  if (interruption.received) write(whatWasKept(conducted, interruption.received));
  if (failure) throw failure;
  return { exitCode: interruption.exitCode, weightsSha256, state };
}

function endOf(interruption: Interruption, page: RunPage | undefined): EndState {
  if (interruption.received) return "interrupted";
  return page?.recorder.steerer.wasStopped ? "stopped" : "completed";
}

/** What the ledger keeps of a report. */
export function endedBy(report: Report, state: EndState): Parameters<RunPage["end"]>[0] {
  const { failure, stopped, weightsSha256: weights, seconds, peakMemoryMB, inspection } = report;
  const reason = failure ?? stopped;
  return {
    state,
    ...(reason !== undefined && { reason }),
    weights,
    seconds,
    peakMemoryMB,
    ...(inspection && { inspection }),
  };
}

/** Trains until the end, Ctrl-C, or a value that is not finite. */
async function fit(
  { run, from }: Conducted,
  interruption: Interruption,
): Promise<Attempt<unknown>> {
  interruption.listen();
  const { signal } = interruption;
  try {
    return await attempt(() => run.fit({ signal, ...(from && { from }) }));
  } finally {
    interruption.release();
  }
}

type Measured = Pick<Report, "test" | "millisecondsPerPrediction" | "latencyMilliseconds">;

/** All that is measured once training is over; each look at the test data is recorded. */
async function measure(conducted: Conducted): Promise<Measured & { inspection?: Inspection }> {
  const { run, page, data } = conducted;
  const testData = data.parts.test?.hash ?? "unknown";
  const test = await run.test();
  if (test) await page?.tested(testData, "test", test);
  const times = await run.timePrediction();
  if (run.setup.inspect && test) await page?.tested(testData, "inspect", null);
  const inspection = await run.inspect();
  requireStorable(run.experiment.name, inspection?.report);
  return { ...(test && { test }), ...times, ...(inspection && { inspection }) };
}

/** @throws ArgumentError for what JSON cannot hold */
function requireStorable(experiment: string, report: unknown): void {
  try {
    if (report !== undefined) canonicalJson(report);
  } catch (error) {
    throw new ArgumentError(
      `${experiment}: the report that inspect gave cannot be stored (${(error as Error).message}), ` +
        "expected numbers, texts, lists and plain objects, as JSON has them.",
    );
  }
}

interface Attempt<R> {
  readonly result?: R;
  readonly failure?: DivergenceError | NonFiniteLossError;
}

/** A value that is not finite is a failure that the report tells; other errors are thrown. */
async function attempt<R>(action: () => Promise<R>): Promise<Attempt<R>> {
  try {
    return { result: await action() };
  } catch (error) {
    if (error instanceof DivergenceError || error instanceof NonFiniteLossError) {
      return { failure: error };
    }
    throw error;
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
