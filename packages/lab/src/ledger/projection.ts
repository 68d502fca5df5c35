import { ArgumentError, describeValue } from "@versant/core/internal";
import type { Transaction } from "kysely";
import type { Schema, ValueRow } from "./database.js";
import type { Draft, LedgerEvent } from "./events.js";

/** Whether the next draft writes over all that a draft leaves in the tables: epochs that were short come together. */
export function isSuperseded(draft: Draft, next: Draft | undefined): boolean {
  if (draft.type !== "epoch" || next?.type !== "epoch" || draft.run !== next.run) return false;
  const isIn = (scores: object = {}, others: object = {}): boolean =>
    Object.keys(scores).every((name) => name in others);
  const { epoch, step, train, validation } = draft.payload;
  // What the tables do not take has to come to them, to be refused.
  const isTaken = [epoch, step].every(Number.isSafeInteger);
  return isTaken && isIn(train, next.payload.train) && isIn(validation, next.payload.validation);
}

/**
 * Brings the tables of runs up to an event. They say nothing that the events do not: they are there
 * so that thousands of runs are listed at once, and can be made anew.
 */
export async function project(query: Transaction<Schema>, event: LedgerEvent): Promise<void> {
  if (event.run === null) return;
  const { run, time } = event;
  const change = (row: Partial<Schema["runs"]>) =>
    query.updateTable("runs").set(row).where("id", "=", run).execute();
  switch (event.type) {
    case "run.started":
      return start(query, run, event);
    case "run.resumed":
      return resume(query, run, event);
    case "epoch": {
      const { epoch, step, train, validation = {} } = event.payload;
      await change({ epochs: whole("epoch", epoch), steps: whole("step", step) });
      await setScores(query, run, "train", train);
      return setScores(query, run, "validation", validation);
    }
    case "test":
      if (event.payload.scores) await setScores(query, run, "test", event.payload.scores);
      return;
    case "run.ended": {
      const { state, reason = null, seconds, weights, place } = event.payload;
      await change({
        state,
        reason,
        seconds,
        weights,
        ended: time,
        steps: whole("step", place.step),
      });
      return;
    }
    case "approval":
      await query
        .updateTable("runs")
        .set(({ eb }) => ({ approvals: eb("approvals", "+", 1) }))
        .where("id", "=", run)
        .execute();
      return;
    case "tagged": {
      const row = await query
        .selectFrom("runs")
        .select("tags")
        .where("id", "=", run)
        .executeTakeFirst();
      const tags = new Set((row?.tags ?? "").split(" ").filter(Boolean));
      for (const tag of event.payload.added) tags.add(tag);
      for (const tag of event.payload.removed) tags.delete(tag);
      await change({ tags: tags.size === 0 ? "" : ` ${[...tags].sort().join(" ")} ` });
      return;
    }
    default:
  }
}

async function start(
  query: Transaction<Schema>,
  run: string,
  { time, actor, payload }: Extract<LedgerEvent, { type: "run.started" }>,
): Promise<void> {
  const { last } = await query
    .selectFrom("runs")
    .select(({ fn }) => fn.max("number").as("last"))
    .executeTakeFirstOrThrow();
  await query
    .insertInto("runs")
    .values({
      id: run,
      number: Number(last ?? 0) + 1,
      experiment: payload.experiment,
      file: payload.file,
      state: "running",
      reason: null,
      started: time,
      ended: null,
      seconds: null,
      epochs: 0,
      steps: 0,
      seed: whole("seed", payload.seed),
      actor: actor.name,
      device: payload.environment.device,
      parameters: whole("parameters", payload.parameters),
      code: payload.code.hash,
      commit_hash: payload.code.commit ?? null,
      data: payload.data.hash,
      weights: null,
      repeats: payload.repeats ?? null,
      approvals: 0,
      tags: "",
    })
    .execute();
  const { hyperparameters, from, search, study, fold } = payload;
  await setValues(query, [
    ...hyperparameters.map(({ name, value }) => valueRow(run, "hyperparameter", name, value)),
    ...(from ? [valueRow(run, "origin", "from", from.run ?? from.file)] : []),
    ...(search ? [valueRow(run, "origin", "search", search.name)] : []),
    ...(search ? [valueRow(run, "origin", "trial", search.trial)] : []),
    ...(study === undefined ? [] : [valueRow(run, "origin", "study", study)]),
    ...(fold ? [valueRow(run, "origin", "fold", fold.index + 1)] : []),
  ]);
}

/**
 * Takes back what the run has said of itself since the place that it goes on from. The list holds the
 * scores of the last epoch only: where that one is taken back there are none until the next has ended.
 * Scores on test data stay, for somebody has seen them.
 */
async function resume(
  query: Transaction<Schema>,
  run: string,
  { payload: { from, code, data } }: Extract<LedgerEvent, { type: "run.resumed" }>,
): Promise<void> {
  const epochs = from.epoch - 1;
  const before = await query
    .selectFrom("runs")
    .select("epochs")
    .where("id", "=", run)
    .executeTakeFirst();
  if (before && before.epochs > epochs) {
    await query
      .deleteFrom("run_values")
      .where("run", "=", run)
      .where("kind", "=", "score")
      .where("name", "not like", "test.%")
      .execute();
  }
  await query
    .updateTable("runs")
    .set({
      ...{ state: "running", reason: null, ended: null, seconds: null, weights: null },
      ...{ epochs: Math.min(before?.epochs ?? 0, epochs), steps: whole("step", from.step) },
      ...(code && { code: code.hash, commit_hash: code.commit ?? null }),
      ...(data && { data: data.hash }),
    })
    .where("id", "=", run)
    .execute();
}

/** SQLite keeps larger numbers, and then reads no row that has one: one run would hide all others. */
function whole(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value;
  throw new ArgumentError(
    `the ledger: received ${describeValue(value)} as ${name}, expected a whole number.`,
  );
}

const setScores = (
  query: Transaction<Schema>,
  run: string,
  part: string,
  scores: Readonly<Record<string, number>>,
): Promise<void> =>
  setValues(
    query,
    Object.entries(scores).map(([name, score]) => valueRow(run, "score", `${part}.${name}`, score)),
  );

/** SQLite has no NaN: such a value stands as a word. */
function valueRow(run: string, kind: ValueRow["kind"], name: string, value: unknown): ValueRow {
  const isNumber = typeof value === "number" && !Number.isNaN(value);
  return {
    run,
    kind,
    name,
    number: isNumber ? value : null,
    text: isNumber ? null : String(value),
  };
}

async function setValues(query: Transaction<Schema>, rows: readonly ValueRow[]): Promise<void> {
  if (rows.length === 0) return;
  await query
    .insertInto("run_values")
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(["run", "kind", "name"])
        .doUpdateSet(({ ref }) => ({ number: ref("excluded.number"), text: ref("excluded.text") })),
    )
    .execute();
}
