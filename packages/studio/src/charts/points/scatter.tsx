import type { JSX } from "preact";
import { useId, useMemo, useRef, useState } from "preact/hooks";
import { type Axis, positionOf } from "versant/figures";
import { format, text } from "../../app/preferences.js";
import { token } from "../canvas.js";
import { slideTo } from "../slider.js";
import { colorOfMark, drawMark, palette } from "./draw.js";
import { drawAxes } from "./drawAxes.js";
import type { Item } from "./items.js";
import { layoutOf, nearest, type ScatterLayout } from "./scatterLayout.js";
import { useDrawing, useWidth } from "./useDrawing.js";
import "./points.css";

export interface ScatterProps {
  readonly title: string;
  readonly items: readonly Item[];
  readonly x: Axis;
  readonly y: Axis;
  /** What the colours tell; without it all are of one. */
  readonly color?: Axis;
  /** Values that a line joins, such as the best so far. */
  readonly line?: readonly (readonly [x: number, y: number])[];
  /** Items to dim. */
  readonly isMuted?: (item: Item) => boolean;
  /** One was clicked, or chosen by Enter. */
  readonly onOpen: (item: Item) => void;
}

const height = 320;

/** One for all, so that nothing is drawn anew for it. */
const noLine: NonNullable<ScatterProps["line"]> = [];

/**
 * One point an item, on a canvas: thousands of them are drawn at once. Pointing at one names it, a click opens it.
 * With the keyboard it is a slider over the items in the order of the horizontal axis, whose text is the values.
 */
export function Scatter(props: ScatterProps): JSX.Element {
  const { title, items, x, y, color, line = noLine, isMuted, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [active, setActive] = useState<string>();
  const id = useId();
  const { plots } = text.value;

  const layout = useMemo(() => layoutOf(items, { x, y }, { width, height }), [items, x, y, width]);
  const order = useMemo(() => [...layout.points].sort((a, b) => a.x - b.x), [layout]);
  const words = { value: format.value.value, lacking: plots.lacking };
  const canvas = useDrawing(
    { width, height },
    (context) => {
      drawAxes(context, { x, y }, layout, words, { ink: token("ink-soft"), rule: token("rule") });
      drawLine(context, line, { x, y }, layout);
      drawPoints(context, layout, color, isMuted);
    },
    [layout, color, line, isMuted],
  );

  const at = order.findIndex(({ item }) => item.id === active);
  const point = order[at];
  const describe = ({ label, state, values }: Item): string =>
    [
      `${label} (${state})`,
      ...[x, y, ...(color && color.name !== y.name && color.name !== x.name ? [color] : [])].map(
        (axis) => `${axis.title} ${format.value.value(values[axis.name]) || plots.lacking}`,
      ),
    ].join(", ");
  const press = (event: KeyboardEvent): void => {
    const next = slideTo(event.key, at, order.length - 1);
    if (event.key === "Enter" && point) onOpen(point.item);
    else if (next === undefined) return;
    else setActive(order[next]?.item.id);
    event.preventDefault();
  };
  const under = (event: MouseEvent): Item | undefined => {
    const { left = 0, top = 0 } = box.current?.getBoundingClientRect() ?? {};
    return nearest(layout.points, event.clientX - left, event.clientY - top)?.item;
  };

  return (
    <figure class="points">
      <div
        ref={box}
        class={`plane ${point ? "pointing" : ""}`}
        role="slider"
        tabIndex={0}
        aria-label={text.value.app.labelled(title, `${x.title}, ${y.title}`)}
        aria-describedby={`${id}-help`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, order.length - 1)}
        aria-valuenow={Math.max(0, at)}
        aria-valuetext={point ? describe(point.item) : plots.points(order.length)}
        onKeyDown={press}
        onPointerMove={(event) => setActive(under(event)?.id)}
        onPointerLeave={() => setActive(undefined)}
        onClick={(event) => {
          const item = under(event);
          if (item) onOpen(item);
        }}
      >
        <span class="axis-title soft small">{y.title}</span>
        <canvas ref={canvas} style={{ width: "100%", height: `${height}px` }} />
        {point && (
          <span class="here" style={{ transform: `translate(${point.x}px, ${point.y}px)` }} />
        )}
      </div>
      <p class="readout small soft" aria-hidden="true">
        {point ? describe(point.item) : plots.help}
      </p>
      <span id={`${id}-help`} class="visually-hidden">
        {plots.help}
      </span>
    </figure>
  );
}

type Axes = { readonly x: Axis; readonly y: Axis };

function drawLine(
  context: CanvasRenderingContext2D,
  line: NonNullable<ScatterProps["line"]>,
  { x, y }: Axes,
  { left, right, top, bottom }: ScatterLayout,
): void {
  context.strokeStyle = token("series-1");
  context.lineWidth = 1.7;
  context.lineJoin = "round";
  context.beginPath();
  for (const [index, values] of line.entries()) {
    const [across, up] = [positionOf(x, values[0]), positionOf(y, values[1])];
    if (across === null || up === null) continue;
    context[index === 0 ? "moveTo" : "lineTo"](
      left + across * (right - left),
      bottom - up * (bottom - top),
    );
  }
  context.stroke();
}

function drawPoints(
  context: CanvasRenderingContext2D,
  { points }: ScatterLayout,
  color: Axis | undefined,
  isMuted: (item: Item) => boolean = () => false,
): void {
  const [shade, plain, ink] = [palette(), token("series-1"), token("ink")];
  const dense = Math.max(0.3, Math.min(0.85, 60 / Math.sqrt(points.length)));
  context.lineWidth = 1.5;
  // What stands out lies above the rest.
  for (const isBest of [false, true]) {
    for (const { item, x, y } of points) {
      if (item.isBest !== isBest) continue;
      const own = color ? shade(positionOf(color, item.values[color.name])) : plain;
      context.fillStyle = context.strokeStyle = colorOfMark(item.mark) ?? own;
      context.globalAlpha = isMuted(item) ? 0.1 : isBest ? 1 : dense;
      if (isBest) context.strokeStyle = ink;
      drawMark(context, item, x, y);
    }
  }
  context.globalAlpha = 1;
}
