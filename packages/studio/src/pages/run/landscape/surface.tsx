import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { format, text } from "../../../app/preferences.js";
import { font, token } from "../../../charts/canvas.js";
import { useDrawing, useWidth } from "../../../charts/points/useDrawing.js";
import { heightFor, type PictureProps } from "./contourMap.js";
import { drawPath } from "./drawPath.js";
import { colorOf, heightAt, shareOf } from "./relief.js";
import { facetsOf, firstView, projection, turned, type View } from "./view.js";

/** Degrees of a press of a key, and of a pixel that is dragged. */
const step = { key: 10, pixel: 0.5 };

/** Room around the surface for the words of its axes. */
const margin = 26;

/** The landscape as a surface that is turned by dragging, or by the arrow keys. */
export function Surface({ content, relief, titles }: PictureProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const height = heightFor(width);
  const [view, setView] = useState(firstView);
  const dragged = useRef<{ readonly x: number; readonly y: number }>(undefined);
  const id = useId();
  const { landscape } = text.value;
  const canvas = useDrawing(
    { width, height },
    (context) => {
      const room = { width: width - 2 * margin, height: height - 2 * margin };
      context.translate(margin, margin);
      const place = projection(view, room);
      drawFloor(context, titles, view, place);
      drawFacets(context, facetsOf(relief, place));
      const path = (content.path ?? []).map((point) => {
        const shares = shareOf(relief, point);
        return place(...shares, heightAt(relief, ...shares));
      });
      drawPath(context, path);
    },
    [content, relief, view],
  );
  const press = (event: KeyboardEvent): void => {
    const { key } = step;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ...{ ArrowLeft: [-key, 0], ArrowRight: [key, 0], ArrowUp: [0, key], ArrowDown: [0, -key] },
    };
    const move = moves[event.key];
    if (move) setView((before) => turned(before, ...move));
    else if (event.key === "Home") setView(firstView);
    else return;
    event.preventDefault();
  };
  const drag = ({ clientX, clientY }: PointerEvent): void => {
    const before = dragged.current;
    if (!before) return;
    dragged.current = { x: clientX, y: clientY };
    const { pixel } = step;
    setView((old) => turned(old, pixel * (clientX - before.x), pixel * (clientY - before.y)));
  };
  const { integer } = format.value;
  return (
    <figure class="points relief">
      <div
        ref={box}
        class="plane turning"
        role="slider"
        tabIndex={0}
        aria-label={landscape.surface}
        aria-describedby={`${id}-help`}
        aria-valuemin={0}
        aria-valuemax={360}
        aria-valuenow={Math.round(view.azimuth)}
        aria-valuetext={landscape.view(integer(view.azimuth), integer(view.elevation))}
        onKeyDown={press}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          dragged.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={drag}
        onPointerUp={() => {
          dragged.current = undefined;
        }}
        onPointerCancel={() => {
          dragged.current = undefined;
        }}
      >
        <canvas ref={canvas} style={{ width: "100%", height: `${height}px` }} />
      </div>
      <p id={`${id}-help`} class="readout small soft">
        {landscape.turn}
      </p>
    </figure>
  );
}

function drawFacets(context: CanvasRenderingContext2D, facets: ReturnType<typeof facetsOf>): void {
  context.lineWidth = 0.6;
  context.lineJoin = "round";
  for (const { corners, height, light } of facets) {
    context.beginPath();
    for (const { x, y } of corners) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = colorOf(height, light);
    // Its own colour closes the seam, a shade darker, so that the grid is seen.
    context.strokeStyle = colorOf(height, 0.82 * light);
    context.fill();
    context.stroke();
  }
}

/** The square below, with the words of the axes at the two sides that are near. */
function drawFloor(
  context: CanvasRenderingContext2D,
  titles: PictureProps["titles"],
  { azimuth }: View,
  place: ReturnType<typeof projection>,
): void {
  const corners = [place(0, 0, 0), place(1, 0, 0), place(1, 1, 0), place(0, 1, 0)];
  context.strokeStyle = token("rule");
  context.lineWidth = 1;
  context.beginPath();
  for (const { x, y } of corners) context.lineTo(x, y);
  context.closePath();
  context.stroke();
  context.font = font;
  context.fillStyle = token("ink-soft");
  context.textBaseline = "middle";
  const isBehind = azimuth > 90 && azimuth < 270;
  const isLeft = azimuth > 180;
  const sides = [
    [titles[0], place(0.5, isBehind ? 1.1 : -0.1, 0)],
    [titles[1], place(isLeft ? 1.1 : -0.1, 0.5, 0)],
  ] as const;
  for (const [title, { x, y }] of sides) {
    context.textAlign = "center";
    context.fillText(title, x, y);
  }
}
