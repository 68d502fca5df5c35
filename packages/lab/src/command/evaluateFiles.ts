import { basename } from "node:path";
import { compareMeasured } from "../evaluation/compareModels.js";
import {
  type EvaluationReport,
  type Measured,
  measure,
  reportOn,
} from "../evaluation/evaluateModel.js";
import { hashOfData, labelledData } from "../evaluation/labelled.js";
import { type AskedModel, type MeasuredPart, measurePart } from "../evaluation/partRows.js";
import type { PartName } from "../experiment/part.js";
import { nameNonFinite } from "../files/canonical.js";
import { OutputFile } from "../files/outputFile.js";
import type { ComparisonRecord, EvaluationRecord } from "../ledger/evaluationEvent.js";
import type { Draft } from "../ledger/events.js";
import { Ledger } from "../ledger/ledger.js";

import type { TrainedModel } from "../model/trainedModel.js";
import { describeEvaluation } from "../progress/describeEvaluation.js";
import { UsageError } from "./errors.js";
import type { EvaluateCommandOptions } from "./evaluate.js";
import { openTold } from "./openTold.js";
import { withLedger } from "./withLedger.js";

/** What `versant evaluate` does; gives the exit code. */
export async function evaluateFiles(
  source: string,
  options: EvaluateCommandOptions,
): Promise<number> {
  requireData(options);
  const file =
    options.report === undefined ? undefined : new OutputFile("--report", options.report);
  const model = await openTold(source);
  const report = options.part
    ? await evaluatePart(source, model, options)
    : await evaluateData(model, options.data ?? "", options);
  for (const line of describeEvaluation(report)) console.log(line);
  await record(model, report);
  file?.write(`${JSON.stringify(report, nameNonFinite, 2)}\n`);
  return 0;
}

function requireData({ data, part, slice, target }: EvaluateCommandOptions): void {
  if (data === undefined && part === undefined) {
    throw new UsageError(
      "evaluate: received neither --data nor --part, expected data with their expected answers, or a part of the " +
        "experiment's own.",
    );
  }
  if (part === undefined) return;
  const odd = Object.entries({ target, slice: slice[0] }).find(([, value]) => value !== undefined);
  if (odd) throw new UsageError(`--${odd[0]}: received it with --part, expected it with --data.`);
}

async function evaluateData(
  model: TrainedModel,
  path: string,
  options: EvaluateCommandOptions,
): Promise<EvaluationReport> {
  const { target, slice: slices, id, column, delimiter, against } = options;
  const readOf = (model: TrainedModel) => {
    const found = { target, slices, id, column, delimiter };
    return labelledData(path, model.signature, found);
  };
  const data = readOf(model);
  const other = against === undefined ? undefined : await openTold(against);
  const measured = await measure(model, data, { slices, skip: skipper(options) });
  const about = {
    ...named(model),
    target: data.target.columns,
    data: { name: basename(path), hash: await hashOfData(path) },
  };
  const report = await reportOn(about, measured, options);
  if (!other) return report;
  const rest = await measure(other, readOf(other), { slices: [], skip: skipper(options) });
  return { ...report, against: await comparison(other, measured, rest, options) };
}

async function comparison(
  other: TrainedModel,
  a: Measured,
  b: Measured,
  options: EvaluateCommandOptions,
): Promise<ComparisonRecord> {
  return { ...named(other), ...(await compareMeasured(a, b, options)) };
}

const named = ({ name, run, sha256 }: TrainedModel): Pick<EvaluationRecord, "name" | "model"> => ({
  name: run ?? name,
  model: sha256,
});

const skipper = ({ skipInvalid }: EvaluateCommandOptions) =>
  skipInvalid ? (reason: string) => void process.stderr.write(`left out: ${reason}\n`) : undefined;

/** Runs the files of the experiments; a look at a test part is on record, as each makes the next one worth less. */
async function evaluatePart(
  source: string,
  model: TrainedModel,
  options: EvaluateCommandOptions,
): Promise<EvaluationReport> {
  const { part = "test", against } = options;
  const run = runOf(model);
  const other = against === undefined ? undefined : await openTold(against);
  const otherRun = other && runOf(other);
  return withLedger("write", async (ledger) => {
    const { measured, hash } = await lookAt(ledger, { source, model, run }, part);
    const about = { ...named(model), target: [], data: { name: `part ${part}`, hash } };
    const report = await reportOn(about, measured, options);
    if (against === undefined || !other || !otherRun) return report;
    const asked = { source: against, model: other, run: otherRun };
    const rest = await lookAt(ledger, asked, part);
    return { ...report, against: await comparison(other, measured, rest.measured, options) };
  });
}

function runOf({ run }: TrainedModel): string {
  if (run !== undefined) return run;
  throw new UsageError("--part: received a file, expected a run, whose experiment has the data.");
}

async function lookAt(ledger: Ledger, asked: AskedModel, part: PartName): Promise<MeasuredPart> {
  const { run } = asked;
  process.stderr.write(`runs the experiment of ${run} for its ${part} data\n`);
  const found = await measurePart(ledger, asked, part);
  if (found.isRecorded === false) {
    process.stderr.write(`these are other ${part} data than ${run} was trained with\n`);
  }
  if (part === "test") {
    const payload = { data: found.hash, purpose: "versant evaluate", scores: null };
    await ledger.append([{ type: "test", run, payload }]);
  }
  return found;
}

/** In the ledger of this place; a file needs none. */
async function record(model: TrainedModel, report: EvaluationReport): Promise<void> {
  if (model.run === undefined && !Ledger.exists()) {
    process.stderr.write("not recorded: there is no ledger here\n");
    return;
  }
  const { perClass, confusion, calibration, worst, ...payload } = report;
  const draft: Draft = { type: "evaluation", run: model.run ?? null, payload };
  await withLedger("write", (ledger) => ledger.append([draft]));
}
