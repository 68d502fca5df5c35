import { sql } from "../ledger/kysely.js";
import type { Ledger } from "../ledger/ledger.js";
import type { RunSummary } from "../ledger/runs.js";
import type { Sparkline } from "./api/index.js";

/** Values of a curve at most. */
const most = 40;

/** Curves that are kept: those of a few pages of a list. */
const kept = 5000;

/**
 * The curve of the main score of each run of a list, small enough to be drawn in a cell. Of long runs only
 * the epochs that are drawn are read; of a run that has not gone on since, none.
 */
export class Sparklines {
  readonly #known = new Map<string, { readonly state: string; readonly line: Sparkline | null }>();

  async of(
    ledger: Ledger,
    runs: readonly RunSummary[],
  ): Promise<ReadonlyMap<string, Sparkline | null>> {
    const unknown = runs.filter((run) => this.#known.get(run.id)?.state !== stateOf(run));
    const read = await readLines(ledger, unknown);
    for (const run of unknown) {
      this.#known.delete(run.id);
      this.#known.set(run.id, { state: stateOf(run), line: read.get(run.id) ?? null });
    }
    const lines = new Map(runs.map(({ id }) => [id, this.#known.get(id)?.line ?? null]));
    for (const id of this.#known.keys()) {
      if (this.#known.size <= kept) break;
      this.#known.delete(id);
    }
    return lines;
  }
}

/** Changes with each epoch, and where a run goes back to an earlier one. */
const stateOf = ({ steps, epochs, state, ended, number }: RunSummary): string =>
  [number, epochs, steps, state, ended].join();

const nameOf = ({ scores }: RunSummary): string | undefined =>
  ["validation.loss", "train.loss"].find((name) => name in scores);

/** SQLite takes a bounded number of parameters. */
const chunk = 500;

async function readLines(
  ledger: Ledger,
  runs: readonly RunSummary[],
): Promise<Map<string, Sparkline>> {
  const names = new Map(
    runs.flatMap((run) => {
      const name = nameOf(run);
      return name === undefined ? [] : [[run.id, name] as const];
    }),
  );
  const chosen = (await epochsOf(ledger, [...names.keys()])).flatMap(evenly);
  const lines = new Map<string, { name: string; steps: number[]; values: (number | null)[] }>();
  for (let start = 0; start < chosen.length; start += chunk) {
    for (const { run, step, validation, train } of await scoresAt(
      ledger,
      chosen.slice(start, start + chunk),
    )) {
      const name = names.get(run) ?? "";
      const line = lines.get(run) ?? { name, steps: [], values: [] };
      lines.set(run, line);
      // What comes after a return to a checkpoint takes the place of what was there before.
      while ((line.steps.at(-1) ?? -1) >= step) {
        line.steps.pop();
        line.values.pop();
      }
      line.steps.push(step);
      const value = name === "validation.loss" ? validation : train;
      line.values.push(typeof value === "number" ? value : null);
    }
  }
  return new Map([...lines].map(([run, { name, values }]) => [run, { name, values }]));
}

/** Where the epochs of runs stand: the index says it, without a look at the events. */
async function epochsOf(ledger: Ledger, runs: readonly string[]): Promise<number[][]> {
  const sequences = new Map<string, number[]>();
  for (let start = 0; start < runs.length; start += chunk) {
    const rows = await ledger.ask((query) =>
      query
        .selectFrom("events")
        .select(["run", "sequence"])
        .where("run", "in", runs.slice(start, start + chunk))
        .where("type", "=", "epoch")
        .orderBy("run")
        .orderBy("sequence")
        .execute(),
    );
    for (const { run, sequence } of rows) {
      const own = sequences.get(run ?? "");
      if (own) own.push(sequence);
      else sequences.set(run ?? "", [sequence]);
    }
  }
  return [...sequences.values()];
}

/** So many of a list, the first and the last among them. */
function evenly(all: readonly number[]): readonly number[] {
  if (all.length <= most) return all;
  return Array.from(
    { length: most },
    (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))] ?? 0,
  );
}

interface ScoreRow {
  readonly run: string;
  readonly step: number;
  readonly validation: number | string | null;
  readonly train: number | string | null;
}

async function scoresAt(ledger: Ledger, sequences: readonly number[]): Promise<ScoreRow[]> {
  const text = sql<ScoreRow>`
    select run, body ->> '$.payload.step' as step, body ->> '$.payload.validation.loss' as validation,
      body ->> '$.payload.train.loss' as train
    from events where sequence in (${sql.join(sequences)}) order by sequence`;
  return (await ledger.ask((query) => text.execute(query))).rows;
}
