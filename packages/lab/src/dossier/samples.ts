import { foreignName } from "./blocks.js";
import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import type { PicturedSample } from "./mistakes.js";
import type { Drawing } from "./svg.js";

const columns = 8;
const cell = { width: 84, image: 64, height: 104 };
const head = 30;

/** Images that were taken for something else, with what they are and what was answered. */
export function drawSamples(
  title: string,
  samples: readonly PicturedSample[],
  format: Format,
): Drawing {
  return {
    width: columns * cell.width,
    height: head + Math.ceil(samples.length / columns) * cell.height,
    label: title,
    parts: [
      `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
      ...samples.map(({ expected, answered, probability, png }, index) => {
        const left = (index % columns) * cell.width;
        const top = head + Math.floor(index / columns) * cell.height;
        const names = `${short(expected)} → ${short(answered)}`;
        return (
          `<g transform="translate(${left} ${top})">` +
          `<image class="sample" width="${cell.image}" height="${cell.image}" href="data:image/png;base64,${png}"/>` +
          `<text class="count" x="0" y="${cell.image + 14}">${escapeHtml(names)}</text>` +
          `<text class="tick" x="0" y="${cell.image + 28}">${format.score(probability)}</text></g>`
        );
      }),
    ],
  };
}

function short(name: string): string {
  const text = foreignName(name);
  return text.length > 5 ? `${text.slice(0, 4)}…` : text;
}
