import { type Axis, positionOf, ticksOf } from "./axis.js";
import type { Item } from "./items.js";

/** Where things stand in a scatter plot, in pixels. */
export interface ScatterLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Strips for what has no value: below, and to the left; null where all have one. */
  readonly lackingY: number | null;
  readonly lackingX: number | null;
  readonly points: readonly Point[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly item: Item;
}

const margin = { left: 66, right: 16, top: 12, bottom: 44 };
const strip = 22;

/** What is not on an axis at all, such as an infinite loss, stands in a strip beside it. */
export function layoutOf(
  items: readonly Item[],
  { x, y }: { readonly x: Axis; readonly y: Axis },
  { width, height }: { readonly width: number; readonly height: number },
): ScatterLayout {
  const places = items.map((item) => ({
    item,
    x: positionOf(x, item.values[x.name]),
    y: positionOf(y, item.values[y.name]),
  }));
  const lacksX = places.some((place) => place.x === null);
  const lacksY = places.some((place) => place.y === null);
  const left = margin.left + (lacksX ? strip : 0);
  const bottom = height - margin.bottom - (lacksY ? strip : 0);
  const right = Math.max(left + 10, width - margin.right);
  const lackingX = lacksX ? left - strip / 2 : null;
  const lackingY = lacksY ? bottom + strip / 2 : null;
  const points = places.map(({ item, ...place }) => ({
    item,
    x: place.x === null ? (lackingX ?? left) : left + place.x * (right - left),
    y: place.y === null ? (lackingY ?? bottom) : bottom - place.y * (bottom - margin.top),
  }));
  return { left, right, top: margin.top, bottom, lackingX, lackingY, points };
}

/** The point nearest to a place, within reach; undefined where there is none. */
export function nearest(
  points: readonly Point[],
  x: number,
  y: number,
  reach = 24,
): Point | undefined {
  let best: Point | undefined;
  let least = reach ** 2;
  for (const point of points) {
    const distance = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (distance > least) continue;
    least = distance;
    best = point;
  }
  return best;
}

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
