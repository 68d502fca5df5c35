import { Option } from "commander";
import { int } from "../experiment/declarations.js";
import { landscapeDirections, landscapeParts } from "../ledger/landscapeEvent.js";
import { addDeviceOptions } from "./deviceOptions.js";
import type { FixedCommand } from "./fixedCommand.js";
import type { LandscapeFlags } from "./landscapeOf.js";
import { parseValue } from "./options.js";
import { runArgument } from "./withLedger.js";
import { withRecordedRun } from "./withRecordedRun.js";

const numbers = {
  grid: int(31, { min: 5, max: 201, about: "places along each side" }),
  samples: int(1024, { min: 1, max: 1e6, about: "how many samples the loss is the mean of" }),
};

const seed = int(0, { min: 0, max: 2 ** 32 - 1 });

/** Measures the loss around a run's weights, and records it. */
export const landscapeCommand: FixedCommand = {
  name: "landscape",
  usage: "RUN [options]",
  description: "measure the loss around a run's weights",
  configure: (command, done) => {
    const directions = new Option(
      "--directions <kind>",
      "random, or those in which training moved most, with its path: that trains the run again",
    );
    const part = new Option(
      "--part <name>",
      "of the data (default: validation, where there is one)",
    );
    command
      .argument(...runArgument)
      .addOption(directions.choices(landscapeDirections).default("random"))
      .addOption(part.choices(landscapeParts));
    for (const [name, declaration] of Object.entries(numbers)) {
      const option = new Option(`--${name} <number>`, declaration.about);
      command.addOption(
        option
          .default(declaration.default)
          .argParser((text: string) => parseValue(name, declaration, text)),
      );
    }
    const seedOption = new Option("--seed <number>", "of random directions (default: the run's)");
    command.addOption(seedOption.argParser((text: string) => parseValue("seed", seed, text)));
    command.addOption(new Option("--for-studio", "tell the studio that started this").hideHelp());
    addDeviceOptions(command, "that of the run");
    command.action(async (word: string, options: LandscapeFlags) => {
      const load = async () => {
        const { landscapeOf } = await import("./landscapeOf.js");
        return (found: Parameters<typeof landscapeOf>[0]) => landscapeOf(found, options);
      };
      done(await withRecordedRun(word, load));
    });
  },
};
