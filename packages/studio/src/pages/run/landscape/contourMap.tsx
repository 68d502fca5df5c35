import type { JSX } from "preact";
import { useId, useMemo, useRef, useState } from "preact/hooks";
import { ticksOf, valueAt } from "versant/figures";
import type { Landscape, LandscapePoint } from "versant/studio-api";
import { format, text } from "../../../app/preferences.js";
import { font, token } from "../../../charts/canvas.js";
import { useDrawing, useWidth } from "../../../charts/points/useDrawing.js";
import { slideTo } from "../../../charts/slider.js";
import { type Area, drawContours, levels } from "./contours.js";
import { drawPath } from "./drawPath.js";
import { colorOf, type Relief, shareOf } from "./relief.js";
import "../../../charts/points/points.css";

export interface PictureProps {
  readonly content: Landscape;
  readonly relief: Relief;
  /** What the axes are. */
  readonly titles: readonly [x: string, y: string];
}

/** The height of both pictures. */
export const heightFor = (width: number): number =>
  Math.max(260, Math.min(Math.round(0.82 * width), 600));

/** Pixels from which on a place of the path is pointed at. */
const near = 24;

/**
 * The landscape from above. With the keyboard it is a slider over the path of training, whose text is epoch and loss;
 * without a path it is a picture.
 */
export function ContourMap({ content, relief, titles }: PictureProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const height = heightFor(width);
  const [active, setActive] = useState<number>();
  const id = useId();
  const { landscape } = text.value;
  const { path = [] } = content;
  const area: Area = { left: 46, right: Math.max(60, width - 66), top: 8, bottom: height - 44 };
  const places = useMemo(
    () =>
      path.map((point) => {
        const [across, up] = shareOf(relief, point);
        return {
          x: area.left + across * (area.right - area.left),
          y: area.bottom - up * (area.bottom - area.top),
        };
      }),
    [path, relief, width, height],
  );
  const canvas = useDrawing(
    { width, height },
    (context) => {
      drawContours(context, relief, area);
      drawScales(context, relief, titles, area);
      drawKey(context, relief, area);
      drawPath(context, places);
    },
    [relief, places],
  );
  const place = active === undefined ? undefined : places[active];
  const said = active === undefined ? landscape.pathHelp : describe(path[active]);
  const move = (event: KeyboardEvent): void => {
    const next = slideTo(event.key, active ?? -1, path.length - 1);
    if (next === undefined) return;
    setActive(next);
    event.preventDefault();
  };
  const point = (event: PointerEvent): void => {
    const { left = 0, top = 0 } = box.current?.getBoundingClientRect() ?? {};
    const distances = places.map(({ x, y }) =>
      Math.hypot(event.clientX - left - x, event.clientY - top - y),
    );
    const least = Math.min(...distances);
    setActive(least < near ? distances.indexOf(least) : undefined);
  };
  const slider = {
    role: "slider",
    ...{ tabIndex: 0, "aria-label": text.value.app.labelled(landscape.map, landscape.path) },
    ...{ "aria-valuemin": 0, "aria-valuemax": path.length - 1, "aria-valuenow": active ?? 0 },
    ...{ "aria-valuetext": said, "aria-describedby": `${id}-help` },
    ...{ onKeyDown: move, onPointerMove: point, onPointerLeave: () => setActive(undefined) },
  } as const;
  return (
    <figure class="points relief">
      <div
        ref={box}
        class="plane"
        {...(path.length > 0 ? slider : { role: "img", "aria-label": landscape.map })}
      >
        <canvas ref={canvas} style={{ width: "100%", height: `${height}px` }} />
        {place && (
          <span class="here" style={{ transform: `translate(${place.x}px, ${place.y}px)` }} />
        )}
      </div>
      {path.length > 0 && (
        <p class="readout small soft" aria-hidden="true">
          {said}
        </p>
      )}
      <span id={`${id}-help`} class="visually-hidden">
        {landscape.pathHelp}
      </span>
    </figure>
  );
}

function describe(point: LandscapePoint | undefined): string {
  if (!point) return "";
  const { number, integer, value } = format.value;
  const epoch = Number.isInteger(point.epoch) ? integer(point.epoch) : number(point.epoch);
  return text.value.landscape.point(epoch, integer(point.step), value(point.loss ?? Number.NaN));
}

/** Numbers along both sides. */
function drawScales(
  context: CanvasRenderingContext2D,
  { x, y }: Relief,
  titles: PictureProps["titles"],
  { left, right, top, bottom }: Area,
): void {
  context.font = font;
  context.fillStyle = token("ink-soft");
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { at, value } of ticksOf(x, 6)) {
    context.fillText(format.value.value(value), left + at * (right - left), bottom + 6);
  }
  context.fillText(titles[0], (left + right) / 2, bottom + 24, right - left);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { at, value } of ticksOf(y, 6)) {
    context.fillText(format.value.value(value), left - 6, bottom - at * (bottom - top), left - 20);
  }
  context.save();
  context.translate(7, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(titles[1], 0, 0, bottom - top);
  context.restore();
}

/** Which colour is which loss. */
function drawKey(
  context: CanvasRenderingContext2D,
  relief: Relief,
  { right, top, bottom }: Area,
): void {
  const step = (bottom - top) / levels;
  for (let level = 0; level < levels; level++) {
    context.fillStyle = colorOf(level / levels + 0.5 / levels);
    context.fillRect(right + 10, bottom - (level + 1) * step, 10, step + 0.5);
  }
  context.fillStyle = token("ink-soft");
  context.textAlign = "left";
  for (let label = 0; label <= 4; label++) {
    context.textBaseline = label === 4 ? "top" : label === 0 ? "bottom" : "middle";
    const loss = Number(valueAt(relief.loss, label / 4));
    const digits =
      Math.abs(loss) < 1e-3 || Math.abs(loss) >= 1e4 ? loss : Number(loss.toPrecision(3));
    context.fillText(
      format.value.number(digits),
      right + 25,
      bottom - (label / 4) * (bottom - top),
      40,
    );
  }
}
