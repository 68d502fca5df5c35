import { Command } from "commander";
import { errorOutput } from "./errors.js";

/** A command whose arguments and flags are always the same, such as `runs`: no experiment's file declares any. */
export interface FixedCommand {
  readonly name: string;
  /** What comes behind the name: "RUN [options]". */
  readonly usage: string;
  readonly description: string;
  /** Adds arguments, options and the action, which gives the exit code by `done`. */
  configure(command: Command, done: (exitCode: number) => void): void;
}

/** Reads the words behind a command's name, and runs it; gives the exit code. */
export async function runFixedCommand(
  { name, usage, description, configure }: FixedCommand,
  args: readonly string[],
): Promise<number> {
  let exitCode = 0;
  const parser = new Command(`versant ${name}`)
    .description(description)
    .usage(usage)
    .helpOption("-h, --help", "show this help")
    .exitOverride()
    .configureOutput(errorOutput)
    .showHelpAfterError(`Try \`versant ${name} --help\`.`);
  configure(parser, (code) => {
    exitCode = code;
  });
  parser.option("--stack", "show where an error comes from");
  await parser.parseAsync([...args], { from: "user" });
  return exitCode;
}
