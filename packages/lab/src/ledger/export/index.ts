import { mkdirSync } from "node:fs";
import { ArgumentError } from "@versant/core/internal";
import type { LedgerEvent } from "../events.js";
import type { Ledger } from "../ledger.js";
import type { RunSummary } from "../runs.js";
import { type Series, seriesOf } from "../series.js";
import { csvWriter } from "./csv.js";
import { jsonWriter } from "./json.js";
import { mlflowWriter } from "./mlflow.js";
import { tensorboardWriter } from "./tensorboard.js";

/** A run as it is written for others. */
export interface ExportedRun {
  readonly run: RunSummary;
  readonly events: readonly LedgerEvent[];
  readonly series: Series;
}

/** Writes runs one after the other, so that their number does not matter to memory. */
export interface RunWriter {
  add(run: ExportedRun): void;
  end(): void;
}

/** How a format begins to write at a path. */
export type MakeWriter = (path: string, ledger: string) => RunWriter;

const writers = {
  csv: csvWriter,
  json: jsonWriter,
  mlflow: mlflowWriter,
  tensorboard: tensorboardWriter,
} satisfies Record<string, MakeWriter>;

export type ExportFormat = keyof typeof writers;
export const exportFormats = Object.keys(writers) as readonly ExportFormat[];

/**
 * Writes runs for other programs: "csv" is a folder with a table of runs and one of points, "json" a
 * file, "mlflow" a file store that `mlflow ui --backend-store-uri` opens, "tensorboard" a folder for
 * `tensorboard --logdir`. What is there of the same runs is replaced, and nothing else.
 *
 * @throws ArgumentError when the path cannot be written
 */
export async function exportRuns(
  ledger: Ledger,
  runs: readonly RunSummary[],
  { format, path }: { readonly format: ExportFormat; readonly path: string },
): Promise<void> {
  const [created] = await ledger.events({ types: ["ledger.created"] });
  try {
    if (format !== "json") mkdirSync(path, { recursive: true });
    const writer = writers[format](path, created?.payload.ledger ?? "");
    for (const run of runs) {
      const events = await ledger.events({ run: run.id });
      writer.add({ run, events, series: seriesOf(events) });
    }
    writer.end();
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code) throw error;
    throw new ArgumentError(
      `export: cannot write ${path} (${(error as Error).message}); expected the path of a ` +
        `${format === "json" ? "file" : "folder"} that may be written to.`,
    );
  }
}
