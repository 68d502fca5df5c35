import type { Drawing } from "./drawing.js";

/** Where one stands in a drawing: `index` is that of a box, or -1. */
export interface Standing {
  readonly boxes: readonly { readonly node: { readonly isOutput: boolean } }[];
  readonly drawing: Drawing;
  readonly index: number;
}

/**
 * The box that an arrow key leads to: up to what goes in, down to who reads it, sideways along the row; Home and End
 * are the first and the last. Null for another key, and where the way ends.
 */
export function next(key: string, { boxes, drawing, index }: Standing): number | null {
  const { edges, boxes: places } = drawing;
  const here = places[index];
  const last = boxes.length - 1;
  if (last < 0) return null;
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (!key.startsWith("Arrow")) return null;
  // The first key goes to what comes out, where a drawing is shown from.
  if (!here)
    return Math.max(
      0,
      boxes.findIndex(({ node }) => node.isOutput),
    );
  if (key === "ArrowUp") return edges.find(({ to }) => to === index)?.from ?? null;
  if (key === "ArrowDown") return edges.find(({ from }) => from === index)?.to ?? null;
  const side = key === "ArrowRight" ? 1 : -1;
  let found: number | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  places.forEach(({ x, y }, other) => {
    const way = (x - here.x) * side;
    // Boxes of a row are of several heights.
    if (way > 0 && way < nearest && Math.abs(y - here.y) < 20) [found, nearest] = [other, way];
  });
  return found;
}
