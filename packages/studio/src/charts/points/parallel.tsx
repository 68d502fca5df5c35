import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { type Axis, positionOf } from "versant/figures";
import { text } from "../../app/preferences.js";
import { token } from "../canvas.js";
import { type Brushes, isWithin, withBrush } from "./brush.js";
import { BrushedAxis } from "./brushedAxis.js";
import type { Item } from "./items.js";
import { drawLines, type ParallelLayout } from "./parallelDraw.js";
import { useDrawing, useWidth } from "./useDrawing.js";
import "./points.css";

export interface ParallelProps {
  readonly title: string;
  readonly items: readonly Item[];
  readonly axes: readonly Axis[];
  /** What the colours tell. */
  readonly color: Axis;
  readonly brushes: Brushes;
  readonly onBrush: (brushes: Brushes) => void;
}

const height = 360;
const [top, foot, side, narrowest] = [44, 14, 64, 92];
const strip = 26;

/**
 * One line an item across one axis a quantity, on a canvas. A part of each axis is chosen by dragging along it, or by
 * its two ends, which are sliders; lines outside of any part are dimmed.
 */
export function Parallel(props: ParallelProps): JSX.Element {
  const { title, items, axes, color, brushes, onBrush } = props;
  const { plots } = text.value;
  const box = useRef<HTMLDivElement>(null);
  const width = Math.max(useWidth(box), 2 * side + narrowest * (axes.length - 1));

  const layout = useMemo((): ParallelLayout => {
    const lacks = items.some(({ values }) =>
      axes.some((axis) => positionOf(axis, values[axis.name]) === null),
    );
    const bottom = height - foot - (lacks ? strip : 0);
    const gap = axes.length > 1 ? (width - 2 * side) / (axes.length - 1) : 0;
    const x = axes.map((_, index) => side + index * gap);
    return { x, top, bottom, lacking: lacks ? bottom + strip : null };
  }, [items, axes, width]);
  const canvas = useDrawing(
    { width, height },
    (context) => {
      const isActive = ({ values }: Item) => isWithin(brushes, axes, (name) => values[name]);
      drawLines(context, items, axes, layout, { color, isActive });
      context.fillStyle = token("ink-soft");
      context.textAlign = "left";
      context.textBaseline = "bottom";
      if (layout.lacking !== null) context.fillText(plots.lacking, 4, layout.lacking + 4);
    },
    [items, axes, layout, color, brushes],
  );
  const spacing = axes.length > 1 ? (layout.x[1] ?? 0) - (layout.x[0] ?? 0) : width;
  return (
    <figure class="points">
      <div ref={box} class="parallel">
        <fieldset class="axes" style={{ width: `${width}px`, height: `${height}px` }}>
          <legend class="visually-hidden">{`${title}. ${plots.brushHelp}`}</legend>
          <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />
          {axes.map((axis, index) => (
            <BrushedAxis
              key={axis.name}
              {...{ axis, top, bottom: layout.bottom }}
              x={layout.x[index] ?? 0}
              width={Math.min(spacing, 2 * side)}
              brush={brushes[axis.name]}
              onBrush={(brush) => onBrush(withBrush(brushes, axis.name, brush))}
            />
          ))}
        </fieldset>
      </div>
      <p class="readout small soft" aria-hidden="true">
        {plots.brushHelp}
      </p>
    </figure>
  );
}
