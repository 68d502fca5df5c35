import { Option } from "commander";
import type { FormatName } from "../prediction/formats.js";
import type { Reading } from "../prediction/samplesOf.js";
import { addDeviceOptions } from "./deviceOptions.js";
import type { FixedCommand } from "./fixedCommand.js";

export interface PredictCommandOptions {
  readonly to?: string;
  readonly format?: FormatName;
  readonly as?: Reading;
  readonly id?: string;
  readonly column?: string;
  readonly delimiter?: string;
  readonly whole?: boolean;
  readonly skipInvalid?: boolean;
}

/** Answers for new data, by a model that was trained before. */
export const predictCommand: FixedCommand = {
  name: "predict",
  usage: "RUN|FILE INPUT... [options]",
  description: "answer for new data: CSV, JSON, images, text, or standard input (-)",
  configure: (command, done) => {
    const format = new Option("--format <format>", "default: by the ending of --to, else csv");
    const as = new Option("--as <kind>", "what the inputs are (default: by their endings)");
    command
      .argument(
        "<model>",
        'a run (name, number such as "#12", tag, or last), RUN@best, SEARCH@best, or a file of weights',
      )
      .argument("<inputs...>", "files, folders of images, or - for standard input")
      .option("--to <path>", "write there (default: standard output)")
      .addOption(format.choices(["csv", "json", "jsonl", "text"]))
      .addOption(as.choices(["csv", "json", "text", "image"]))
      .option("--id <column>", "that names a row (default: its number)")
      .option("--column <column>", "of a CSV file that holds the text")
      .option("--delimiter <text>", 'of a CSV file (default: ",")')
      .option("--whole", "a file of text is one sample (default: each of its lines)")
      .option("--skip-invalid", "leave out what cannot be encoded, and name it");
    addDeviceOptions(command);
    command.action(async (model: string, inputs: string[], options: PredictCommandOptions) => {
      const { predictFiles } = await import("./predictFiles.js");
      done(await predictFiles(model, inputs, options));
    });
  },
};
