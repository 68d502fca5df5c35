import { contours } from "d3-contour";
import { colorOf, type Relief } from "./relief.js";

/** Steps of height between two lines. */
export const levels = 16;

/** The part of a picture that a landscape fills. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Fills each level with its colour, and draws the line between two. */
export function drawContours(
  context: CanvasRenderingContext2D,
  { columns, rows, heights }: Relief,
  { left, right, top, bottom }: Area,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.fillStyle = colorOf(0);
  context.fillRect(left, top, right - left, bottom - top);
  const thresholds = Array.from({ length: levels - 1 }, (_, index) => (index + 1) / levels);
  const lines = contours().size([columns, rows]).thresholds(thresholds)([...heights]);
  context.lineWidth = 0.75;
  context.strokeStyle = "rgb(0 0 0 / 28%)";
  for (const { value, coordinates } of lines) {
    context.beginPath();
    for (const ring of coordinates.flat()) {
      for (const [index, [column = 0, row = 0]] of ring.entries()) {
        // A place of the grid stands in the middle of its cell.
        const x = left + ((column - 0.5) / (columns - 1)) * (right - left);
        const y = bottom - ((row - 0.5) / (rows - 1)) * (bottom - top);
        if (index === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      }
      context.closePath();
    }
    context.fillStyle = colorOf(value + 0.5 / levels);
    context.fill();
    context.stroke();
  }
  context.restore();
}
