import { type BatchSizeTest, findBatchSize, isLoader } from "@versant/core";
import { formatTable } from "@versant/core/internal";
import type { Command } from "commander";
import { real } from "../experiment/declarations.js";
import { Run, trainerOptions } from "../experiment/run.js";
import { OutputFile } from "../files/outputFile.js";
import { formatCount, row } from "../progress/format.js";
import { formatReport } from "../progress/report.js";
import { flagsOf } from "../tune/flags.js";
import { write } from "./conductOptions.js";
import { UsageError } from "./errors.js";
import type { FileCommand } from "./invocation.js";
import { optionsOf } from "./options.js";

interface FindBatchOptions {
  readonly sizes?: readonly number[];
  readonly seconds?: number;
  readonly report?: string;
}

const seconds = real(0.2, { min: 0.001, max: 1000, about: "to spend on each size" });

/** Measures batch sizes, and suggests the smallest that trains nearly as fast as any; nothing of it is kept. */
export const findBatchCommand: FileCommand<FindBatchOptions> = {
  name: "find-batch",
  description: "measure which batch size trains most samples a second",
  configure: (command: Command) => {
    command.option("--sizes <numbers>", "by commas (default: powers of 2 up to 4096)", parseSizes);
    for (const option of optionsOf("seconds", seconds)) command.addOption(option);
    command.option("--report <path>", "write what was measured as JSON");
  },
  async run({ file, experiment, hyperparameters, seed, options }) {
    const { report, ...measured } = options;
    const output = report === undefined ? undefined : new OutputFile("--report", report);
    const run = await Run.prepare(experiment, { hyperparameters, seed });
    const { train } = run.setup.data;
    if (isLoader(train)) {
      throw new UsageError(
        `find-batch: ${experiment.name} trains on a loader, which brings its own batches; expected a ` +
          "dataset, whose samples have an index.",
      );
    }
    const found = await findBatchSize(trainerOptions(run.setup), { train, ...measured });
    write(...tableOf(found), "");
    write(row("enough", `${found.knee}: the smallest with 90 % of the largest throughput`));
    write(row("fastest", String(found.fastest)));
    if (found.tooLarge !== undefined) write(row("too large", `${found.tooLarge}: memory ran out`));
    const given = { ...hyperparameters, batchSize: found.knee } as Readonly<Record<string, number>>;
    write(row("to try", `npx versant train ${file} ${flagsOf(given)} --seed ${seed}`));
    output?.write(formatReport({ experiment: experiment.name, seed, ...found }));
    return 0;
  },
};

function tableOf({ sizes }: BatchSizeTest): readonly string[] {
  const rows = sizes.map(({ batchSize, milliseconds, samplesPerSecond }) => [
    String(batchSize),
    milliseconds.toFixed(3),
    formatCount(samplesPerSecond),
  ]);
  const header = ["batch", "ms a step", "samples a second"];
  return formatTable({ header, rows, numbersFrom: 0, cut: 0 }).lines;
}

function parseSizes(text: string): readonly number[] {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return sizes;
  throw new UsageError(
    `--sizes: received "${text}", expected whole numbers by commas, such as 16,32,64.`,
  );
}
