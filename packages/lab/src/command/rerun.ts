import type { Command } from "commander";
import { addConductOptions, type ConductOptions } from "./conductOptions.js";
import { addDeviceOptions } from "./deviceOptions.js";
import type { FixedCommand } from "./fixedCommand.js";
import { runArgument } from "./withLedger.js";
import { type Found, withRecordedRun } from "./withRecordedRun.js";

/** Trains a run anew: same code, data, seeds, and what people did to it, at the same batches. */
export const rerunCommand: FixedCommand = {
  name: "rerun",
  usage: "RUN [options]",
  description: "train a run anew, and compare the bits",
  configure: (command: Command, done) => {
    command.argument(...runArgument);
    addConductOptions(command);
    addDeviceOptions(command, "that of the run");
    command.action(async (word: string, options: ConductOptions) => {
      const load = async () => {
        const { repeatRun } = await import("./repeatRun.js");
        return (found: Found) => repeatRun(found, options);
      };
      done(await withRecordedRun(word, load));
    });
  },
};
