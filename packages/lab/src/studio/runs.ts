import type { Ledger } from "../ledger/ledger.js";
import { pageOfRuns, parseCondition, type RunSummary } from "../ledger/runs.js";
import type { RunRow, RunsAnswer, Sparkline } from "./api/index.js";
import type { Query } from "./query.js";
import type { Sparklines } from "./sparklines.js";

export const runsParameters = [
  ...["where", "search", "sort", "order", "offset", "limit", "columns", "sparklines"],
];

/** A page of the list of runs. */
export async function answerRuns(
  ledger: Ledger,
  query: Query,
  sparklines: Sparklines,
): Promise<RunsAnswer> {
  const conditions = query.all("where").map(parseCondition);
  const search = query.text("search");
  const sort = query.text("sort");
  const order = query.text("order") && query.word("order", ["asc", "desc"]);
  const columns = query.list("columns");
  const limit = query.count("limit", { max: 1000 }) ?? 100;
  const offset = query.count("offset", {}) ?? 0;
  const { runs, total } = await pageOfRuns(ledger, {
    ...{ conditions, limit, offset },
    ...(search !== undefined && { search }),
    ...(sort !== undefined && { sort }),
    ...(order !== undefined && { descending: order === "desc" }),
  });
  const isDrawn = query.word("sparklines", ["yes", "no"]) === "yes";
  const drawn = isDrawn ? await sparklines.of(ledger, runs) : undefined;
  const paused = await pausedRuns(ledger, runs);
  return {
    total,
    rows: runs.map((run) => {
      const row = rowOf(run, paused.has(run.id), drawn?.get(run.id));
      return columns ? onlyColumns(row, columns) : row;
    }),
  };
}

/** How runs stand, by their names. */
export async function rowsOf(ledger: Ledger, runs: readonly RunSummary[]): Promise<RunRow[]> {
  const paused = await pausedRuns(ledger, runs);
  return runs.map((run) => rowOf(run, paused.has(run.id)));
}

function rowOf(run: RunSummary, paused: boolean, sparkline: Sparkline | null = null): RunRow {
  const { code: _code, commit_hash: _commit, data: _data, weights: _weights, ...shown } = run;
  const { from = null, tags, ...rest } = shown;
  const total = totalEpochs(run.hyperparameters);
  return {
    ...rest,
    paused,
    from,
    tags: tags.split(" ").filter(Boolean),
    progress: total === null ? null : Math.min(1, run.epochs / total),
    sparkline,
  };
}

/** Every experiment declares how many epochs it has; a run may end before. */
export function totalEpochs(hyperparameters: RunSummary["hyperparameters"]): number | null {
  const { epochs } = hyperparameters;
  return typeof epochs === "number" && epochs > 0 ? epochs : null;
}

/** Those that were asked for a pause last, and obeyed. */
async function pausedRuns(ledger: Ledger, runs: readonly RunSummary[]): Promise<Set<string>> {
  const paused = new Set<string>();
  for (const { id, state } of runs) {
    if (state !== "running") continue;
    const applied = await ledger.events({ run: id, types: ["steer.applied", "run.resumed"] });
    const last = applied.findLast(
      ({ type, payload }) =>
        type === "run.resumed" ||
        ("action" in payload && (payload.action === "pause" || payload.action === "resume")),
    );
    if (last?.type === "steer.applied" && last.payload.action === "pause") paused.add(id);
  }
  return paused;
}

function onlyColumns(row: RunRow, columns: readonly string[]): RunRow {
  const among = <T>(values: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(values).filter(([name]) => columns.includes(name)));
  const { hyperparameters, scores } = row;
  return { ...row, hyperparameters: among(hyperparameters), scores: among(scores) };
}
