import type { Block, Cell, Page, PageStatus, Section, Table } from "./blocks.js";
import { drawChart } from "./chart.js";
import { escapeHtml } from "./escape.js";
import { Format } from "./format.js";
import { drawLandscape } from "./landscape.js";
import { drawMatrix } from "./matrix.js";
import type { Status } from "./points.js";
import { style } from "./style.js";
import { inPage } from "./svg.js";

/** One HTML page that needs nothing else: no script, no link to anywhere, styles and curves inside. */
export function writeHtml(page: Page): string {
  const { language, title, kicker, lead, statuses, sections, footer } = page;
  // Nothing may be loaded or run, whatever a ledger says.
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return [
    "<!doctype html>",
    `<html lang="${language}">`,
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(`${title} · ${kicker}`)}</title>`,
    `<style>\n${style}\n</style>`,
    "</head>",
    "<body>",
    "<header>",
    `<p class="kicker">${escapeHtml(kicker)}</p>`,
    `<h1 dir="auto">${escapeHtml(title)}</h1>`,
    `<p class="lead" dir="auto">${escapeHtml(lead)}</p>`,
    ...(statuses.length > 0 ? ['<ul class="counts">', ...statuses.map(writeCount), "</ul>"] : []),
    "</header>",
    "<nav><ol>",
    ...sections.map(({ id, title }) => `<li><a href="#${id}">${escapeHtml(title)}</a></li>`),
    "</ol></nav>",
    "<main>",
    ...sections.flatMap((section) => writeSection(section, page)),
    "</main>",
    `<footer><p>${escapeHtml(footer)}</p></footer>`,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

const writeCount = ({ status, label, count }: PageStatus): string =>
  `<li><b>${count}</b><span class="status ${status}">${escapeHtml(label)}</span></li>`;

function writeSection({ id, title, points, blocks }: Section, page: Page): string[] {
  const answered = points.length > 0 ? ` <small>IV ${points.join(", ")}</small>` : "";
  return [
    `<section id="${id}">`,
    `<h2>${escapeHtml(title)}${answered}</h2>`,
    ...blocks.map((block) => writeBlock(block, page)),
    "</section>",
  ];
}

function writeBlock(block: Block, page: Page): string {
  switch (block.kind) {
    case "heading":
      return `<h3 dir="auto">${escapeHtml(block.text)}</h3>`;
    case "text":
      return `<p dir="auto">${escapeHtml(block.text)}</p>`;
    case "notice":
      return `<p class="notice ${block.status}" dir="auto">${escapeHtml(block.text)}</p>`;
    case "quote":
      return (
        `<figure class="quote ${block.status}"><b dir="auto">${escapeHtml(block.label)}</b>` +
        `<blockquote dir="auto">${escapeHtml(block.text)}</blockquote>` +
        `<figcaption dir="auto">${escapeHtml(block.source)}</figcaption></figure>`
      );
    case "facts":
      return [
        "<dl>",
        ...block.rows.map(
          ([label, value]) =>
            `<dt>${escapeHtml(label)}</dt><dd dir="auto">${writeCell(value)}</dd>`,
        ),
        "</dl>",
      ].join("\n");
    case "table":
      return writeTable(block, page);
    case "charts": {
      const format = new Format(page.language);
      const charts = block.charts.map((chart) => inPage(drawChart(chart, format)));
      return `<div class="charts">\n${charts.join("\n")}\n</div>`;
    }
    case "figures": {
      const pictures = block.figures.map(({ drawing }) => inPage(drawing));
      return `<div class="figures">\n${pictures.join("\n")}\n</div>`;
    }
    case "matrix": {
      const picture = inPage(drawMatrix(block.matrix, new Format(page.language)));
      return `<div class="matrix">\n${picture}\n</div>`;
    }
    case "landscape": {
      const { figure } = block;
      const picture = inPage(drawLandscape(figure, new Format(page.language)));
      const facts = writeBlock({ kind: "facts", rows: figure.facts }, page);
      return `<div class="matrix">\n${picture}\n</div>\n${facts}`;
    }
  }
}

function writeTable({ header, rows, numbersFrom }: Table, { statusWords }: Page): string {
  const attributes = (column: number, cell: Cell): string => {
    const classes = [
      ...(column >= numbersFrom ? ["n"] : []),
      // Words stay whole, but what is no word must not widen the page.
      ...(longWord.test(textOf(cell)) ? ["long"] : []),
    ];
    return classes.length > 0 ? ` class="${classes.join(" ")}"` : "";
  };
  const heads = header.map(
    (text, column) =>
      `<th scope="col"${attributes(column, text)} dir="auto">${escapeHtml(text)}</th>`,
  );
  const statuses = Object.entries(statusWords) as [Status, string][];
  const body = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const status = statuses.find(([, word]) => word === cell)?.[0];
      const content = status
        ? `<span class="status ${status}">${writeCell(cell)}</span>`
        : writeCell(cell);
      return `<td${attributes(column, cell)} dir="auto">${content}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return [
    '<div class="scroll" tabindex="0"><table>',
    `<thead><tr>${heads.join("")}</tr></thead>`,
    `<tbody>\n${body.join("\n")}\n</tbody>`,
    "</table></div>",
  ].join("\n");
}

const longWord = /\S{25}/;

const textOf = (cell: Cell): string => (typeof cell === "string" ? cell : cell.code);

const writeCell = (cell: Cell): string =>
  typeof cell === "string" ? escapeHtml(cell) : `<code>${escapeHtml(cell.code)}</code>`;
