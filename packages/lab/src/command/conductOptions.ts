import { type Command, Option } from "commander";
import { real } from "../experiment/declarations.js";
import { OutputFile } from "../files/outputFile.js";
import { row } from "../progress/format.js";
import type { RecorderOptions } from "../recording/recorder.js";
import { UsageError } from "./errors.js";
import { parseValue } from "./options.js";

/** Options of every command that trains. */
export interface ConductOptions {
  readonly report?: string;
  readonly weights?: string;
  readonly log?: "plain" | "bar";
  readonly checkpointEvery?: number;
  readonly insight?: boolean;
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
    .option("--insight", "measure gradients, weights and mistakes, too (default: with --studio)")
    .option("--no-insight", "with --studio: measure none of these")
    .addOption(log.choices(["plain", "bar"]))
    .addOption(
      every.argParser((text: string) => parseValue("checkpoint-every", checkpointEvery, text)),
    );
}

export const recorderOptions = ({
  checkpointEvery,
  insight = false,
}: ConductOptions): RecorderOptions => ({
  insight,
  ...(checkpointEvery !== undefined && { checkpointEvery }),
  tell: (line) => write(row("steered", line)),
});

export const write = (...lines: string[]): void => {
  for (const line of lines) process.stdout.write(`${line}\n`);
};

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
