import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Curve, RunDetail, RunDiff, SeriesAnswer } from "versant/studio-api";
import { get } from "../../api/client.js";
import { useResource } from "../../api/resource.js";
import { curvesBetween } from "../../api/series.js";
import { pathOf } from "../../app/paths.js";
import { text } from "../../app/preferences.js";
import { place, setQuery } from "../../app/router.js";
import { useTitle } from "../../app/title.js";
import { Chart } from "../../charts/chart.js";
import type { ChartCurve } from "../../charts/table.js";
import type { Finer } from "../../charts/zoom.js";
import { TextField } from "../../design/field.js";
import { Icon } from "../../design/icons.js";
import { Failure } from "../../design/notice.js";
import { State } from "../../design/state.js";
import { Differences } from "./differences.js";
import "./compare.css";

interface ComparedCurves {
  readonly title: string;
  readonly curves: readonly ChartCurve[];
  readonly finer: Finer;
}

interface Side {
  readonly detail: RunDetail;
  readonly curves: Readonly<Record<string, Curve>>;
}

async function sideOf(run: string, signal: AbortSignal): Promise<Side> {
  const path = `/api/runs/${encodeURIComponent(run)}`;
  const [detail, { series }] = await Promise.all([
    get<RunDetail>(path, {}, signal),
    get<SeriesAnswer>(`${path}/series`, { points: 1000 }, signal),
  ]);
  return { detail, curves: series };
}

/** Two runs side by side: what differs between them, and their curves in the same charts. */
export function ComparePage(): JSX.Element {
  const { compare } = text.value;
  useTitle(compare.title);
  const a = place.value.query.get("a") ?? "";
  const b = place.value.query.get("b") ?? "";
  return (
    <div class="page compare">
      <div class="page-head">
        <h1>{compare.title}</h1>
      </div>
      <Choice key={`${a} ${b}`} a={a} b={b} />
      {a && b ? <Both a={a} b={b} /> : <p class="card empty">{compare.choose}</p>}
    </div>
  );
}

function Choice({ a, b }: { readonly a: string; readonly b: string }): JSX.Element {
  const { compare } = text.value;
  const [first, setFirst] = useState(a);
  const [second, setSecond] = useState(b);
  return (
    <form
      class="choice"
      onSubmit={(event) => {
        event.preventDefault();
        setQuery({ a: first.trim(), b: second.trim() });
      }}
    >
      <TextField label={compare.first} value={first} onInput={setFirst} />
      <button
        type="button"
        class="button icon"
        aria-label={compare.swap}
        title={compare.swap}
        onClick={() => setQuery({ a: second.trim(), b: first.trim() })}
      >
        <Icon name="swap" />
      </button>
      <TextField label={compare.second} value={second} onInput={setSecond} />
      <button type="submit" class="button primary">
        {compare.show}
      </button>
    </form>
  );
}

function Both({ a, b }: { readonly a: string; readonly b: string }): JSX.Element | null {
  const { compare } = text.value;
  const both = useResource(`${a} ${b}`, async (signal) => ({
    sides: await Promise.all([sideOf(a, signal), sideOf(b, signal)]),
    diff: await get<RunDiff>("/api/diff", { a, b }, signal),
  }));
  const known = both.value.value;
  const charts = useMemo(() => (known ? chartsOf(known.sides) : []), [known, text.value]);
  if (both.error.value) return <Failure error={both.error.value} onRetry={both.reload} />;
  if (!known) return null;
  const { sides, diff } = known;
  return (
    <>
      <div class="sides">
        {sides.map(({ detail: { run } }, index) => (
          <section class="card side" key={run.id}>
            <span class={`swatch series-${index + 1}`} aria-hidden="true" />
            <a href={pathOf("runs", run.id)}>{run.id}</a>
            <State state={run.state} isPaused={run.paused} />
            <span class="soft small">{run.experiment}</span>
          </section>
        ))}
      </div>
      <Differences diff={diff} />
      {charts.length > 0 && (
        <section>
          <h2 class="section">{compare.curves}</h2>
          <div class="charts">
            {charts.map(({ title, curves, finer }) => (
              <section class="card" key={title}>
                <Chart title={title} curves={curves} sync="compare" finer={finer} />
              </section>
            ))}
          </div>
        </section>
      )}
    </>
  );
}

/** Each curve that both runs, or one of them, have: the first run's in the first colour, the second's in the second. */
function chartsOf(sides: readonly Side[]): readonly ComparedCurves[] {
  const names = new Set(sides.flatMap(({ curves }) => Object.keys(curves)));
  names.delete("epoch.seconds");
  const rank = (name: string): number => {
    const index = ["validation.loss", "train.loss", "step.loss"].indexOf(name);
    return index >= 0 ? index : name === "learningRate" ? 9 : 5;
  };
  // A score that was measured once is no curve: it stands among the scores.
  const isCurve = (name: string): boolean =>
    sides.some(({ curves }) => (curves[name]?.step.length ?? 0) > 1);
  const sorted = [...names].filter(isCurve).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
  return sorted.map((name) => ({
    title: text.value.run.charts[name] ?? name,
    curves: sides.flatMap(({ detail, curves }, index) => {
      const curve = curves[name];
      return curve
        ? [
            {
              ...{ name: `${index}`, label: detail.run.id, curve, color: index + 1 },
              ...{ isDashed: index > 0, isStepped: name === "learningRate" },
            },
          ]
        : [];
    }),
    finer: async (range, signal) => {
      const both = await Promise.all(
        sides.map(({ detail }) => curvesBetween(detail.run.id, [name], range, signal)),
      );
      return Object.fromEntries(
        both.flatMap(({ [name]: curve }, index) => (curve ? [[`${index}`, curve]] : [])),
      );
    },
  }));
}
