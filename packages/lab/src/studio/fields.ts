import type { Declaration } from "../experiment/declarations.js";
import type { ValueRow } from "../ledger/database.js";
import { sql } from "../ledger/kysely.js";
import type { Ledger } from "../ledger/ledger.js";
import { runColumns } from "../ledger/runs.js";
import type { Field, FieldsAnswer } from "./api/index.js";

/** Texts to choose from at most; with more of them, somebody has to write. */
const mostValues = 50;
const mostTags = 500;

const numberColumns = [
  ...["number", "seconds", "epochs", "steps", "seed", "parameters", "approvals"],
];
const timeColumns = ["started", "ended"];
/** Columns with few values, each shared by many runs. */
const sharedColumns = ["experiment", "file", "state", "actor", "device"] as const;

/** Milliseconds for which an answer is good enough: a training writes many times a second. */
const freshFor = 2000;

/** What runs can be filtered by, sorted by and shown with; all values are looked at for it, so not at once again. */
export class FieldStore {
  #answer: { readonly time: number; readonly fields: Promise<FieldsAnswer> } | undefined;

  answer(ledger: Ledger): Promise<FieldsAnswer> {
    const time = Date.now();
    if (this.#answer && time - this.#answer.time < freshFor) return this.#answer.fields;
    const fields = readFields(ledger);
    this.#answer = { time, fields };
    fields.catch(() => {
      this.#answer = undefined;
    });
    return fields;
  }
}

async function readFields(ledger: Ledger): Promise<FieldsAnswer> {
  const declared = await declarations(ledger);
  const values = await valueFields(ledger);
  return {
    fields: [
      ...(await columnFields(ledger)),
      ...values.map((field) => {
        const found = field.kind === "hyperparameter" ? declared.get(field.name) : undefined;
        if (!found) return field;
        const { about } = found;
        const scale = "scale" in found ? { scale: found.scale } : {};
        return { ...field, ...scale, ...(about && { about }) };
      }),
    ],
  };
}

async function columnFields(ledger: Ledger): Promise<Field[]> {
  const shared = new Map<string, readonly string[]>();
  for (const column of sharedColumns) {
    const rows = await ledger.ask((query) =>
      query
        .selectFrom("runs")
        .select(column)
        .distinct()
        .orderBy(column)
        .limit(mostValues + 1)
        .execute(),
    );
    shared.set(
      column,
      rows.map((row) => row[column]),
    );
  }
  const states = shared.get("state") ?? [];
  // A run that no process trains any more is one that was killed.
  if (states.includes("running")) shared.set("state", ["killed", ...states].sort());
  const tags = await tagsOf(ledger);
  return runColumns.map((name) => {
    if (name === "tags") return { name, kind: "column", type: "tags", values: tags };
    if (numberColumns.includes(name)) return { name, kind: "column", type: "number" };
    if (timeColumns.includes(name)) return { name, kind: "column", type: "time" };
    return { name, kind: "column", type: "text", ...chosenFrom(shared.get(name)) };
  });
}

const chosenFrom = (values: readonly string[] | undefined) =>
  values && values.length <= mostValues ? { values } : {};

interface Summary {
  readonly kind: "hyperparameter" | "score";
  readonly name: string;
  readonly numbers: number;
  readonly min: number | null;
  readonly max: number | null;
}

async function valueFields(ledger: Ledger): Promise<Field[]> {
  const text = sql<Summary>`
    select kind, name, count(number) as numbers, min(number) as min, max(number) as max
    from run_values where kind in ('hyperparameter', 'score') group by kind, name order by kind, name`;
  const { rows } = await ledger.ask((query) => text.execute(query));
  const fields: Field[] = [];
  for (const { kind, name, numbers, min, max } of rows) {
    if (numbers > 0 && min !== null && max !== null) {
      fields.push({ name, kind, type: "number", min, max });
    } else {
      fields.push({ name, kind, type: "text", ...chosenFrom(await textsOf(ledger, kind, name)) });
    }
  }
  return fields;
}

async function textsOf(ledger: Ledger, kind: ValueRow["kind"], name: string): Promise<string[]> {
  const rows = await ledger.ask((query) =>
    query
      .selectFrom("run_values")
      .select("text")
      .distinct()
      .where("kind", "=", kind)
      .where("name", "=", name)
      .where("text", "is not", null)
      .orderBy("text")
      .limit(mostValues + 1)
      .execute(),
  );
  return rows.map(({ text }) => text ?? "");
}

/** As the newest run of each experiment declares them. */
async function declarations(ledger: Ledger): Promise<Map<string, Declaration>> {
  const newest = await ledger.ask((query) =>
    query
      .selectFrom("runs")
      .select(({ fn }) => ["experiment", fn.max("number").as("number")])
      .groupBy("experiment")
      .orderBy("number")
      .execute(),
  );
  const declared = new Map<string, Declaration>();
  for (const { number } of newest.slice(-20)) {
    const run = await ledger.ask((query) =>
      query.selectFrom("runs").select("id").where("number", "=", Number(number)).executeTakeFirst(),
    );
    if (!run) continue;
    const [started] = await ledger.events({ run: run.id, types: ["run.started"] });
    for (const { name, declaration } of started?.payload.hyperparameters ?? []) {
      declared.set(name, declaration);
    }
  }
  return declared;
}

/** All tags that runs bear. */
async function tagsOf(ledger: Ledger): Promise<readonly string[]> {
  const rows = await ledger.ask((query) =>
    query.selectFrom("runs").select("tags").distinct().where("tags", "!=", "").execute(),
  );
  const tags = new Set(rows.flatMap(({ tags }) => tags.split(" ").filter(Boolean)));
  return [...tags].sort().slice(0, mostTags);
}
