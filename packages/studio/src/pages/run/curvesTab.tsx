import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { indexAt, overfittingStep } from "versant/figures";
import type { Curve, RunDetail } from "versant/studio-api";
import { curvesBetween } from "../../api/series.js";
import { format, text } from "../../app/preferences.js";
import { Chart } from "../../charts/chart.js";
import type { Mark } from "../../charts/options.js";
import { ScaleChoice } from "../../charts/scaleChoice.js";
import type { ChartCurve } from "../../charts/table.js";
import { backgroundOf } from "./behind.js";
import { BehindPanel } from "./behindPanel.js";

/** How curves are drawn; the choice holds for all runs that are looked at. */
const isLog = signal(false);
const smoothing = signal(0);

/** Curves that stand in no chart. */
const left = new Set(["epoch.seconds"]);

/** Charts that are drawn before somebody asks for more: thousands would keep the page busy for minutes. */
const mostCharts = 24;

/** Colours of the parts of the data, the same in every chart. */
const colors: Readonly<Record<string, number>> = { train: 1, validation: 2, test: 3 };

type Charts = readonly (readonly [title: string, curves: readonly ChartCurve[]])[];

/** Charts of whose curves none has changed stay the same objects, so that they are not drawn anew. */
function kept(old: Charts, charts: Charts): Charts {
  return charts.map((chart) => {
    const [title, curves] = chart;
    const before = old.find(([each]) => each === title);
    const isSame =
      before?.[1].length === curves.length &&
      curves.every((each, index) => {
        const other = before[1][index];
        return other?.curve === each.curve && other.label === each.label;
      });
    return before && isSame ? before : chart;
  });
}

/** The curves of each score by the part of the data, the losses first. */
function chartsOf(curves: Readonly<Record<string, Curve>>): Charts {
  const charts = new Map<string, ChartCurve[]>();
  const add = (title: string, curve: ChartCurve): void => {
    charts.set(title, [...(charts.get(title) ?? []), curve]);
  };
  for (const [name, curve] of Object.entries(curves)) {
    if (left.has(name)) continue;
    const [part = "", ...rest] = name.split(".");
    const color = colors[part];
    if (color === undefined || rest.length === 0) {
      const label = text.value.run.charts[name] ?? name;
      add(name, { name, label, curve, color: 1, isStepped: name === "learningRate" });
    } else {
      add(rest.join("."), { name, label: text.value.run.parts[part] ?? part, curve, color });
    }
  }
  const rank = (title: string): number => {
    const index = ["loss", "step.loss"].indexOf(title);
    return index >= 0 ? index : title === "learningRate" ? 9 : 5;
  };
  for (const each of charts.values()) each.sort((a, b) => a.color - b.color);
  return [...charts].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

/** All curves of a run, and what stands behind the point that was clicked. */
export function CurvesTab(props: {
  readonly detail: RunDetail;
  readonly curves: Readonly<Record<string, Curve>>;
}): JSX.Element {
  const { detail, curves } = props;
  const { run } = text.value;
  const [step, setStep] = useState<number>();
  const [most, setMost] = useState(mostCharts);
  const drawn = useRef<Charts>([]);
  const charts = useMemo(() => {
    drawn.current = kept(drawn.current, chartsOf(curves));
    return drawn.current;
  }, [curves, text.value]);
  const overfit = useMemo(
    () => overfittingStep(curves["train.loss"], curves["validation.loss"]),
    [curves],
  );
  const { interventions, resumed } = detail;
  const events = useMemo(
    () => marksOf({ interventions, resumed }),
    [interventions, resumed, text.value],
  );
  const withOverfit = useMemo<readonly Mark[]>(
    () =>
      overfit === null
        ? events
        : [...events, { step: overfit, label: run.overfit, kind: "warning" }],
    [events, overfit, run],
  );
  if (charts.length === 0) return <p class="card empty">{run.noCurves}</p>;
  return (
    <div class="curves">
      <div class="curve-controls">
        <ScaleChoice
          label={run.axis}
          isLog={isLog.value}
          onChange={(value) => {
            isLog.value = value;
          }}
        />
        <label class="slider">
          {run.smoothing}
          <input
            type="range"
            min="0"
            max="0.99"
            step="0.01"
            value={smoothing.value}
            onInput={({ currentTarget }) => {
              smoothing.value = Number(currentTarget.value);
            }}
          />
          <output class="number">{format.value.number(smoothing.value)}</output>
        </label>
        <span class="soft small hint">
          {run.behindHint} {run.zoomHint}
        </span>
      </div>
      {overfit !== null && (
        <p class="notice warning">{run.overfitAt(format.value.integer(overfit))}</p>
      )}
      <div class="charts">
        {charts.slice(0, most).map(([title, shown]) => (
          <section class="card" key={title}>
            <Chart
              title={run.charts[title] ?? title}
              curves={shown}
              isLog={isLog.value}
              smoothing={shown.some(isLong) ? smoothing.value : 0}
              marks={title === "loss" ? withOverfit : events}
              onStep={setStep}
              finer={(range, signal) => curvesBetween(detail.run.id, namesOf(shown), range, signal)}
            />
          </section>
        ))}
      </div>
      {charts.length > most && (
        <button type="button" class="button" onClick={() => setMost(most + mostCharts)}>
          {run.moreCharts(format.value.integer(charts.length - most))}
        </button>
      )}
      {step !== undefined && (
        <BehindPanel
          background={backgroundOf(detail, step, timeAt(curves, step))}
          onClose={() => setStep(undefined)}
        />
      )}
    </div>
  );
}

const namesOf = (curves: readonly ChartCurve[]): readonly string[] =>
  curves.map(({ name }) => name);

/** A curve of epochs is short, and read point by point: smoothing would move its lowest one. */
const isLong = ({ name, curve }: ChartCurve): boolean =>
  name !== "learningRate" && curve.step.length > 100;

/** When a run was at a step: by its losses, else by whatever has a point there. */
function timeAt(curves: Readonly<Record<string, Curve>>, step: number): number {
  const curve = curves["step.loss"] ?? Object.values(curves)[0];
  return curve?.time[Math.max(0, indexAt(curve.step, step))] ?? 0;
}

function marksOf({
  interventions,
  resumed,
}: Pick<RunDetail, "interventions" | "resumed">): readonly Mark[] {
  const { steer, run } = text.value;
  return [
    ...interventions.map(
      ({ payload }): Mark => ({
        step: payload.place.step,
        label:
          payload.action === "learningRate"
            ? `${run.learningRate} ${format.value.number(payload.value)}`
            : steer.done[payload.action],
        kind: "soft",
      }),
    ),
    ...resumed.map(
      ({ payload }): Mark => ({
        step: payload.from.step,
        label: run.eventNames["run.resumed"] ?? "",
        kind: "soft",
      }),
    ),
  ];
}
