import type { EventType } from "../ledger/events.js";
import { eventOf, type Ledger } from "../ledger/ledger.js";
import { readRun } from "../ledger/record.js";
import type { EventsAnswer, RunDetail } from "./api/index.js";
import { lastPlace } from "./place.js";
import { StudioError } from "./problem.js";
import type { Query } from "./query.js";
import { rowsOf, totalEpochs } from "./runs.js";

/** @throws ArgumentError when no run is meant by the word */
export async function answerRun(ledger: Ledger, word: string): Promise<RunDetail> {
  // Before it is read: what comes meanwhile is then told twice, not never.
  const { sequence } = await lastPlace(ledger);
  const { run, ended, epochs: _epochs, ...record } = await readRun(ledger, word);
  const [row] = await rowsOf(ledger, [run]);
  if (!row) throw new StudioError(404, `there is no run ${JSON.stringify(word)}.`);
  return {
    ...record,
    run: row,
    ended: ended ?? null,
    totalEpochs: totalEpochs(run.hyperparameters),
    sequence,
  };
}

export const eventsParameters = ["after", "types", "limit"];

/** What happened to a run, or in a search, in order. */
export async function answerEvents(
  ledger: Ledger,
  run: string,
  query: Query,
): Promise<EventsAnswer> {
  const after = query.count("after", { min: -1 }) ?? -1;
  const limit = query.count("limit", { min: 1, max: 1000 }) ?? 200;
  const types = query.list("types");
  const rows = await ledger.ask((database) => {
    const select = database
      .selectFrom("events")
      .selectAll()
      .where("run", "=", run)
      .where("sequence", ">", after);
    const chosen = types
      ? select.where("type", "in", types)
      : select.where("type", "not in", ["steps", "epoch", "insight"] satisfies EventType[]);
    // One more tells whether there are more.
    return chosen
      .orderBy("sequence")
      .limit(limit + 1)
      .execute();
  });
  return { events: rows.slice(0, limit).map(eventOf), more: rows.length > limit };
}
