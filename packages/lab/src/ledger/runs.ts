import { ArgumentError, nearest, requireOptions } from "@versant/core/internal";
import type { ExpressionBuilder, SqlBool } from "kysely";
import { Refusal } from "../refusal/refusal.js";
import type { Database, RunRow, Schema, ValueRow } from "./database.js";
import type { EndState } from "./events.js";
import { sql } from "./kysely.js";
import type { Ledger } from "./ledger.js";
import { RunLock } from "./lock.js";
import { bestRunOf } from "./searches.js";

/** How a run stands: "killed" when no end is recorded, and no process trains it. */
export type RunState = EndState | "running" | "killed";

/** A run with its hyper-parameters and scores by name. */
export interface RunSummary extends Omit<RunRow, "state"> {
  readonly state: RunState;
  readonly hyperparameters: Readonly<Record<string, number | string>>;
  /** The last of each: "train.loss", "validation.accuracy", "test.loss". */
  readonly scores: Readonly<Record<string, number | string>>;
  /** The run, else the file, whose weights it began with; absent where they were drawn. */
  readonly from?: string;
  /** The search, of which trial it is. */
  readonly search?: { readonly name: string; readonly trial: number };
}

const operators = ["<=", ">=", "!=", "<", ">", "="] as const;

/** A condition on a column of the list, a hyper-parameter or a score. */
export interface Condition {
  readonly name: string;
  readonly operator: (typeof operators)[number];
  readonly value: string;
}

/** Which runs, in which order, and how many of them. */
export interface RunsQuery {
  /** A run has to satisfy all of them. Default: none. */
  readonly conditions?: readonly Condition[];
  /** A text in the name, experiment, file, tags or actor. Default: none. */
  readonly search?: string;
  /** A column, hyper-parameter or score. Default: the newest first. */
  readonly sort?: string;
  /** Default: false where there is a `sort`. */
  readonly descending?: boolean;
  /** Default: all. */
  readonly limit?: number;
  /** How many are passed over. Default 0. */
  readonly offset?: number;
}

/** What can stand in conditions besides hyper-parameters and scores. */
export const runColumns = [
  ...["id", "number", "experiment", "file", "state", "reason", "started", "ended", "seconds"],
  ...["epochs", "steps", "seed", "actor", "device", "parameters", "code", "commit_hash", "data"],
  ...["weights", "repeats", "approvals", "tags"],
] as (keyof RunRow)[];

const isColumn = (name: string): name is keyof RunRow => runColumns.includes(name as keyof RunRow);

/**
 * Reads "learningRate<0.01", "test.accuracy >= 0.98", "experiment=mnist", "tags=baseline".
 *
 * @throws ArgumentError for what has another form
 */
export function parseCondition(text: string): Condition {
  const match = /^\s*([\w.@ -]*?[\w@])\s*(<=|>=|!=|<|>|=)\s*(.*?)\s*$/.exec(text);
  if (match) {
    const [, name = "", operator, value = ""] = match;
    return { name, operator: operator as Condition["operator"], value };
  }
  throw new ArgumentError(
    `runs: received the condition "${text}", expected a name, one of ${operators.join(" ")}, and a ` +
      'value, such as "test.accuracy>=0.98".',
  );
}

/** What every list can be asked for besides `runColumns`, whether a run here has it or not. */
const origins = ["from", "search", "trial", "study", "fold"];

/** @throws ArgumentError for a name that no run knows: an empty list would look like an answer */
async function requireKnown(ledger: Ledger, names: readonly string[]): Promise<void> {
  const asked = names.filter((name) => !isColumn(name) && !origins.includes(name));
  if (asked.length === 0) return;
  const rows = await ledger.ask((database) =>
    database.selectFrom("run_values").select("name").distinct().execute(),
  );
  const values = rows.map(({ name }) => name);
  const unknown = asked.find((name) => !values.includes(name));
  if (unknown === undefined || values.length === 0) return;
  const known = [...new Set([...runColumns, ...origins, ...values])];
  const [near] = nearest(unknown, known);
  throw new Refusal(
    "condition.field",
    { name: unknown, near },
    `runs: received "${unknown}", which no run here has, expected a column, hyper-parameter or score` +
      `${near === undefined ? "" : `; the nearest is "${near}"`}; known: ${known.join(", ")}.`,
  );
}

/**
 * The runs that satisfy all conditions, with their values.
 *
 * @throws ArgumentError for a name that no run has
 */
export async function listRuns(ledger: Ledger, query: RunsQuery = {}): Promise<RunSummary[]> {
  requireOptions("listRuns", query, queryOptions);
  await requireKnown(ledger, namesIn(query));
  return summaries(ledger, query, await killedRuns(ledger, query.conditions));
}

/**
 * A part of the list, and how many runs all of it has.
 *
 * @throws ArgumentError for a name that no run has
 */
export async function pageOfRuns(
  ledger: Ledger,
  query: RunsQuery,
): Promise<{ readonly runs: RunSummary[]; readonly total: number }> {
  requireOptions("pageOfRuns", query, queryOptions);
  await requireKnown(ledger, namesIn(query));
  const killed = await killedRuns(ledger, query.conditions);
  const runs = await summaries(ledger, query, killed);
  const { offset = 0, limit = Number.POSITIVE_INFINITY } = query;
  const isAll = offset === 0 && runs.length < limit;
  return { runs, total: isAll ? runs.length : await count(ledger, query, killed) };
}

const queryOptions = ["conditions", "search", "sort", "descending", "limit", "offset"];

const namesIn = ({ conditions = [], sort }: RunsQuery): string[] => [
  ...conditions.map(({ name }) => name),
  ...(sort === undefined ? [] : [sort]),
];

function summaries(
  ledger: Ledger,
  query: RunsQuery,
  killed: readonly string[],
): Promise<RunSummary[]> {
  return ledger.ask(async (database) => {
    const ids = (await selectRuns(database, query, killed).execute()).map(({ id }) => id);
    return withValues(ledger, await rowsWith(database, ids));
  });
}

/** Rows in the order of their names: sorting names alone is many times faster than whole rows. */
async function rowsWith(database: Query, ids: readonly string[]): Promise<RunRow[]> {
  const rows = new Map<string, RunRow>();
  for (let start = 0; start < ids.length; start += chunk) {
    const select = database.selectFrom("runs").selectAll();
    for (const row of await select.where("id", "in", ids.slice(start, start + chunk)).execute()) {
      rows.set(row.id, row);
    }
  }
  return ids.flatMap((id) => rows.get(id) ?? []);
}

function selectRuns(
  database: Query,
  { conditions = [], search, sort, descending = sort === undefined, limit, offset }: RunsQuery,
  killed: readonly string[],
) {
  let select = database.selectFrom("runs").select("id");
  for (const condition of conditions)
    select = select.where((eb) => clauseOf(eb, condition, killed));
  if (search !== undefined) select = select.where(containing(search));
  const direction = descending ? "desc" : "asc";
  if (sort !== undefined && !isColumn(sort)) {
    const value = sql`(select number from run_values v where v.run = runs.id and v.name = ${sort}
      order by v.kind limit 1)`;
    select = select.orderBy(value, (order) => order[direction]().nullsLast());
  } else {
    select = select.orderBy(sort ?? "number", direction);
  }
  select = select.orderBy("number", direction);
  // SQLite knows an offset only behind a limit; -1 stands for all.
  if (limit !== undefined || offset !== undefined) select = select.limit(limit ?? -1);
  if (offset !== undefined) select = select.offset(offset);
  return select;
}

/**
 * How many runs satisfy all conditions.
 *
 * @throws ArgumentError for a name that no run has
 */
export async function countRuns(
  ledger: Ledger,
  conditions: readonly Condition[] = [],
): Promise<number> {
  await requireKnown(ledger, namesIn({ conditions }));
  return count(ledger, { conditions }, await killedRuns(ledger, conditions));
}

function count(
  ledger: Ledger,
  { conditions = [], search }: RunsQuery,
  killed: readonly string[],
): Promise<number> {
  return ledger.ask(async (database) => {
    let select = database.selectFrom("runs");
    for (const condition of conditions)
      select = select.where((eb) => clauseOf(eb, condition, killed));
    if (search !== undefined) select = select.where(containing(search));
    const { count } = await select
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return Number(count);
  });
}

type Query = Database["query"];

/** Runs that no end is recorded of and that no process trains; not asked where no condition needs it. */
async function killedRuns(
  ledger: Ledger,
  conditions: readonly Condition[] = [],
): Promise<string[]> {
  if (!conditions.some(({ name }) => name === "state")) return [];
  const open = await ledger.ask((database) =>
    database.selectFrom("runs").select(["id", "state"]).where("state", "=", "running").execute(),
  );
  return open.filter((run) => stateOf(ledger, run) === "killed").map(({ id }) => id);
}

const stateOf = ({ folder }: Ledger, { id, state }: Pick<RunRow, "id" | "state">): RunState =>
  state === "running" && !RunLock.isTaken(folder, id)
    ? "killed"
    : // The table holds what `Payloads` allows.
      (state as RunState);

/** A text in which `like` sees no letter that stands for others. */
const literal = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

const like = (column: keyof RunRow, pattern: string) =>
  sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`;

const searched = ["id", "experiment", "file", "tags", "actor"] as const;

const containing = (text: string) =>
  sql<SqlBool>`(${sql.join(
    searched.map((column) => like(column, `%${literal(text)}%`)),
    sql` or `,
  )})`;

type Builder = ExpressionBuilder<Schema, "runs">;

function clauseOf(eb: Builder, { name, operator, value }: Condition, killed: readonly string[]) {
  const number = value === "" ? Number.NaN : Number(value);
  if (name === "tags") {
    const has = like("tags", `% ${literal(value)} %`);
    return operator === "!=" ? sql<SqlBool>`not (${has})` : has;
  }
  if (name === "state" && killed.length > 0) {
    const state = eb.case().when("id", "in", killed).then("killed").else(eb.ref("state")).end();
    return eb(state, operator, value);
  }
  if (isColumn(name)) {
    const given = Number.isNaN(number) || name === "id" || name === "experiment" ? value : number;
    return eb(name, operator, given as never);
  }
  // No subquery of each run: one search in the index of values finds all runs that it holds of.
  const values = eb.selectFrom("run_values").select("run").where("run_values.name", "=", name);
  const matching = Number.isNaN(number)
    ? values.where("run_values.text", operator, value)
    : values.where("run_values.number", operator, number);
  return eb("id", "in", matching);
}

/** So many runs at a time: SQLite takes a bounded number of parameters. */
const chunk = 500;

async function withValues(ledger: Ledger, rows: readonly RunRow[]): Promise<RunSummary[]> {
  const values: ValueRow[] = [];
  for (let start = 0; start < rows.length; start += chunk) {
    const ids = rows.slice(start, start + chunk).map(({ id }) => id);
    const select = ledger.database.query.selectFrom("run_values").selectAll();
    values.push(...(await select.where("run", "in", ids).execute()));
  }
  const byRun = new Map<string, ValueRow[]>();
  for (const value of values) {
    const list = byRun.get(value.run);
    if (list) list.push(value);
    else byRun.set(value.run, [value]);
  }
  return rows.map((row) => {
    const own = byRun.get(row.id) ?? [];
    const of = (kind: ValueRow["kind"]) =>
      Object.fromEntries(
        own
          .filter((value) => value.kind === kind)
          .map(({ name, number, text }) => [name, number ?? text ?? ""]),
      );
    const { from, search, trial } = of("origin");
    return {
      ...row,
      state: stateOf(ledger, row),
      hyperparameters: of("hyperparameter"),
      scores: of("score"),
      ...(from !== undefined && { from: String(from) }),
      ...(search !== undefined && { search: { name: String(search), trial: Number(trial) } }),
    };
  });
}

/** The runs that began with weights of this one, in their order. */
export async function descendantsOf(ledger: Ledger, run: string): Promise<string[]> {
  const rows = await ledger.ask((database) =>
    database
      .selectFrom("run_values")
      .innerJoin("runs", "runs.id", "run_values.run")
      .select("runs.id")
      .where("run_values.name", "=", "from")
      .where("run_values.kind", "=", "origin")
      .where("run_values.text", "=", run)
      .orderBy("runs.number")
      .execute(),
  );
  return rows.map(({ id }) => id);
}

/**
 * The run that a word means: its number with a #, its name, or a beginning that no other has; "last", the newest
 * that no search and no study made; or a search, for the run of its best trial (see `bestRunOf`).
 *
 * @throws ArgumentError when there is none, or more than one
 */
export async function findRun(ledger: Ledger, word: string): Promise<RunSummary> {
  const rows = await ledger.ask((database) => findRows(database, word));
  const best = rows.length === 0 ? await bestRunOf(ledger, word) : undefined;
  const found = best === undefined ? rows : await ledger.ask((query) => findRows(query, best));
  const exact = found.find(({ id }) => id === (best ?? word));
  if (exact || found.length === 1) {
    const [run] = await withValues(ledger, exact ? [exact] : found);
    if (run) return run;
  }
  const names = found.map(({ id }) => id);
  if (names.length > 1) {
    throw new Refusal(
      "run.ambiguous",
      { word, names },
      `"${word}" is the beginning of several runs (${names.join(", ")}); write more of the name.`,
    );
  }
  throw new Refusal(
    "run.unknown",
    { word },
    word === "last"
      ? 'there is no run "last": none is here that no search or study made; expected a name that ' +
          "`versant runs` lists, or that of a search, for its best trial."
      : `there is no run "${word}"; expected a name that \`versant runs\` lists, its beginning, its ` +
          "number such as #12, or last.",
  );
}

/**
 * The same, or the newest run with a tag.
 *
 * @throws ArgumentError when neither a name nor a tag says which run is meant
 */
export async function findNamedOrTagged(ledger: Ledger, word: string): Promise<RunSummary> {
  try {
    return await findRun(ledger, word);
  } catch (error) {
    const conditions = [{ name: "tags", operator: "=", value: word }] as const;
    const [newest] = await listRuns(ledger, { conditions, limit: 1 });
    if (newest) return newest;
    throw error;
  }
}

async function findRows(database: Query, word: string): Promise<RunRow[]> {
  // Every name begins with nothing; a variable of a script may have been empty.
  if (word === "") return [];
  const select = database.selectFrom("runs").selectAll();
  if (word === "last") {
    const made = database
      .selectFrom("run_values")
      .select("run")
      .where("kind", "=", "origin")
      .where("name", "in", ["search", "study"]);
    const own = select.where("id", "not in", made);
    return own.orderBy("number", "desc").limit(1).execute();
  }
  if (/^#\d+$/.test(word)) return select.where("number", "=", Number(word.slice(1))).execute();
  // What is the word itself comes before what it begins.
  const beginning = select.where(like("id", `${literal(word)}%`));
  return beginning.orderBy("id").limit(6).execute();
}
