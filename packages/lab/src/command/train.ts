import { ArgumentError, DivergenceError, plainLog } from "@versant/core";
import { Option } from "commander";
import { Run } from "../experiment/run.js";
import { OutputFile } from "../files/outputFile.js";
import { checkLeaks, reasonToRefuse } from "../honesty/leakCheck.js";
import { progressBar } from "../progress/bar.js";
import { leakLines } from "../progress/leakLines.js";
import { conclusion, outline } from "../progress/outline.js";
import { UsageError } from "./errors.js";
import { Interruption } from "./interruption.js";
import type { FileCommand } from "./invocation.js";
import { formatReport, makeReport } from "./report.js";

interface TrainOptions {
  readonly report?: string;
  readonly weights?: string;
  readonly log?: "plain" | "bar";
  readonly strict?: boolean;
  /** Commander's name for the absence of --no-leak-check. */
  readonly leakCheck: boolean;
}

/** Trains an experiment's model, tests it, and tells what came of it. */
export const trainCommand: FileCommand<TrainOptions> = {
  name: "train",
  description: "train the experiment's model, then test it",
  configure: (command) => {
    const log = new Option("--log <kind>", "plain, or a bar (default: bar on a terminal)");
    command
      .option("--report <path>", "write settings, scores and the hash of the weights as JSON")
      .option("--weights <path>", "write the weights as safetensors, after Ctrl-C too")
      .addOption(log.choices(["plain", "bar"]))
      .option("--strict", "refuse rows to be measured on that stand in an earlier part")
      .option("--no-leak-check", "leave out the search for such rows");
  },
  async run({ experiment, hyperparameters, seed, options }) {
    const { reportFile, weightsFile } = outputFiles(options);
    const { log = process.stdout.isTTY ? "bar" : "plain" } = options;
    if (log === "bar" && !process.stdout.isTTY) {
      throw new UsageError(
        "--log: a bar needs a terminal, and the output is none; use --log plain.",
      );
    }
    const progress = log === "bar" ? progressBar(process.stdout) : plainLog({ write });
    if (options.strict && !options.leakCheck) {
      throw new UsageError("--strict and --no-leak-check: received both, expected one of them.");
    }
    const run = await Run.prepare(experiment, { hyperparameters, seed, callbacks: [progress] });
    write(...outline(run));
    const leaks = options.leakCheck ? await checkLeaks(run.setup.data) : "not checked";
    write(...leakLines(leaks));
    const refused = options.strict && leaks !== "not checked" && reasonToRefuse(leaks);
    if (refused) {
      const { sha256: weightsSha256 } = await run.weights();
      reportFile?.write(formatReport(makeReport(run, { leaks, failure: refused, weightsSha256 })));
      throw new ArgumentError(`--strict: ${refused}`);
    }

    const { failure, interruption } = await fit(run);
    const complete = !failure && !interruption.received;
    // Before the test: what was learnt is kept even if somebody interrupts that.
    const { bytes, sha256 } = await run.weights();
    weightsFile?.write(bytes);
    const test = complete ? await run.test() : undefined;
    const times = complete ? await run.timePrediction() : undefined;
    const inspection = complete ? await run.inspect() : undefined;
    const stopped = run.training?.history.stopped;
    const report = makeReport(run, {
      leaks,
      ...(stopped !== undefined && { stopped }),
      ...(failure && { failure: failure.message }),
      ...(interruption.received && { interrupted: true }),
      ...(test && { test }),
      ...times,
      ...(inspection?.report && { inspection: inspection.report }),
      weightsSha256: sha256,
    });
    reportFile?.write(formatReport(report));
    write(...conclusion(report, inspection?.lines ?? []));
    if (interruption.received) write(whatWasKept(run, interruption.received, weightsFile?.path));
    if (failure) throw failure;
    return interruption.exitCode;
  },
};

function outputFiles({ report, weights }: TrainOptions) {
  const reportFile = report === undefined ? undefined : new OutputFile("--report", report);
  const weightsFile = weights === undefined ? undefined : new OutputFile("--weights", weights);
  if (reportFile && weightsFile?.isSameAs(reportFile)) {
    throw new UsageError(
      `--report and --weights: received ${report} for both, expected a file of its own for each.`,
    );
  }
  return { reportFile, weightsFile };
}

const write = (...lines: string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

/** Trains until the end, Ctrl-C, or a value that is not finite. */
async function fit(
  run: Run,
): Promise<{ failure: DivergenceError | undefined; interruption: Interruption }> {
  const interruption = new Interruption();
  interruption.listen();
  try {
    await run.fit(interruption.signal);
    return { failure: undefined, interruption };
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    return { failure: error, interruption };
  } finally {
    interruption.release();
  }
}

function whatWasKept({ training }: Run, signal: string, path: string | undefined): string {
  const where = training
    ? `batch ${training.batch} of ${training.batches} of epoch ${training.epoch}`
    : "the initial weights";
  return (
    `Interrupted by ${signal} after ${where}. Kept are the weights after that batch, not tested; ` +
    (path ? `they are in ${path}.` : "with --weights PATH they would be in a file.")
  );
}
