import type { Command } from "commander";
import { addConductOptions, type ConductOptions } from "./conductOptions.js";
import { addDeviceOptions } from "./deviceOptions.js";
import type { FixedCommand } from "./fixedCommand.js";
import { runArgument } from "./withLedger.js";
import { type Found, withRecordedRun } from "./withRecordedRun.js";

export interface ResumeOptions extends ConductOptions {
  readonly despiteChanges?: boolean;
}

/** Goes on with a run that was killed, interrupted or failed, from its last checkpoint. */
export const resumeCommand: FixedCommand = {
  name: "resume",
  usage: "RUN [options]",
  description: "go on with an interrupted run, from its last checkpoint",
  configure: (command: Command, done) => {
    command.argument(...runArgument);
    addConductOptions(command);
    addDeviceOptions(command, "that of the run");
    command
      .option("--despite-changes", "go on although code, data or arithmetic are not what they were")
      .action(async (word: string, options: ResumeOptions) => {
        const load = async () => {
          const { resumeRun } = await import("./resumeRun.js");
          return (found: Found) => resumeRun(found, options);
        };
        done(await withRecordedRun(word, load));
      });
  },
};
