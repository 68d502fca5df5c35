import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { FieldsAnswer, RunRow } from "versant/studio-api";
import { get } from "../../api/client.js";
import { useResource } from "../../api/resource.js";
import { useStream } from "../../app/live.js";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { navigate, place, setQuery } from "../../app/router.js";
import { useSoon } from "../../app/soon.js";
import { useTitle } from "../../app/title.js";
import { Segments } from "../../design/field.js";
import { Grid } from "../../design/grid/grid.js";
import type { Window } from "../../design/grid/window.js";
import { Icon } from "../../design/icons.js";
import { Failure } from "../../design/notice.js";
import { Popover } from "../../design/popover.js";
import { ColumnChoice } from "./columnChoice.js";
import { chosenColumns, columnOf, defaultColumns, leadingColumns, titleOf } from "./columns.js";
import { Conditions, Filters } from "./filters.js";
import type { PicturesProps } from "./pictures.js";
import { type ListQuery, queryOf } from "./query.js";
import { RunsSource } from "./source.js";
import { viewOf, views } from "./view.js";
import "./runs.css";

/** Names of the runs that are selected: they stay so while the list is narrowed otherwise. */
const selected = signal<readonly string[]>([]);

/** The run that has changed last, for pictures. */
const changed = signal<RunRow | undefined>(undefined);

const toggle = ({ id }: RunRow): void => {
  const now = selected.value;
  selected.value = now.includes(id) ? now.filter((each) => each !== id) : [...now, id];
};

const compare = (): void => {
  const [a, b] = selected.value;
  if (a && b) navigate(`/compare?${new URLSearchParams({ a, b })}`);
};

/** Keeps what was shown until the first rows of a newer query are here, so that nothing flickers. */
function useSource(query: ListQuery, columns: readonly string[] | undefined, round: number) {
  const [shown, setShown] = useState<RunsSource>();
  const [next, setNext] = useState<RunsSource>();
  const key = JSON.stringify([query, columns, round]);
  useEffect(() => {
    if (!columns) return;
    const source = new RunsSource(query, columns);
    setNext(source);
    const stop = source.total.subscribe((total) => {
      if (total !== undefined) setShown(source);
    });
    return () => {
      stop();
      source.close();
    };
  }, [key]);
  return { shown, error: next?.error.value };
}

/** The pictures of runs, loaded when somebody wants them: the list comes without. */
function usePictures(isWanted: boolean): ComponentType<PicturesProps> | undefined {
  const [loaded, setLoaded] = useState<{ Component: ComponentType<PicturesProps> }>();
  useEffect(() => {
    if (isWanted && !loaded) {
      void import("./pictures.js").then(({ Pictures }) => setLoaded({ Component: Pictures }));
    }
  }, [isWanted]);
  return loaded?.Component;
}

/** The list of all runs. */
export function RunsPage(): JSX.Element {
  const { runs, plots } = text.value;
  useTitle(runs.title);
  const query = queryOf(place.value.query);
  const fields = useResource("fields", (signal) => get<FieldsAnswer>("/api/fields", {}, signal));
  const known = fields.value.value?.fields;
  const names = chosenColumns.value ?? (known && defaultColumns(known));
  const sent = known
    ?.filter(({ kind, name }) => kind !== "column" && names?.includes(name))
    .map(({ name }) => name);
  const [round, setRound] = useState(0);
  const { shown, error } = useSource(query, sent, round);
  const current = useRef(shown);
  current.current = shown;

  const reloadSoon = useSoon(() => setRound(round + 1));
  const reloadAll = useSoon(() => {
    fields.reload();
    setRound(round + 1);
  });
  useStream(
    {
      state: (row) => {
        changed.value = row;
        if (!current.current?.update(row)) reloadSoon();
      },
      reset: reloadAll,
    },
    { isReady: true },
  );

  const onWindow = useCallback((window: Window) => shown?.want(window), [shown]);
  const isSelected = ({ id }: RunRow): boolean => selected.value.includes(id);
  const columns = useMemo(
    () => [
      ...leadingColumns(isSelected, toggle),
      ...(names ?? []).map((name) => columnOf(name, known ?? [])),
    ],
    [names, known, selected.value, text.value],
  );
  // Read so that the list is drawn when rows come in.
  const changes = shown?.changes.value;
  const total = shown?.total.value;
  const sort = query.sort ?? "number";
  const view = viewOf(place.value.query);
  const Pictures = usePictures(view !== "table");

  return (
    <div class={`page runs ${view === "table" ? "" : "pictured"}`} data-changes={changes}>
      <div class="page-head">
        <h1>{runs.title}</h1>
        {total !== undefined && (
          <span class="soft" role="status">
            {runs.count(format.value.integer(total), total)}
          </span>
        )}
        <div class="end">
          <Segments
            label={plots.view}
            value={view}
            options={views.map((each) => [each, plots.views[each]])}
            onChange={(each) => setQuery({ view: each === "table" ? undefined : each })}
          />
          <Popover icon="columns" label={runs.columns}>
            <ColumnChoice fields={known ?? []} shown={names ?? []} />
          </Popover>
        </div>
      </div>
      <Filters query={query} fields={known ?? []} />
      <Conditions query={query} />
      {fields.error.value && <Failure error={fields.error.value} onRetry={fields.reload} />}
      {error && <Failure error={error} onRetry={() => setRound(round + 1)} />}
      {total === 0 ? (
        <Nothing isFiltered={query.where.length > 0 || query.search !== ""} />
      ) : view !== "table" ? (
        Pictures &&
        known &&
        total !== undefined && (
          <Pictures
            {...{ view, query, total, changed }}
            fields={known}
            columns={names ?? []}
            selected={selected.value}
            onSelect={(all) => {
              selected.value = all;
            }}
          />
        )
      ) : (
        shown && (
          <Grid
            label={`${runs.title}. ${runs.sortedBy(titleOf(sort), query.isDescending)}`}
            help={runs.keys}
            columns={columns}
            total={total ?? 0}
            rowAt={(index) => shown.rowAt(index)}
            isSelected={isSelected}
            sort={{ name: sort, isDescending: query.isDescending }}
            onSort={(name) =>
              setQuery({
                sort: name,
                order: query.sort === name && query.isDescending ? "asc" : "desc",
              })
            }
            onWindow={onWindow}
            onOpen={({ id }) => navigate(pathOf("runs", id))}
            onSelect={toggle}
            onKey={(key) => key === "c" && compare()}
          />
        )
      )}
      {selected.value.length > 0 && <Selection />}
    </div>
  );
}

function Selection(): JSX.Element {
  const { runs } = text.value;
  const count = selected.value.length;
  return (
    <div class="selection" role="status">
      <strong>{runs.selected(count)}</strong>
      <span class="soft small ellipsis">{selected.value.join(", ")}</span>
      <button
        type="button"
        class="button quiet"
        onClick={() => {
          selected.value = [];
        }}
      >
        {runs.unselect}
      </button>
      <button type="button" class="button primary" disabled={count < 2} onClick={compare}>
        <Icon name="compare" />
        {count > 2 ? runs.compareFirst : runs.compare}
      </button>
    </div>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }): JSX.Element {
  const { runs } = text.value;
  return (
    <div class="card empty">
      <p>{isFiltered ? runs.noneMatch : runs.none}</p>
      {!isFiltered && <code>npx versant train experiment.ts --studio</code>}
    </div>
  );
}
