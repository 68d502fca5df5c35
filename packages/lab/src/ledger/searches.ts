import { ArgumentError } from "@versant/core/internal";
import { Refusal } from "../refusal/refusal.js";
import type { LedgerEvent } from "./events.js";
import type { Ledger } from "./ledger.js";
import { RunLock } from "./lock.js";
import type { SearchEndState, SearchRecord, TrialRecord } from "./searchEvents.js";

/** How a search stands: "killed" when no end is recorded, and no process goes on with it. */
export type SearchState = SearchEndState | "running" | "killed";

/** A search, as its events add up. */
export interface SearchSummary {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly state: SearchState;
  readonly reason?: string;
  /** With the limit on trials that it goes on with. */
  readonly record: SearchRecord;
  /** In order. */
  readonly trials: readonly TrialRecord[];
}

const types = ["search.started", "search.resumed", "search.trial", "search.ended"] as const;

/** All searches of a ledger, the newest first. */
export async function listSearches(ledger: Ledger): Promise<SearchSummary[]> {
  const events = await ledger.events({ types });
  const byName = new Map<string, LedgerEvent[]>();
  for (const event of events) {
    if (event.run === null) continue;
    const own = byName.get(event.run);
    if (own) own.push(event);
    else byName.set(event.run, [event]);
  }
  return [...byName].flatMap(([name, own]) => summaryOf(ledger, name, own) ?? []).reverse();
}

/** Names of the searches without an end: none was recorded, or they were resumed since. */
export async function openSearches(ledger: Ledger): Promise<string[]> {
  const rows = await ledger.ask((query) =>
    query
      .selectFrom("events")
      .select(["run", "type"])
      .where("type", "in", ["search.started", "search.resumed", "search.ended"])
      .orderBy("sequence")
      .execute(),
  );
  const last = new Map(rows.map(({ run, type }) => [run, type]));
  return [...last].flatMap(([run, type]) => (run !== null && type !== "search.ended" ? run : []));
}

/**
 * The search that a word means: "last", its name, or a beginning that no other has.
 *
 * @throws ArgumentError when there is none, or more than one
 */
export async function findSearch(ledger: Ledger, word: string): Promise<SearchSummary> {
  const all = await listSearches(ledger);
  const exact = all.find(({ name }) => name === word);
  const found = exact ? [exact] : matching(all, word);
  const [first] = found;
  if (first && found.length === 1) return first;
  const names = found.map((each) => each.name);
  throw first
    ? new Refusal(
        "search.ambiguous",
        { word, names },
        `"${word}" is the beginning of several searches (${names.join(", ")}); write more of the name.`,
      )
    : new Refusal(
        "search.unknown",
        { word },
        `there is no search "${word}"; expected a name that \`versant searches\` lists, its beginning, or last.`,
      );
}

/**
 * The run of a search's best trial, the first one of several objectives, and of a trial that was trained several times
 * its first. The word is the search's name or its beginning, with "@best" or without.
 *
 * @returns undefined where no search is called so
 * @throws ArgumentError when several are, or it has no best trial
 */
export async function bestRunOf(ledger: Ledger, word: string): Promise<string | undefined> {
  const beginning = word.replace(/@best$/, "");
  if (beginning === "") return undefined;
  const starts = await ledger.events({ types: ["search.started"] });
  if (!starts.some(({ run }) => run?.startsWith(beginning))) return undefined;
  const { name, state, trials } = await findSearch(ledger, beginning);
  const ends = await ledger.events({ run: name, types: ["search.ended"] });
  const number = ends.at(-1)?.payload.best[0];
  const best = trials.find((trial) => trial.number === number);
  const run = best?.runs?.[0] ?? best?.run;
  if (run && state !== "running" && state !== "killed") return run;
  throw new ArgumentError(
    `the search ${name} is ${state} and has no best trial, expected one that has ended with one; ` +
      `\`versant show ${name}\` lists its trials.`,
  );
}

/** Whether a word begins the name of a search, and of no run. */
export async function isSearch(ledger: Ledger, word: string): Promise<boolean> {
  if (word === "") return false;
  const starts = await ledger.events({ types: ["search.started"] });
  if (!starts.some(({ run }) => run?.startsWith(word))) return false;
  const run = await ledger.ask((query) => {
    const select = query.selectFrom("runs").select("id");
    return select.where("id", ">=", word).orderBy("id").limit(1).executeTakeFirst();
  });
  return !run?.id.startsWith(word);
}

const matching = (all: readonly SearchSummary[], word: string): readonly SearchSummary[] =>
  word === "last" ? all.slice(0, 1) : all.filter(({ name }) => name.startsWith(word));

function summaryOf(
  { folder }: Ledger,
  name: string,
  events: readonly LedgerEvent[],
): SearchSummary | undefined {
  const started = events.find((event) => event.type === "search.started");
  if (!started) return undefined;
  const resumed = events.findLast((event) => event.type === "search.resumed");
  const trials = events.flatMap((event) => (event.type === "search.trial" ? event.payload : []));
  const [last] = events.slice(-1);
  const ended = last?.type === "search.ended" ? last.payload : undefined;
  const running = RunLock.isTaken(folder, name) ? "running" : "killed";
  return {
    name,
    started: started.time,
    state: ended?.state ?? running,
    ...(ended?.reason !== undefined && { reason: ended.reason }),
    record: { ...started.payload, ...resumed?.payload },
    trials: trials.sort((a, b) => a.number - b.number),
  };
}
