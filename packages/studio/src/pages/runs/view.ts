import type { AxisValue } from "versant/figures";
import type { Field, RunRow } from "versant/studio-api";
import type { Item, Mark } from "../../charts/points/items.js";

/** How the runs of the list are shown. */
export const views = ["table", "parallel", "scatter"] as const;
export type View = (typeof views)[number];

export const viewOf = (parameters: URLSearchParams): View =>
  views.find((view) => view === parameters.get("view")) ?? "table";

/** Numbers of runs themselves that pictures can show. */
const ownNumbers = ["epochs", "seconds", "parameters", "steps"];

/** What pictures can show, hyper-parameters first. */
export function drawable(fields: readonly Field[]): readonly Field[] {
  const of = (kind: Field["kind"]) =>
    fields.filter((field) => field.kind === kind && !ownNumbers.includes(field.name));
  const own = ownNumbers.map((name): Field => ({ name, kind: "column", type: "number" }));
  return [...of("hyperparameter"), ...of("score"), ...own];
}

/** Whether runs differ in it, as far as the list of fields tells. */
export const differs = ({ min, max, values }: Field): boolean =>
  values ? values.length > 1 : min === undefined || max === undefined || min < max;

/**
 * The score that is looked at first; undefined where there is none. Runs are chosen by validation data: test data
 * are looked at when that is done.
 */
export function mainScore(fields: readonly Field[]): Field | undefined {
  const scores = fields.filter(({ kind, type }) => kind === "score" && type === "number");
  const first = ["validation.", "test."].map((part) =>
    scores.find(({ name }) => name.startsWith(part)),
  );
  return first.find((field) => field !== undefined) ?? scores[0];
}

function valueOfRun(row: RunRow, { name, kind }: Field): AxisValue {
  if (kind === "hyperparameter") return row.hyperparameters[name];
  if (kind === "score") return row.scores[name];
  const value = row[name as keyof RunRow];
  return typeof value === "number" ? value : undefined;
}

const marks: Readonly<Record<RunRow["state"], Mark>> = {
  ...{ running: "ring", completed: "dot", stopped: "triangle", interrupted: "triangle" },
  ...{ failed: "cross", killed: "cross" },
};

/** Runs as pictures draw them. */
export const itemsOfRuns = (
  rows: readonly RunRow[],
  fields: readonly Field[],
  states: Readonly<Record<RunRow["state"], string>>,
): readonly Item[] =>
  rows.map((row) => ({
    ...{ id: row.id, label: row.id, mark: marks[row.state], isBest: false },
    state: states[row.state],
    values: Object.fromEntries(fields.map((field) => [field.name, valueOfRun(row, field)])),
  }));
