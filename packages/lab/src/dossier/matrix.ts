import { escapeHtml } from "./escape.js";
import type { Format } from "./format.js";
import { coordinate } from "./plot.js";
import type { Drawing } from "./svg.js";

/** How often each class was answered for samples of each class. */
export interface Matrix {
  readonly title: string;
  readonly classes: readonly string[];
  /** Row: the class that it is; column: the class that was answered. */
  readonly counts: readonly (readonly number[])[];
  readonly rowWord: string;
  readonly columnWord: string;
}

/** Counts of more classes than these are too small to be read: colours remain. */
const mostCounted = 20;

const side = 480;
const top = 100;
const left = 100;

/** A confusion matrix: the right answers on the diagonal, each cell as dark as its share of the row. */
export function drawMatrix(matrix: Matrix, format: Format): Drawing {
  const { title, classes, counts, rowWord, columnWord } = matrix;
  const cell = (side - left) / Math.max(classes.length, 3);
  const every = Math.ceil(14 / cell);
  const middle = (index: number): number => (index + 0.5) * cell;
  const end = classes.length * cell;
  const parts = [
    `<text class="title" x="0" y="13">${escapeHtml(title)}</text>`,
    `<text class="tick" x="${coordinate(left + end)}" y="30" text-anchor="end">${escapeHtml(columnWord)} →</text>`,
    `<text class="tick" x="0" y="${top - 10}">${escapeHtml(rowWord)} ↓</text>`,
    ...classes.flatMap((name, index) => {
      if (index % every !== 0) return [];
      const label = escapeHtml(short(name));
      const [x, y] = [coordinate(left + middle(index)), coordinate(top + middle(index) + 4)];
      const turned = `text-anchor="start" transform="rotate(-45 ${x} ${top - 8})"`;
      return [
        `<text class="tick" x="${left - 8}" y="${y}" text-anchor="end">${label}</text>`,
        `<text class="tick" x="${x}" y="${top - 8}" ${turned}>${label}</text>`,
      ];
    }),
    ...counts.flatMap((row, label) => {
      const samples = row.reduce((sum, count) => sum + count, 0);
      return row.flatMap((count, answered) => {
        if (count === 0) return [];
        const share = count / samples;
        const place = `x="${coordinate(left + answered * cell)}" y="${coordinate(top + label * cell)}"`;
        const kind = label === answered ? "cell" : "cell wrong";
        const square = `<rect class="${kind}" ${place} width="${coordinate(cell)}" height="${coordinate(cell)}" fill-opacity="${shade(share)}"/>`;
        if (classes.length > mostCounted) return [square];
        const [x, y] = [coordinate(left + middle(answered)), coordinate(top + middle(label) + 4)];
        const on = share > 0.5 ? "count on" : "count";
        return [
          square,
          `<text class="${on}" x="${x}" y="${y}" text-anchor="middle">${format.count(count)}</text>`,
        ];
      });
    }),
    `<rect class="frame" x="${left}" y="${top}" width="${coordinate(end)}" height="${coordinate(end)}"/>`,
  ];
  return { width: side, height: Math.ceil(top + end + 2), label: title, parts };
}

/** A single sample is seen, too. */
const shade = (share: number): string => (0.12 + 0.88 * share).toFixed(2);

const short = (name: string): string => (name.length > 13 ? `${name.slice(0, 12)}…` : name);
