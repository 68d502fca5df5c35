import { Option } from "commander";
import { type ExportFormat, exportFormats, exportRuns } from "../../ledger/export/index.js";
import { findRun, listRuns } from "../../ledger/runs.js";
import { UsageError } from "../errors.js";
import type { FixedCommand } from "../fixedCommand.js";
import { runArgument, withLedger } from "../withLedger.js";

interface ExportOptions {
  readonly all?: boolean;
  readonly format: ExportFormat;
  readonly output: string;
}

/** Writes runs for other programs. */
export const exportCommand: FixedCommand = {
  name: "export",
  usage: "RUN...|--all --format FORMAT --output PATH",
  description: "write runs as CSV, JSON, or for MLflow or TensorBoard",
  configure: (command, done) => {
    const format = new Option("--format <format>", "what others shall open");
    command
      .argument("[runs...]", runArgument[1])
      .option("--all", "all runs of the ledger")
      .addOption(format.choices(exportFormats).makeOptionMandatory())
      .requiredOption("--output <path>", "a file for json, a folder for the others")
      .action(async (words: string[], { all = false, format, output }: ExportOptions) => {
        if (all === words.length > 0) {
          throw new UsageError(
            `export: received ${all ? "runs and --all" : "no run"}, expected runs, or --all.`,
          );
        }
        const count = await withLedger("read", async (ledger) => {
          const runs = all ? await listRuns(ledger, { sort: "number" }) : [];
          for (const word of words) runs.push(await findRun(ledger, word));
          await exportRuns(ledger, runs, { format, path: output });
          return runs.length;
        });
        console.log(`wrote ${count} ${count === 1 ? "run" : "runs"} to ${output}`);
        done(0);
      });
  },
};
