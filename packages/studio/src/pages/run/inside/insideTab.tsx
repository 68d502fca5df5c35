import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { InsideAnswer, InsideMoment } from "versant/studio-api";
import { get } from "../../../api/client.js";
import { useResource } from "../../../api/resource.js";
import { format, text } from "../../../app/preferences.js";
import { Chart } from "../../../charts/chart.js";
import { Failure } from "../../../design/notice.js";
import { Confusion } from "./confusion.js";
import { insideCurves } from "./curves.js";
import { Errors } from "./errors.js";
import { Histograms } from "./histograms.js";
import "./inside.css";

/** @param round changes when there is more to be asked for */
export function InsideTab(props: { readonly id: string; readonly round: number }): JSX.Element {
  const { id, round } = props;
  const { inside } = text.value;
  const { value, error, reload } = useResource(`${id} ${round}`, (signal) =>
    get<InsideAnswer>(`/api/runs/${encodeURIComponent(id)}/inside`, {}, signal),
  );
  const answer = value.value;
  if (error.value) return <Failure error={error.value} onRetry={reload} />;
  if (!answer) return <div class="card empty" />;
  const { history, newest, mistakes } = answer;
  if (history.length === 0 && !mistakes) return <p class="card empty">{inside.none}</p>;
  return (
    <div class="curves">
      {history.length > 0 ? (
        <Moments history={history} />
      ) : (
        <p class="notice">{inside.noMoments}</p>
      )}
      {mistakes?.content.kind === "classes" && (
        <Confusion counts={mistakes} content={mistakes.content} />
      )}
      {mistakes?.content.kind === "numbers" && (
        <Errors counts={mistakes} content={mistakes.content} />
      )}
      {newest && (
        <div class="columns">
          <Histograms
            title={inside.weights(format.value.integer(newest.epoch))}
            histograms={newest.weights}
          />
          <Histograms
            title={inside.activations(format.value.integer(newest.epoch))}
            histograms={newest.activations}
          />
        </div>
      )}
    </div>
  );
}

/** What the newest look warns of, and the course of gradients and updates. */
function Moments({ history }: { readonly history: readonly InsideMoment[] }): JSX.Element {
  const { inside } = text.value;
  const charts = useMemo(
    () =>
      [
        [
          "gradients",
          insideCurves(history, ({ layers }) =>
            layers.map(({ path, gradient }) => [path, gradient] as const),
          ),
        ],
        [
          "updates",
          insideCurves(history, ({ parameters }) =>
            parameters.map(({ path, updateRatio }) => [path, updateRatio] as const),
          ),
        ],
      ] as const,
    [history],
  );
  const warnings = history.at(-1)?.warnings ?? [];
  return (
    <>
      {warnings.map(({ kind, path }) => (
        <p key={kind + path} class="notice warning">
          {inside.warnings[kind](path)}
        </p>
      ))}
      {warnings.length === 0 && <p class="notice success">{inside.noWarnings}</p>}
      <div class="charts">
        {charts.map(([name, curves]) => (
          <section class="card" key={name}>
            <Chart title={inside[name]} curves={curves} isLog sync="inside" />
          </section>
        ))}
      </div>
    </>
  );
}
