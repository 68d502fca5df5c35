import { Option } from "commander";
import { int } from "../experiment/declarations.js";
import type { PartName } from "../experiment/part.js";
import { addDeviceOptions } from "./deviceOptions.js";
import { UsageError } from "./errors.js";
import type { FixedCommand } from "./fixedCommand.js";
import { parseValue, seedDeclaration } from "./options.js";
import { repeated } from "./withLedger.js";

export interface EvaluateCommandOptions {
  readonly data?: string;
  readonly part?: PartName;
  readonly target?: string;
  readonly slice: readonly string[];
  readonly against?: string;
  readonly report?: string;
  readonly id?: string;
  readonly column?: string;
  readonly delimiter?: string;
  readonly skipInvalid?: boolean;
  readonly worst: number;
  readonly resamples: number;
  readonly seed: number;
}

const numbers = {
  worst: int(10, { min: 0, max: 1e6, about: "how many of the worst answers are listed" }),
  resamples: int(1000, { min: 100, max: 1e6, about: "draws that intervals are made of" }),
  seed: seedDeclaration(0, "decides what is drawn"),
};

/** Measures a trained model on new data, and compares it with another one. */
export const evaluateCommand: FixedCommand = {
  name: "evaluate",
  usage: "RUN|FILE --data PATH [--against RUN|FILE] [options]",
  description: "measure a trained model on new data, or compare two",
  configure: (command, done) => {
    const part = new Option("--part <name>", "of the experiment's own data, in place of --data");
    command
      .argument(
        "<model>",
        'a run (name, number such as "#12", tag, or last), RUN@best, SEARCH@best, or a file of weights',
      )
      .option("--data <path>", "CSV, JSON, or a folder with a folder of images for each class")
      .addOption(part.choices(["train", "validation", "test"]).conflicts("data"))
      .option("--target <column>", "that holds the expected answers (default: the model's)")
      .option(
        "--slice <column>",
        "scores for each of its values, too; may be repeated",
        repeated,
        [],
      )
      .option("--against <model>", "another model on the same data: is it better?")
      .option("--report <path>", "write everything as JSON")
      .option("--id <column>", "that names a row (default: its number)")
      .option("--column <column>", "that holds the text or the sample")
      .option("--delimiter <text>", 'of a CSV file (default: ",")')
      .option("--skip-invalid", "leave out what cannot be used, and name it");
    for (const [name, declaration] of Object.entries(numbers)) {
      const option = new Option(`--${name} <number>`, declaration.about);
      command.addOption(
        option
          .default(declaration.default)
          .argParser((text: string) => parseValue(name, declaration, text)),
      );
    }
    addDeviceOptions(command);
    command.allowExcessArguments();
    command.action(async (model: string, options: EvaluateCommandOptions) => {
      const [, other] = command.args;
      if (other !== undefined) {
        throw new UsageError(
          `evaluate: received ${other} behind the model, expected --data ${other}, or --against for another model.`,
        );
      }
      const { evaluateFiles } = await import("./evaluateFiles.js");
      done(await evaluateFiles(model, options));
    });
  },
};
