import { Command, CommanderError } from "commander";
import { versantVersion } from "../version.js";
import { commands, type Entry } from "./commands.js";
import { describeError, errorOutput, UsageError } from "./errors.js";
import { runFixedCommand } from "./fixedCommand.js";

/**
 * The `versant` command.
 *
 * @param args what was typed after `versant`
 * @returns the exit code: 0; 1 for a mistake or a failure; 2 for something that is not a command;
 *   128 and the signal's number after an interruption
 */
export async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Command("versant")
    .description("Trains neural networks that are written in TypeScript.")
    .version(`versant ${versantVersion()}`, "--version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand(false)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput(errorOutput)
    .configureHelp({ subcommandTerm: (command) => `${command.name()} ${command.usage()}` })
    .showHelpAfterError("Try `versant --help`.");
  for (const [name, entry] of Object.entries(commands)) {
    program
      .command(name)
      .description(entry.description)
      .usage("file" in entry ? "FILE [options]" : "[options]")
      .argument("[args...]")
      .helpOption(false)
      .allowUnknownOption()
      .action(async (_args, _options, { args }: Command) => {
        exitCode = await run(entry, args);
      });
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its own message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const file = args[1]?.startsWith("-") ? undefined : args[1];
    console.error(`versant: ${describeError(error, file, args.includes("--stack"))}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** What a command needs is loaded when it is called: listing runs waits for no device. */
async function run(entry: Entry, args: readonly string[]): Promise<number> {
  const { refuseDevice } = await import("./deviceOptions.js");
  refuseDevice(args);
  if ("fixed" in entry) return runFixedCommand(await entry.fixed(), args);
  if (entry.withoutFile && args[0]?.startsWith("--resume")) {
    return runFixedCommand(await entry.withoutFile(), args);
  }
  const { invoke } = await import("./invocation.js");
  return invoke(await entry.file(), args);
}
