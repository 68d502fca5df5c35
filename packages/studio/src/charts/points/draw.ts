import { token } from "../canvas.js";
import type { Item, Mark } from "./items.js";

/** Colours between the lowest and the highest value of what colours tell; few, so that lines are drawn in groups. */
const shades = 8;

/** The colour of a position from 0 to 1: from the third colour of curves to the fourth; grey without one. */
export function palette(): (position: number | null) => string {
  const [low, high, none] = [token("series-3"), token("series-4"), token("ink-soft")];
  const colors = Array.from({ length: shades }, (_, index) => {
    const share = Math.round((index / (shades - 1)) * 100);
    return `color-mix(in oklab, ${high} ${share}%, ${low})`;
  });
  return (position) => (position === null ? none : (colors[shadeOf(position)] ?? none));
}

export const shadeOf = (position: number): number =>
  Math.max(0, Math.min(shades - 1, Math.round(position * (shades - 1))));

/** The colours of what has not run to its end; undefined for what its value colours. */
export function colorOfMark(mark: Mark): string | undefined {
  if (mark === "triangle") return token("warning");
  return mark === "cross" ? token("danger") : undefined;
}

/** Draws one item in the present colours of the context. */
export function drawMark(
  context: CanvasRenderingContext2D,
  { mark, isBest }: Pick<Item, "mark" | "isBest">,
  x: number,
  y: number,
): void {
  const size = 3.5;
  context.beginPath();
  if (mark === "cross") {
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.stroke();
  } else if (mark === "triangle") {
    context.moveTo(x - size, y - size + 0.5);
    context.lineTo(x + size, y - size + 0.5);
    context.lineTo(x, y + size);
    context.closePath();
    context.stroke();
  } else {
    context.arc(x, y, size, 0, 2 * Math.PI);
    if (mark === "ring") context.stroke();
    else context.fill();
  }
  if (!isBest) return;
  context.beginPath();
  context.arc(x, y, size + 4, 0, 2 * Math.PI);
  context.stroke();
}
