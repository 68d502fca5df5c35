import { effect, signal } from "@preact/signals";
import type { Field, RunRow } from "versant/studio-api";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { store, stored } from "../../app/storage.js";
import type { GridColumn } from "../../design/grid/grid.js";
import { Sparkline } from "../../design/sparkline.js";
import { State } from "../../design/state.js";
import { Tags } from "../../design/tags.js";
import { Ago } from "../../design/when.js";
import { differs } from "./view.js";

/** Names of the columns that were chosen; null where nobody has. */
export const chosenColumns = signal<readonly string[] | null>(read());

function read(): readonly string[] | null {
  try {
    const names: unknown = JSON.parse(stored("columns") ?? "null");
    return Array.isArray(names) ? names.filter((each) => typeof each === "string") : null;
  } catch {
    // Somebody else has written there.
    return null;
  }
}

effect(() => {
  if (chosenColumns.value) store("columns", JSON.stringify(chosenColumns.value));
});

/** Columns of the run itself that a list can show besides its name. */
const ownColumns: readonly string[] = [
  ...["state", "curve", "epochs", "seconds", "started", "experiment", "tags", "actor"],
  ...["device", "parameters", "steps", "seed", "approvals"],
];

/** The columns of a kind. What a hyper-parameter shares its name with, such as the epochs, is that of the run. */
export const namesOf = (fields: readonly Field[], kind: Field["kind"]): readonly string[] =>
  kind === "column"
    ? ownColumns
    : fields
        .filter((field) => field.kind === kind && !ownColumns.includes(field.name))
        .map(({ name }) => name);

/**
 * What is shown before anybody chose: how runs went, by the scores that are looked at first, and what they differ in.
 */
export function defaultColumns(fields: readonly Field[]): readonly string[] {
  const scores = namesOf(fields, "score");
  const of = (part: string) => scores.filter((name) => name.startsWith(part)).slice(0, 2);
  const values = namesOf(fields.filter(differs), "hyperparameter").slice(0, 3);
  const shown = [...of("validation."), ...of("test."), ...values];
  return ["state", "curve", "started", ...shown, "epochs", "seconds", "tags"];
}

/** What a column is called. */
export const titleOf = (name: string): string => text.value.fields[name] ?? name;

const own: Readonly<
  Record<string, Pick<GridColumn<RunRow>, "width" | "cell" | "isNumber" | "isSortable">>
> = {
  state: {
    width: 122,
    cell: ({ state, paused }) => <State state={state} isPaused={paused} />,
  },
  curve: {
    width: 116,
    isSortable: false,
    cell: ({ sparkline }) => sparkline && <Sparkline {...sparkline} />,
  },
  tags: {
    width: 180,
    cell: ({ tags }) => <Tags tags={tags} />,
  },
  started: {
    width: 128,
    cell: ({ started }) => <Ago time={started} />,
  },
  seconds: {
    width: 112,
    isNumber: true,
    cell: ({ seconds }) => seconds !== null && format.value.duration(seconds),
  },
};

const numbers = new Set(["epochs", "steps", "seed", "parameters", "approvals"]);

/** The column of a name: of the run itself, else a hyper-parameter or a score. */
export function columnOf(name: string, fields: readonly Field[]): GridColumn<RunRow> {
  const title = titleOf(name);
  const known = own[name];
  if (known) return { name, title, ...known };
  const field = ownColumns.includes(name) ? undefined : fields.find((each) => each.name === name);
  if (field?.kind === "hyperparameter" || field?.kind === "score") {
    const values = field.kind === "score" ? "scores" : "hyperparameters";
    return {
      name,
      title,
      width: Math.min(190, Math.max(100, 30 + name.length * 7.2)),
      isNumber: field.type === "number",
      cell: (row) => <span>{format.value.value(row[values][name])}</span>,
    };
  }
  const isNumber = numbers.has(name);
  return {
    name,
    title,
    width: isNumber ? 96 : 150,
    isNumber,
    cell: (row) => <span>{format.value.value(row[name as keyof RunRow])}</span>,
  };
}

/** The first two columns, which stay in sight: the mark of a selected run, and its name. */
export function leadingColumns(
  isSelected: (row: RunRow) => boolean,
  onSelect: (row: RunRow) => void,
): readonly GridColumn<RunRow>[] {
  return [
    {
      name: "select",
      title: "✓",
      width: 40,
      isSortable: false,
      cell: (row) => (
        <input
          type="checkbox"
          tabIndex={-1}
          checked={isSelected(row)}
          aria-label={text.value.app.labelled(text.value.runs.select, row.id)}
          onChange={() => onSelect(row)}
        />
      ),
    },
    {
      name: "id",
      title: titleOf("id"),
      width: innerWidth < 640 ? 150 : 210,
      cell: ({ id, number }) => (
        <>
          <a href={pathOf("runs", id)} tabIndex={-1} title={id}>
            {id}
          </a>
          <span class="soft small number-of-run">#{number}</span>
        </>
      ),
    },
  ];
}
