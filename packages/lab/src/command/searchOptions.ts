import { type Command, Option } from "commander";
import { type Int, int } from "../experiment/declarations.js";
import type { ConstraintRecord, ObjectiveRecord } from "../ledger/searchEvents.js";
import { parseConstraint, parseObjective } from "../tune/objectives.js";
import { prunerNames } from "../tune/pruners/index.js";
import { samplerNames } from "../tune/samplers.js";
import { asUsage, UsageError } from "./errors.js";
import { parseValue } from "./options.js";

/** What decides how long a search goes on, and what it leaves; all that can change when it goes on later. */
export interface LimitOptions {
  readonly trials?: number;
  readonly time?: number;
  readonly report?: string;
}

export interface TuneOptions extends LimitOptions {
  readonly jobs: number;
  readonly sampler: string;
  readonly points?: number;
  readonly pruner: string;
  readonly objective: readonly ObjectiveRecord[];
  readonly constraint: readonly ConstraintRecord[];
  readonly search?: readonly string[];
  readonly range: Readonly<Record<string, string>>;
  readonly trialTime?: number;
  readonly plateau?: number;
  readonly reportEvery: number;
  readonly seeds?: number;
  readonly folds?: number;
  readonly async?: boolean;
  /** Commander's name for the absence of --no-leak-check. */
  readonly leakCheck: boolean;
}

const counts = {
  trials: int(20, { min: 1, max: 1_000_000 }),
  jobs: int(1, { min: 1, max: 64 }),
  points: int(5, { min: 1, max: 1_000_000 }),
  plateau: int(1, { min: 1, max: 1_000_000 }),
  seeds: int(3, { min: 2, max: 1000 }),
  folds: int(5, { min: 2, max: 1000 }),
  "report-every": int(1, { min: 1, max: 1_000_000 }),
};

/** Trials of a search that is not told how many. */
export const defaultTrials = counts.trials.default;

const counted = (name: keyof typeof counts, help: string): Option => {
  const declaration: Int = counts[name];
  return new Option(`--${name} <number>`, help).argParser((text: string) =>
    parseValue(name, declaration, text),
  );
};

export function addLimitOptions(command: Command, trials: string): void {
  command
    .addOption(counted("trials", trials))
    .addOption(
      new Option(
        "--time <duration>",
        "begin no trial after this time, such as 90s, 10m or 2h",
      ).argParser((text: string) => parseDuration("--time", text)),
    )
    .option("--report <path>", "write trials, best ones and importance as JSON");
}

export function addTuneOptions(command: Command): void {
  addLimitOptions(command, `trials to make (default ${defaultTrials})`);
  const append =
    <T>(parse: (text: string) => T) =>
    (text: string, before: readonly T[]) => [...before, asUsage(() => parse(text))];
  const option = (flags: string, help: string): Option => new Option(flags, help);
  const objective = "score to make small, or max:SCORE; also parameters, latency; may be repeated";
  command
    .addOption(counted("jobs", "trials at a time, each in a process of its own").default(1))
    .addOption(option("--sampler <name>", "what proposes").choices(samplerNames).default("tpe"))
    .addOption(counted("points", "of a grid: values of each range (default 5)"))
    .addOption(
      option("--pruner <name>", "what ends poor trials early").choices(prunerNames).default("none"),
    )
    .addOption(
      option("--objective <score>", objective)
        .default([], "validation.loss, or train.loss where there is no validation")
        .argParser(append(parseObjective)),
    )
    .addOption(
      option("--constraint <condition>", 'such as "parameters<=100000"; may be repeated')
        .default([], "none")
        .argParser(append(parseConstraint)),
    )
    .option(
      "--search <names>",
      "hyper-parameters to search, by commas (default: all that the experiment declares but epochs)",
      (text: string) => text.split(",").map((name) => name.trim()),
    )
    .addOption(
      option("--range <part>", "search a part: width=8..64 or optimizer=sgd,adam; may be repeated")
        .default({}, "all")
        .argParser(addRange),
    )
    .addOption(
      option("--trial-time <duration>", "end a trial that takes longer, as failed").argParser(
        (text: string) => parseDuration("--trial-time", text),
      ),
    )
    .addOption(counted("plateau", "end after so many trials without a better one"))
    .addOption(counted("report-every", "epochs between two looks of the pruner").default(1))
    .addOption(counted("seeds", "train each trial with so many seeds; objectives are means"))
    .addOption(counted("folds", "cross-validate each trial; objectives are means"))
    .option("--async", "propose and prune from whatever is there: faster, not repeatable")
    .option("--no-leak-check", "leave out hashing and comparing the rows of each trial's data")
    .addHelpText(
      "after",
      "\n`versant tune --resume SEARCH` goes on with a search, with --trials, --time, --report and --device only: " +
        "everything else stays as it was.",
    );
}

function addRange(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, part] = /^\s*([a-zA-Z0-9]+)\s*=\s*(.+?)\s*$/.exec(text) ?? [];
  if (name !== undefined && before[name] !== undefined) {
    throw new UsageError(
      `--range: received ${name}=${before[name]} and ${name}=${part}, expected one part of each hyper-parameter.`,
    );
  }
  if (name !== undefined && part !== undefined) return { ...before, [name]: part };
  throw new UsageError(
    `--range: received "${text}", expected a name and a part, such as width=8..64 or optimizer=sgd,adam.`,
  );
}

const seconds = { s: 1, m: 60, h: 3600 };

/** Timers wait no longer. */
const longest = 596 * seconds.h;

/** Seconds that "90s", "10m" or "2h" are. */
function parseDuration(flag: string, text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text.trim()) ?? [];
  const duration = Number(number) * seconds[unit as keyof typeof seconds];
  if (duration > 0 && duration <= longest) return duration;
  throw new UsageError(
    `${flag}: received "${text}", expected a time such as 90s, 10m or 2h, at most 596h.`,
  );
}
