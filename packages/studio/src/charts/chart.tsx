import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { indexAt } from "versant/figures";
import { format, isDark, text } from "../app/preferences.js";
import { leastDrag } from "../design/drag.js";
import { type Mark, optionsOf } from "./options.js";
import { slideTo } from "./slider.js";
import { type ChartCurve, tableOf } from "./table.js";
import { type Finer, useZoom } from "./zoom.js";
import "./chart.css";

export interface ChartProps {
  readonly title: string;
  readonly curves: readonly ChartCurve[];
  readonly isLog?: boolean;
  /** From 0 to below 1; see `smooth`. */
  readonly smoothing?: number;
  readonly marks?: readonly Mark[];
  readonly sync?: string;
  /** A step was clicked, or chosen by Enter. */
  readonly onStep?: (step: number) => void;
  /** Where finer points of a part come from; without it, looking closer shows the known ones. */
  readonly finer?: Finer;
}

const height = 240;

/**
 * Curves over steps. Pointing shows the values; dragging looks closer, a double click at all of it again; a click asks
 * what stands behind a step. With the keyboard it is a slider over the steps, whose text is the values.
 */
export function Chart(props: ChartProps): JSX.Element {
  const { title, isLog = false, smoothing = 0, marks = [], sync = "steps" } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const cursor = useMemo(() => signal<number | null>(null), []);
  const latest = useRef({ marks, onStep: props.onStep });
  latest.current = { marks, onStep: props.onStep };
  const id = useId();

  const { shown: curves, range, look } = useZoom(props.curves, props.finer);
  const table = useMemo(() => tableOf(curves, { smoothing, isLog }), [curves, smoothing, isLog]);
  const shape = JSON.stringify([
    curves.map(({ name, color, isDashed }) => [name, color, isDashed]),
    table.columns,
    curves.map(({ curve }) => curve.step.length <= 40),
    isLog,
    isDark.value,
    text.value.locale,
  ]);

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const options = optionsOf({
      ...{ curves, columns: table.columns, isLog, sync, height },
      ...{ format: format.value, unit: text.value.run.stepAxis },
      width: element.clientWidth || 300,
      marks: () => latest.current.marks,
      onCursor: (index) => {
        cursor.value = index;
      },
      onRange: look,
    });
    const closer = range();
    const made = new uPlot(options, table.data, element);
    // One that is made anew, in the colours of another theme, shows the same part.
    if (closer) made.setScale("x", { min: closer.from, max: closer.to });
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    const stop = listenToClicks(made, (step) => latest.current.onStep?.(step));
    return () => {
      stop();
      observer.disconnect();
      made.destroy();
    };
  }, [shape]);

  useEffect(() => {
    const made = plot.current;
    if (!made || made.data === table.data) return;
    const isWhole = range() === undefined;
    made.setData(table.data, isWhole);
    if (!isWhole) made.redraw();
  }, [table]);
  useEffect(() => plot.current?.redraw(false), [marks]);

  const steps = table.data[0];
  const last = steps.length - 1;
  const at = Math.min(cursor.value ?? last, last);
  const valuesAt = curves.map(({ curve }) => curve.value[indexAt(curve.step, steps[at] ?? 0)]);
  const words = curves.map(({ label }, index) => `${label} ${valueWords(valuesAt[index])}`);

  const press = (event: KeyboardEvent): void => {
    const made = plot.current;
    const next = slideTo(event.key, at, last);
    if (event.key === "Enter") latest.current.onStep?.(steps[at] ?? 0);
    else if (next === undefined || !made) return;
    else {
      made.setCursor({ left: made.valToPos(steps[next] ?? 0, "x"), top: 0 });
      cursor.value = next;
    }
    event.preventDefault();
  };

  return (
    <figure class="chart">
      <figcaption>
        <h3 id={id}>{title}</h3>
        <ul class="legend">
          {curves.map(({ name, label, color, isDashed = false }, index) => (
            <li key={name}>
              <svg viewBox="0 0 18 8" aria-hidden="true">
                <path
                  d="M1 4h16"
                  stroke={`var(--series-${color})`}
                  stroke-width="2.5"
                  stroke-linecap="round"
                  {...(isDashed && { "stroke-dasharray": "4 4" })}
                />
              </svg>
              {label !== title && label} <b>{valueWords(valuesAt[index])}</b>
            </li>
          ))}
        </ul>
      </figcaption>
      <div
        ref={box}
        class="plot"
        role="slider"
        tabIndex={0}
        aria-labelledby={id}
        aria-valuemin={steps[0] ?? 0}
        aria-valuemax={steps[last] ?? 0}
        aria-valuenow={steps[at] ?? 0}
        aria-valuetext={text.value.app.labelled(
          `${text.value.run.step} ${format.value.integer(steps[at] ?? 0)}`,
          words.join(", "),
        )}
        onKeyDown={press}
      />
    </figure>
  );
}

const valueWords = (value: number | null | undefined): string =>
  value == null ? "–" : format.value.number(value);

/** Calls with the step under a click that was no drag. */
function listenToClicks(plot: uPlot, onStep: (step: number) => void): () => void {
  let start = 0;
  const down = ({ clientX }: MouseEvent): void => {
    start = clientX;
  };
  const click = ({ clientX }: MouseEvent): void => {
    const { idx } = plot.cursor;
    const step = idx == null ? undefined : plot.data[0][idx];
    if (step !== undefined && Math.abs(clientX - start) < leastDrag) onStep(step);
  };
  plot.over.addEventListener("mousedown", down);
  plot.over.addEventListener("click", click);
  return () => {
    plot.over.removeEventListener("mousedown", down);
    plot.over.removeEventListener("click", click);
  };
}
