import { Command, Help, type Option } from "commander";
import { errorOutput, UsageError } from "./errors.js";
import { unknownFlag } from "./nearest.js";

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
    .configureOutput({ outputError: (text, write) => refuse(parser, args, text, write) })
    .configureHelp({ optionDescription: describeOption })
    .showHelpAfterError(`Try \`versant ${name} --help\`.`);
  configure(parser, (code) => {
    exitCode = code;
  });
  parser.optionsGroup("Options:").option("--stack", "show where an error comes from");
  for (const each of [parser, ...parser.commands]) refuseRepeated(each);
  await parser.parseAsync([...args], { from: "user" });
  return exitCode;
}

/** Commander's own words, but for a flag that is none, which are ours wherever a flag is none. */
function refuse(
  parser: Command,
  args: readonly string[],
  text: string,
  write: (text: string) => void,
): void {
  const options = [parser, ...parser.commands].flatMap((each) => each.options);
  const known = [...new Set(options.flatMap(({ long }) => long ?? []))];
  const [, unknown] = /^error: unknown option '(.*?)'/.exec(text) ?? [];
  // A flag that is mistyped is told before one that is missing: it may be the same.
  const flag = text.startsWith("error: required option") ? unknownIn(args, known) : unknown;
  if (flag === undefined) {
    errorOutput.outputError(text, write);
    return;
  }
  throw unknownFlag(flag, known, parser.name());
}

const unknownIn = (args: readonly string[], known: readonly string[]): string | undefined =>
  args.find((each) => each.startsWith("--") && !known.includes(each.replace(/=.*/s, "")));

/** Lists are what flags that may be repeated begin with. */
const isList = ({ defaultValue }: Option): boolean => Array.isArray(defaultValue);

/** The last one would count, and the others be passed over in silence. */
function refuseRepeated(command: Command): void {
  for (const option of command.options.filter((each) => !isList(each) && !each.isBoolean())) {
    let count = 0;
    command.on(`option:${option.name()}`, () => {
      count++;
      if (count > 1) throw new UsageError(`${option.long}: received it twice, expected it once.`);
    });
  }
}

/** A default that the description tells is not told again, nor that a list is empty. */
function describeOption(option: Option): string {
  const isTold = isList(option) || option.description.includes("(default");
  const said = isTold ? Object.assign(Object.create(option), { defaultValue: undefined }) : option;
  return Help.prototype.optionDescription(said);
}
