import { formatTable } from "@versant/core/internal";
import { type Command, Option } from "commander";
import { int } from "../../experiment/declarations.js";
import {
  type Condition,
  pageOfRuns,
  parseCondition,
  type RunSummary,
  runColumns,
} from "../../ledger/runs.js";
import { formatScore, printable } from "../../progress/format.js";
import { asUsage } from "../errors.js";
import type { FixedCommand } from "../fixedCommand.js";
import { parseValue } from "../options.js";
import { printJson, withLedger } from "../withLedger.js";

interface ListOptions {
  readonly where: readonly Condition[];
  readonly sort?: string;
  readonly descending?: boolean;
  readonly columns?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const limit = int(50, { min: 1, max: 1_000_000, about: "runs to list" });

/** Lists runs, the newest first. */
export const runsCommand: FixedCommand = {
  name: "runs",
  usage: "[options]",
  description: "list the runs of the ledger",
  configure: (command: Command, done) => {
    const where = new Option(
      "--where <condition>",
      'such as "test.accuracy>=0.98"; may be repeated',
    );
    command
      .addOption(
        where
          .default([], "all")
          .argParser((text: string, before: readonly Condition[]) => [
            ...before,
            asUsage(() => parseCondition(text)),
          ]),
      )
      .option("--sort <name>", "by a column, hyper-parameter or score (default: the newest first)")
      .option("--descending", "the largest first")
      .option("--columns <names>", "what to show, separated by commas")
      .addOption(
        new Option("--limit <number>", "runs to list")
          .default(limit.default)
          .argParser((text: string) => parseValue("limit", limit, text)),
      )
      .option("--json", "as JSON, with everything that is known")
      .action(async (options: ListOptions) => done(await list(options)));
  },
};

const list = ({ where, sort, descending, limit: most, ...options }: ListOptions) =>
  withLedger("read", async (ledger) => {
    const { runs, total } = await pageOfRuns(ledger, {
      conditions: where,
      limit: most,
      ...(sort !== undefined && { sort }),
      ...(descending !== undefined && { descending }),
    });
    if (options.json) {
      printJson(runs);
      return 0;
    }
    const columns = options.columns?.split(",").map((name) => name.trim());
    for (const line of tableOf(runs, { columns, sort })) console.log(printable(line));
    if (total > runs.length) console.log(`${total - runs.length} more; --limit shows them.`);
    return 0;
  });

/** Scores are left out that would leave no room for the names of runs. */
function tableOf(
  runs: readonly RunSummary[],
  { columns, sort }: { columns?: readonly string[] | undefined; sort?: string | undefined },
): readonly string[] {
  // Most runs begin with weights that were drawn.
  const origin = runs.some(({ from }) => from !== undefined) ? ["from"] : [];
  const search = runs.some((run) => run.search) ? ["search"] : [];
  const usual = ["run", "state", ...origin, ...search, "started", "epochs", "seconds"];
  const isShown = sort === undefined || usual.includes(sort);
  const known = isShown ? usual : [...usual, sort];
  const scores = scoresIn(runs).filter((name) => name !== sort);
  for (let shown = scores.length; ; shown--) {
    const header = columns ?? [...known, ...scores.slice(0, shown)];
    const rows = runs.map((run) => header.map((name) => cellOf(run, name)));
    const { lines } = formatTable({
      header,
      rows,
      numbersFrom: 3 + origin.length + search.length,
      cut: 0,
    });
    const isWhole = rows.every(([name = ""], index) => lines[index + 2]?.startsWith(name));
    if (columns || isWhole || shown === 0) return lines;
  }
}

/** The scores that most runs have, at most three: those of the test first. */
function scoresIn(runs: readonly RunSummary[]): string[] {
  const names = new Set(runs.flatMap(({ scores }) => Object.keys(scores)));
  const order = (name: string): number =>
    ["test.", "validation.", "train."].findIndex((part) => name.startsWith(part)) * 2 +
    Number(name.endsWith(".loss"));
  return [...names].sort((a, b) => order(a) - order(b)).slice(0, 3);
}

function cellOf(run: RunSummary, name: string): string {
  if (name === "run") return run.id;
  if (name === "from") return run.from ?? "";
  if (name === "search") return run.search ? `${run.search.name}, trial ${run.search.trial}` : "";
  if (name === "started") return run.started.slice(0, 16).replace("T", " ");
  const column = runColumns.find((each) => each === name);
  const value = column ? run[column] : (run.hyperparameters[name] ?? run.scores[name]);
  if (value === undefined || value === null) return "";
  return typeof value === "number" && !Number.isInteger(value) ? formatScore(value) : String(value);
}
