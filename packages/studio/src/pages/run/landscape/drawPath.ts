import { token } from "../../../charts/canvas.js";

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The path of a training: a line with a rim that is seen on every colour, a ring where it begins, a disc where it ends. */
export function drawPath(context: CanvasRenderingContext2D, places: readonly Place[]): void {
  const [ink, rim] = ["#101418", "#ffffff"];
  const [first, last] = [places[0], places.at(-1)];
  if (!first || !last) return;
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const [color, width] of [
    [rim, 4.5],
    [ink, 1.8],
  ] as const) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    for (const { x, y } of places) context.lineTo(x, y);
    context.stroke();
  }
  const disc = ({ x, y }: Place, radius: number, fill: string, stroke: string): void => {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.strokeStyle = stroke;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
  };
  for (const place of places.slice(1, -1)) disc(place, 2.2, ink, rim);
  disc(first, 4.5, rim, ink);
  disc(last, 5.5, token("danger"), rim);
}
