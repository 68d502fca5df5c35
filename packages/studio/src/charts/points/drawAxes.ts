import { type Axis, ticksOf } from "versant/figures";
import { type ScatterLayout, strip } from "./scatterLayout.js";

export interface Words {
  readonly value: (value: number | string) => string;
  readonly lacking: string;
}

interface Colors {
  readonly ink: string;
  readonly rule: string;
}

/** Lines and words of both axes. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  { x, y }: { readonly x: Axis; readonly y: Axis },
  { left, right, top, bottom, lackingX, lackingY }: ScatterLayout,
  words: Words,
  { ink, rule }: Colors,
): void {
  context.lineWidth = 1;
  context.strokeStyle = rule;
  context.fillStyle = ink;
  const line = (...[x1, y1, x2, y2]: readonly [number, number, number, number]): void => {
    context.beginPath();
    context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
    context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
    context.stroke();
  };
  const end = lackingY === null ? bottom : lackingY + strip / 2;
  const start = lackingX === null ? left : lackingX - strip / 2;
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { at, value } of ticksOf(y, 5)) {
    const place = bottom - at * (bottom - top);
    line(left, place, right, place);
    context.fillText(words.value(value), start - 6, place, start - 10);
  }
  if (lackingY !== null) {
    line(start, bottom, right, bottom);
    context.fillText(words.lacking, start - 6, lackingY, start - 10);
  }
  context.textBaseline = "top";
  context.textAlign = "center";
  let last = Number.NEGATIVE_INFINITY;
  for (const { at, value } of ticksOf(x, Math.max(2, Math.floor((right - left) / 90)))) {
    const place = left + at * (right - left);
    line(place, top, place, bottom);
    const label = words.value(value);
    const half = context.measureText(label).width / 2;
    // Words that would lie upon each other are left out.
    if (place - half < last + 6) continue;
    context.fillText(label, place, end + 6);
    last = place + half;
  }
  if (lackingX !== null) {
    line(left, top, left, end);
    context.fillText(words.lacking, lackingX, end + 6);
  }
  context.fillText(x.title, (left + right) / 2, end + 24, right - left);
}
