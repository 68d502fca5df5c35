import { escapeHtml } from "./escape.js";
import { figureStyle } from "./style.js";

/** A picture before it is written: elements of SVG, whose colours come from a style by their classes. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** What a screen reader says. */
  readonly label: string;
  readonly parts: readonly string[];
}

const open = (label: string, attributes: string): string =>
  `<svg ${attributes} role="img" aria-label="${escapeHtml(label)}">`;

/** As part of a page that has the style. */
export const inPage = ({ width, height, label, parts }: Drawing): string =>
  `${open(label, `viewBox="0 0 ${width} ${height}"`)}${parts.join("")}</svg>`;

const margin = 12;

/** As a file of its own, light and dark, which loads nothing. */
export function asFile({ width, height, label, parts }: Drawing): string {
  const size = `width="${width + 2 * margin}" height="${height + 2 * margin}"`;
  const box = `viewBox="${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}"`;
  return [
    open(label, `xmlns="http://www.w3.org/2000/svg" ${size} ${box}`),
    `<style>\n${figureStyle}\n</style>`,
    `<rect class="paper" x="${-margin}" y="${-margin}" ${size}/>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}
