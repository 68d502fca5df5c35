import type { ReadonlySignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Axis, axisOf } from "versant/figures";
import type { Field, RunRow } from "versant/studio-api";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { navigate, place, setQuery } from "../../app/router.js";
import { AxisSelect } from "../../charts/points/axisSelect.js";
import { type Brushes, isWithin } from "../../charts/points/brush.js";
import type { Item } from "../../charts/points/items.js";
import { Legend } from "../../charts/points/legend.js";
import { Parallel } from "../../charts/points/parallel.js";
import { Scatter } from "../../charts/points/scatter.js";
import { Segments } from "../../design/field.js";
import { Failure, Notice } from "../../design/notice.js";
import { mostDrawn, useAllRuns } from "./allRuns.js";
import { titleOf } from "./columns.js";
import type { ListQuery } from "./query.js";
import { differs, drawable, itemsOfRuns, mainScore } from "./view.js";

export interface PicturesProps {
  readonly view: "parallel" | "scatter";
  readonly query: ListQuery;
  readonly fields: readonly Field[];
  /** Names of the columns of the table. */
  readonly columns: readonly string[];
  readonly total: number;
  /** The run that has changed last. */
  readonly changed: ReadonlySignal<RunRow | undefined>;
  readonly selected: readonly string[];
  readonly onSelect: (runs: readonly string[]) => void;
}

/** The runs of the list, or those of them that are selected, as lines or points. */
export function Pictures(props: PicturesProps): JSX.Element {
  const { view, query, columns, total, selected } = props;
  const { plots, states } = text.value;
  const fields = useMemo(() => drawable(props.fields), [props.fields]);
  const { query: address } = place.value;
  const among = (name: string | null): Field | undefined =>
    fields.find((field) => field.name === name);
  const score = mainScore(fields) ?? fields[0];
  const telling = fields.filter(differs);
  const x = among(address.get("x")) ?? telling[0] ?? fields[0];
  const y = among(address.get("y")) ?? score;
  const color = among(address.get("color")) ?? score;
  const chosen = fields.filter(({ name }) => columns.includes(name));
  const across = chosen.length > 1 ? chosen : telling.slice(0, 8);
  const shown = [...new Set([...(view === "parallel" ? across : [x, y]), color])].filter(
    (field) => field !== undefined,
  );

  const runs = useAllRuns(
    query,
    shown.map(({ name }) => name),
    total,
  );
  useEffect(() => props.changed.subscribe((row) => row && runs.update(row)), [runs, props.changed]);
  const [isOnlySelected, setIsOnlySelected] = useState(false);
  const only = isOnlySelected && selected.length > 0 ? selected : undefined;
  const rows = runs.rows.value;
  const names = shown.map(({ name }) => name).join();
  const items = useMemo(() => {
    const wanted = only && new Set(only);
    const drawn = wanted ? rows.filter(({ id }) => wanted.has(id)) : rows;
    return itemsOfRuns(drawn, shown, states);
  }, [rows, names, only, states]);
  const axes = useMemo(() => shown.map((field) => axisOfField(field, items)), [items, names]);
  const axisNamed = (field: Field | undefined): Axis | undefined =>
    axes.find(({ name }) => name === field?.name);
  const options = fields.map(({ name }) => ({ name, title: titleOf(name) }));
  const [xAxis, yAxis, colorAxis] = [x, y, color].map(axisNamed);

  return (
    <section class="card pictures">
      {runs.error.value && <Failure error={runs.error.value} onRetry={() => runs.retry()} />}
      {total > mostDrawn && (
        <Notice>
          <p>{plots.atMost(format.value.integer(mostDrawn), format.value.integer(total))}</p>
        </Notice>
      )}
      <header>
        <Legend items={items} color={colorAxis} />
        {selected.length > 0 && (
          <Segments
            label={plots.which}
            value={only ? "selected" : "all"}
            options={[
              ["all", plots.filtered],
              ["selected", plots.selectedOnly],
            ]}
            onChange={(value) => setIsOnlySelected(value === "selected")}
          />
        )}
        <span class="axis-choice">
          {view === "scatter" && xAxis && yAxis && (
            <>
              <Choice
                label={plots.horizontal}
                axis={xAxis}
                onChange={(name) => setQuery({ x: name })}
                {...{ options }}
              />
              <Choice
                label={plots.vertical}
                axis={yAxis}
                onChange={(name) => setQuery({ y: name })}
                {...{ options }}
              />
            </>
          )}
          {colorAxis && (
            <Choice
              label={plots.color}
              axis={colorAxis}
              onChange={(name) => setQuery({ color: name })}
              {...{ options }}
            />
          )}
        </span>
      </header>
      {!xAxis && !colorAxis && <p class="empty">{plots.noAxes}</p>}
      {view === "scatter" && xAxis && yAxis && (
        <Scatter
          title={plots.views.scatter}
          {...{ items }}
          x={xAxis}
          y={yAxis}
          {...(colorAxis && { color: colorAxis })}
          onOpen={({ id }) => navigate(pathOf("runs", id))}
        />
      )}
      {view === "parallel" && colorAxis && (
        <Lines
          key={JSON.stringify([names, query.search, query.where])}
          {...{ items, color: colorAxis, onSelect: props.onSelect }}
          // Where no run has a value there is nothing to tell them apart by.
          axes={axes.filter(
            ({ name }) => items.length === 0 || items.some(({ values }) => values[name] != null),
          )}
        />
      )}
    </section>
  );
}

/** What is drawn gets all of the room: an axis spans the values of the runs of the list. */
const axisOfField = ({ name, scale }: Field, items: readonly Item[]): Axis =>
  axisOf(
    name,
    items.map((item) => item.values[name]),
    { title: titleOf(name), isLog: scale === "log" },
  );

function Choice(props: {
  readonly label: string;
  readonly axis: Axis;
  readonly options: readonly Pick<Axis, "name" | "title">[];
  readonly onChange: (name: string) => void;
}): JSX.Element {
  return (
    <span class="choice-of-axis small">
      <span class="soft" aria-hidden="true">
        {props.label}
      </span>
      <AxisSelect
        label={props.label}
        axes={props.options}
        value={props.axis.name}
        onChange={props.onChange}
      />
    </span>
  );
}

function Lines(props: {
  readonly items: readonly Item[];
  readonly axes: readonly Axis[];
  readonly color: Axis;
  readonly onSelect: (runs: readonly string[]) => void;
}): JSX.Element {
  const { items, color, onSelect } = props;
  const { plots } = text.value;
  const [brushes, setBrushes] = useState<Brushes>({});
  const { integer } = format.value;
  const isBrushed = Object.keys(brushes).length > 0;
  const held = useRef(props.axes);
  // A part that is chosen stays the same values while runs go on.
  if (!isBrushed) held.current = props.axes;
  const axes = held.current;
  const within = items.filter(({ values }) => isWithin(brushes, axes, (name) => values[name]));
  return (
    <>
      <div class="brushed-runs">
        <span class="soft small" role="status">
          {plots.shownOf(integer(within.length), integer(items.length))}
        </span>
        <button
          type="button"
          class="button"
          disabled={!isBrushed}
          onClick={() => onSelect(within.map(({ id }) => id))}
        >
          {plots.select(integer(within.length))}
        </button>
        <button
          type="button"
          class="button quiet"
          disabled={!isBrushed}
          onClick={() => setBrushes({})}
        >
          {plots.wholeAxes}
        </button>
      </div>
      <Parallel
        title={plots.views.parallel}
        {...{ items, axes, color, brushes }}
        onBrush={setBrushes}
      />
    </>
  );
}
