import { type Axis, positionOf } from "versant/figures";
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

/** How wide a strip is. */
export const strip = 22;

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
