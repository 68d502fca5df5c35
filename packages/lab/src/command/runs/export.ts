import { resolve } from "node:path";
import { Option } from "commander";
import { isModelPath } from "../../files/modelPath.js";
import { exportRuns, type ExportFormat as RecordFormat } from "../../ledger/export/index.js";
import { findRun, listRuns } from "../../ledger/runs.js";
import { UsageError } from "../errors.js";
import type { FixedCommand } from "../fixedCommand.js";
import { withLedger } from "../withLedger.js";
import {
  describeFormats,
  type FormatName,
  formatNames,
  isModelFormat,
  type ModelFormat,
  type ModelFormatName,
  modelFormats,
} from "./exportFormats.js";

interface ExportOptions {
  readonly all?: boolean;
  readonly format: FormatName;
  readonly to: string;
  readonly tensorsOnly?: boolean;
}

/** Writes models and runs for other programs. */
export const exportCommand: FixedCommand = {
  name: "export",
  usage: "RUN|MODEL --format FORMAT --to PATH, or RUN...|--all",
  description: "write a model, or what runs recorded, for other programs",
  configure: (command, done) => {
    const format = new Option("--format <format>", "what others shall open").makeOptionMandatory();
    command
      .argument(
        "[runs...]",
        'names, their beginnings, numbers such as "#12", or last; RUN@best, SEARCH@best or a file for a model',
      )
      .option("--all", "all runs of the ledger")
      .addOption(format.choices(formatNames))
      .requiredOption("--to <path>", "the file or folder to write")
      .option("--tensors-only", "safetensors: without what Versant needs to use the model")
      .addHelpText("after", describeFormats())
      .action(async (words: string[], options: ExportOptions) => {
        const { format: name } = options;
        if (options.tensorsOnly && name !== "safetensors") {
          throw new UsageError(
            `--tensors-only: received with --format ${name}, expected safetensors.`,
          );
        }
        const written = isModelFormat(name)
          ? await exportModel(words, name, options)
          : await exportRecords(words, name, options);
        console.log(`wrote ${written} to ${options.to}`);
        done(0);
      });
  },
};

async function exportModel(
  [source, ...others]: readonly string[],
  name: ModelFormatName,
  { all, to, tensorsOnly = false }: ExportOptions,
): Promise<string> {
  if (all || source === undefined || others.length > 0) {
    const received = all ? "--all" : source === undefined ? "none" : `${others.length + 1}`;
    throw new UsageError(
      `export: received ${received} for --format ${name}, expected one run, or the path of a model's file.`,
    );
  }
  if (isModelPath(source) && resolve(source) === resolve(to)) {
    throw new UsageError(
      "export: received one file as the model and as --to, expected another place to write to.",
    );
  }
  const format: ModelFormat = modelFormats[name];
  return `the model ${await format.write(source, to, { tensorsOnly })}`;
}

async function exportRecords(
  words: readonly string[],
  format: RecordFormat,
  { all = false, to }: ExportOptions,
): Promise<string> {
  if (all === words.length > 0) {
    throw new UsageError(
      `export: received ${all ? "runs and --all" : "no run"}, expected runs, or --all.`,
    );
  }
  const count = await withLedger("read", async (ledger) => {
    const runs = all ? await listRuns(ledger, { sort: "number" }) : [];
    for (const word of words) runs.push(await findRun(ledger, word));
    await exportRuns(ledger, runs, { format, path: to });
    return runs.length;
  });
  return `${count} ${count === 1 ? "run" : "runs"}`;
}
