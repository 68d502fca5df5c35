import { Command } from "commander";
import type { Declarations, ValueSource } from "../experiment/declarations.js";
import { commonDeclarations, type Experiment } from "../experiment/experiment.js";
import { loadExperiment } from "../experiment/load.js";
import { addDeviceOptions } from "./deviceOptions.js";
import { errorOutput, UsageError } from "./errors.js";
import { unknownFlag } from "./nearest.js";
import { declare, optionsOf, seedDeclaration } from "./options.js";
import { readValues } from "./values.js";

/** What a command that takes an experiment's file was asked. */
export interface Invocation<Options> {
  readonly file: string;
  readonly experiment: Experiment;
  /** Those that were given, checked. */
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  /** Where each of them came from. */
  readonly sources: Readonly<Record<string, ValueSource>>;
  readonly seed: number;
  readonly options: Options;
}

const seed = seedDeclaration(42, "decides initial weights, splits and order");

/** A command over an experiment's file, such as `train`. */
export interface FileCommand<Options> {
  readonly name: string;
  readonly description: string;
  /** Adds the options that are its own. */
  readonly configure: (command: Command) => void;
  readonly run: (invocation: Invocation<Options>) => Promise<number>;
}

/**
 * Reads FILE, then the flags, which depend on what FILE declares, and runs the command.
 *
 * @throws UsageError, CommanderError when the flags are not what was declared
 */
export async function invoke<Options>(
  command: FileCommand<Options>,
  [file = "--help", ...flags]: readonly string[],
): Promise<number> {
  if (file === "--help" || file === "-h") {
    parserFor(command, "FILE", "", commonDeclarations).help();
  }
  if (file.startsWith("-")) {
    throw new UsageError(
      `${command.name}: received ${file} where the experiment's file is expected; write ` +
        `\`versant ${command.name} FILE ${file}\`.`,
    );
  }
  const experiment = await loadExperiment(file);
  const { about, declarations } = experiment;
  // Each reading has a parser of its own: options that may be repeated collect their values in it.
  const makeParser = (): Command => parserFor(command, file, about, declarations);
  refuseUnknown(makeParser(), flags);
  refuseValues(makeParser(), flags);
  const parser = makeParser();
  parser.parse([...flags], { from: "user" });
  const { seed: seedFlag, values, ...given } = parser.opts();
  const fromFile = values ? readValues(values, { ...experiment.declarations, seed }) : {};
  const { seed: seedInFile = seed.default, ...inFile } = fromFile;
  const isDeclared = ([name]: [string, unknown]): boolean =>
    Object.hasOwn(experiment.declarations, name);
  const flagged = Object.fromEntries(Object.entries(given).filter(isDeclared));
  return command.run({
    file,
    experiment,
    hyperparameters: { ...inFile, ...flagged },
    sources: { ...sourcesOf(inFile, "file"), ...sourcesOf(flagged, "flag") },
    seed: seedFlag ?? seedInFile,
    options: Object.fromEntries(
      Object.entries(given).filter((entry) => !isDeclared(entry)),
    ) as Options,
  });
}

const sourcesOf = (values: object, source: ValueSource): Record<string, ValueSource> =>
  Object.fromEntries(Object.keys(values).map((name) => [name, source]));

/** Commander suggests only what differs in three letters at most. */
function refuseUnknown(parser: Command, flags: readonly string[]): void {
  const [unknown, value] = parser.parseOptions([...flags]).unknown[0]?.split(/=(.*)/s) ?? [];
  if (unknown === undefined || unknown === "--help" || unknown === "-h") return;
  const known = parser.options.flatMap(({ long }) => long ?? []);
  if (known.includes(unknown) && value !== undefined) throw withoutValue(parser, unknown, value);
  throw unknownFlag(unknown, known, parser.name());
}

/** What stands where a flag is expected: most often the value of one that takes none. */
function refuseValues(parser: Command, flags: readonly string[]): void {
  const [operand] = parser.parseOptions([...flags]).operands;
  if (operand === undefined) return;
  const before = flags[flags.indexOf(operand) - 1];
  const flag = parser.options.find(({ long }) => long === before);
  if (flag && !flag.required) throw withoutValue(parser, String(before), operand);
  throw new UsageError(
    `received ${JSON.stringify(operand)} where a flag is expected; \`${parser.name()} --help\` lists ` +
      "the flags.",
  );
}

function withoutValue(parser: Command, flag: string, value: string): UsageError {
  const opposite = flag.startsWith("--no-") ? flag.replace("no-", "") : flag.replace("--", "--no-");
  const hasOpposite = parser.options.some(({ long }) => long === opposite);
  return new UsageError(
    `${flag}: received ${JSON.stringify(value)}, but this flag takes no value; write ${flag} alone` +
      (hasOpposite ? `, or ${opposite} for its opposite.` : ", or leave it out."),
  );
}

function parserFor<Options>(
  { name, description, configure }: FileCommand<Options>,
  file: string,
  about: string,
  declarations: Declarations,
): Command {
  const parser = new Command(`versant ${name} ${file}`)
    .description(about ? `${description}\n${file}: ${about}` : description)
    .helpOption(false)
    .exitOverride()
    .configureOutput(errorOutput)
    .showHelpAfterError(`Try \`versant ${name} ${file} --help\`.`);
  declare(parser, "Hyper-parameters:", declarations);
  parser.optionsGroup("Options:");
  for (const option of optionsOf("seed", seed)) parser.addOption(option);
  parser.option("--values <path>", "take hyper-parameters and seed from a JSON file; flags win");
  configure(parser);
  addDeviceOptions(parser);
  return parser
    .option("--stack", "show where an error comes from")
    .helpOption("-h, --help", "show this help");
}
