import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { type Axis, bestSoFar, frontOf } from "versant/figures";
import type { SearchDetail } from "versant/studio-api";
import { pathOf } from "../../app/paths.js";
import { format, text } from "../../app/preferences.js";
import { navigate } from "../../app/router.js";
import { AxisSelect } from "../../charts/points/axisSelect.js";
import type { Brushes } from "../../charts/points/brush.js";
import type { Item } from "../../charts/points/items.js";
import { Legend } from "../../charts/points/legend.js";
import { Parallel } from "../../charts/points/parallel.js";
import { Scatter } from "../../charts/points/scatter.js";
import { numberName, objectiveName, type SearchAxes } from "./trials.js";

export interface PictureProps {
  readonly detail: SearchDetail;
  readonly items: readonly Item[];
  readonly axes: SearchAxes;
}

/** Goes to the run of a trial, where it has one. */
const opening =
  ({ trials }: SearchDetail) =>
  ({ values }: Item): void => {
    const trial = trials.find(({ number }) => number === values[numberName]);
    if (trial?.run) navigate(pathOf("runs", trial.run));
  };

/** The axis of a name; the other one where there is none. */
const named = (axes: readonly Axis[], name: string, other: Axis): Axis =>
  axes.find((axis) => axis.name === name) ?? other;

/** Every trial's objective in the order of the trials, and the best so far. */
export function History({ detail, items, axes }: PictureProps): JSX.Element | null {
  const { searches, plots } = text.value;
  const [name, setName] = useState(objectiveName(0));
  const [first] = axes.objectives;
  const line = useMemo(
    () =>
      bestSoFar(
        detail,
        Math.max(
          0,
          axes.objectives.findIndex((axis) => axis.name === name),
        ),
      ),
    [detail, axes, name],
  );
  if (!first) return null;
  const y = named(axes.objectives, name, first);
  return (
    <section class="card">
      <header>
        <h2>{searches.history}</h2>
        {axes.objectives.length > 1 && (
          <span class="axis-choice">
            <AxisSelect
              label={plots.vertical}
              axes={axes.objectives}
              value={y.name}
              onChange={setName}
            />
          </span>
        )}
        <Legend items={items} />
      </header>
      <Scatter
        title={searches.history}
        {...{ items, line, y }}
        x={axes.number}
        onOpen={opening(detail)}
      />
    </section>
  );
}

/** Two objectives against each other, and the trials that no other beats in all of them. */
export function Front({ detail, items, axes }: PictureProps): JSX.Element | null {
  const { searches, plots } = text.value;
  const [names, setNames] = useState([objectiveName(0), objectiveName(1)] as const);
  const { objectives } = axes;
  const [first, second] = objectives;
  const line = useMemo(() => {
    const [x, y] = names.map((name) => objectives.findIndex((axis) => axis.name === name));
    // Of three objectives, the front is no line between two.
    return objectives.length === 2 ? frontOf(detail.search.best, x ?? 0, y ?? 1) : [];
  }, [detail, objectives, names]);
  if (!first || !second) return null;
  const x = named(objectives, names[0], first);
  const y = named(objectives, names[1], second);
  return (
    <section class="card">
      <header>
        <h2>{searches.front}</h2>
        <span class="soft small">{searches.frontOf(detail.search.best.length)}</span>
        {objectives.length > 2 && (
          <span class="axis-choice">
            <AxisSelect
              label={plots.horizontal}
              axes={objectives}
              value={x.name}
              onChange={(name) => setNames([name, names[1]])}
            />
            <AxisSelect
              label={plots.vertical}
              axes={objectives}
              value={y.name}
              onChange={(name) => setNames([names[0], name])}
            />
          </span>
        )}
      </header>
      <Scatter title={searches.front} {...{ items, line, x, y }} onOpen={opening(detail)} />
    </section>
  );
}

/** Whatever is searched against an objective; trials outside of the brushes are dimmed. */
export function AnyScatter(
  props: PictureProps & { readonly within: ReadonlySet<string> },
): JSX.Element | null {
  const { detail, items, axes, within } = props;
  const { searches, plots } = text.value;
  const [across, setAcross] = useState("");
  const [up, setUp] = useState("");
  const all = useMemo(() => [...axes.space, ...axes.objectives, axes.number], [axes]);
  const isMuted = useMemo(
    () =>
      ({ id }: Item) =>
        !within.has(id),
    [within],
  );
  const [first = axes.number] = axes.space;
  const [[foremost = ""] = []] = Object.entries(detail.importance ?? {}).sort(
    (a, b) => b[1] - a[1],
  );
  const [objective] = axes.objectives;
  if (!objective) return null;
  const x = named(all, across || foremost, first);
  const y = named(all, up, objective);
  return (
    <section class="card">
      <header>
        <h2>{searches.scatter}</h2>
        <span class="axis-choice">
          <AxisSelect label={plots.horizontal} axes={all} value={x.name} onChange={setAcross} />
          <AxisSelect label={plots.vertical} axes={all} value={y.name} onChange={setUp} />
        </span>
      </header>
      <Scatter
        title={searches.scatter}
        {...{ items, x, y, isMuted }}
        color={objective}
        onOpen={opening(detail)}
      />
    </section>
  );
}

/** Every trial as a line through its values; parts of axes narrow what the page shows. */
export function Lines(
  props: PictureProps & {
    readonly brushes: Brushes;
    readonly within: ReadonlySet<string>;
    readonly onBrush: (brushes: Brushes) => void;
  },
): JSX.Element | null {
  const { items, axes, brushes, within, onBrush } = props;
  const { searches, plots } = text.value;
  const all = useMemo(() => [...axes.space, ...axes.objectives], [axes]);
  const [color] = axes.objectives;
  if (!color) return null;
  const { integer } = format.value;
  return (
    <section class="card">
      <header>
        <h2>{searches.parallel}</h2>
        <span class="soft small" role="status">
          {plots.shownOf(integer(within.size), integer(items.length))}
        </span>
        <Legend items={items} color={color} />
        <button
          type="button"
          class="button quiet"
          disabled={Object.keys(brushes).length === 0}
          onClick={() => onBrush({})}
        >
          {plots.wholeAxes}
        </button>
      </header>
      <Parallel title={searches.parallel} {...{ items, color, brushes, onBrush }} axes={all} />
    </section>
  );
}
